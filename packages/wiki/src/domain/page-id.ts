import { isUuid, type Uuid } from "@palimpsest/eventsourcing";
import { z } from "zod";

/** The id of a page: it stays the same whatever becomes of title and slug. */
export const PageId = z.custom<Uuid>(isUuid, "must be a UUID").brand<"PageId">();
export type PageId = z.infer<typeof PageId>;
