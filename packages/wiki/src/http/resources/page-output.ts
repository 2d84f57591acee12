import { z } from "zod";
import type { Done } from "../../access/page-commands.ts";
import type { PageDetails } from "../../application/page-details.ts";
import { pageAddress } from "../../views/addresses.ts";
import { PersonOutput } from "../change-entry.ts";
import type { Reply } from "../resource.ts";

const TEXT = {
  pageId: z.uuid().describe("Stays the same whatever becomes of title and slug"),
  slug: z.string(),
  title: z.string(),
  body: z.string().describe("Markdown"),
  tags: z.array(z.string()),
  version: z.int(),
  deleted: z.boolean(),
};

/** A page, or one of its versions, as programs get it. */
export const PageOutput = z.object({
  ...TEXT,
  currentVersion: z.int(),
  recordedAt: z.int().describe("When this version was made, in milliseconds since 1970"),
  author: PersonOutput.nullable().describe("Who made this version"),
});

/** A page after a change of it. */
export const SavedOutput = z.object({
  ...TEXT,
  position: z.int().describe("A position of the log that the change is not after"),
});

/** The answer to a command: a browser goes on to the page, a program gets it. */
export function savedReply({ page, position }: Done, status: 200 | 201 = 200): Reply {
  const data: z.input<typeof SavedOutput> = { ...textOf(page), position };
  return { kind: "changed", status, data, next: pageAddress(page.slug), position };
}

export function textOf({ pageId, slug, title, body, tags, version, deleted }: PageDetails) {
  return { pageId, slug, title, body, tags: [...tags], version, deleted };
}

/** A page by the names that it has. */
export const PageNameOutput = z.object({ pageId: z.uuid(), slug: z.string(), title: z.string() });

export function nameOf({ pageId, slug, title }: PageDetails): z.input<typeof PageNameOutput> {
  return { pageId, slug, title };
}
