import { z } from "zod";
import type { UserId } from "../domain/current-user.ts";
import { CHANGE_KINDS } from "../read-models/changes/change-kinds.ts";
import type { ChangeRow } from "../read-models/changes/change-queries.ts";
import type { Change } from "../views/changes-list.ts";
import { authorOf } from "./site.ts";

export const PersonOutput = z.object({ id: z.uuid(), name: z.string() });

/** What one save did to one page, as programs get it. */
export const ChangeOutput = z.object({
  position: z.int(),
  saveId: z.uuid().describe("Shared by all that was saved at once"),
  pageId: z.uuid(),
  slug: z.string().describe("What the page was called after it"),
  title: z.string(),
  slugBefore: z.string().optional().describe("Where it was moved from"),
  version: z.int(),
  versionBefore: z.int().describe("0 where it was created"),
  kinds: z.array(z.enum(CHANGE_KINDS)),
  author: PersonOutput.nullable(),
  recordedAt: z.int().describe("In milliseconds since 1970"),
  occurredAt: z.int().optional().describe("When it was done elsewhere, where it was imported"),
  summary: z.string().optional(),
  sizeBefore: z.int().describe("In bytes"),
  sizeAfter: z.int(),
});

/** A change with the name of who made it. */
export function toChange(
  { userId, ...row }: ChangeRow,
  names: ReadonlyMap<UserId, string>,
): Change & Omit<ChangeRow, "userId"> {
  return { ...row, author: authorOf(userId, names) };
}
