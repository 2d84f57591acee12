import { contextVariable } from "@palimpsest/eventsourcing";
import { z } from "zod";

/** A person, by id alone: names and addresses are never in events. */
export const UserId = z.uuid().brand<"UserId">();
export type UserId = z.infer<typeof UserId>;

/** Who acts: every event of a page takes it from here. Null where nobody is signed in. */
export const currentUserId = contextVariable({ schema: UserId.nullable(), fallback: null });
