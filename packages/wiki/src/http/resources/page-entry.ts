import { z } from "zod";
import type { PageRow } from "../../read-models/pages/page-queries.ts";

/** A page in a list, as programs get it. */
export const PageEntryOutput = z.object({
  pageId: z.uuid(),
  slug: z.string(),
  title: z.string(),
  excerpt: z.string().describe("How its text begins"),
  tags: z.array(z.string()),
  deleted: z.boolean(),
  version: z.int(),
  size: z.int().describe("Of its text, in bytes"),
  createdAt: z.int().describe("In milliseconds since 1970"),
  createdBy: z.uuid().nullable(),
  modifiedAt: z.int().describe("In milliseconds since 1970"),
  modifiedBy: z.uuid().nullable(),
});

export function toPageEntry({ position: _position, ...page }: PageRow): z.input<typeof PageEntryOutput> {
  return { ...page, tags: [...page.tags] };
}
