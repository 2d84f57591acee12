import { z } from "zod";
import { tagsView, tagView } from "../../views/tags.ts";
import { AfterField, LimitField, NextOutput } from "../list-fields.ts";
import { notShown, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { PageEntryOutput, toPageEntry } from "./page-entry.ts";

/** All tags. */
export function listTags(site: Site) {
  return resource({
    summary: "The tags, and how many pages have each",
    isKept: true,
    input: z.strictObject({ after: AfterField, limit: LimitField }),
    output: z.object({ tags: z.array(z.object({ tag: z.string(), pages: z.int() })), next: NextOutput }),
    handle: async (part, asked) => {
      const { rows, next } = await site.access.for(asked.viewer).listings.listTags(part);
      const model = { tags: rows, isFirst: part.after === undefined, ...(next === undefined ? {} : { next }) };
      const data = { tags: rows, next: next ?? null };
      return { kind: "shown", data, view: () => tagsView(frameFor(site, asked), model) };
    },
  });
}

/** The pages with a tag. */
export function readTag(site: Site) {
  return resource({
    summary: "The pages that have a tag, by title",
    isKept: true,
    input: z.strictObject({ tag: z.string("must be text"), after: AfterField, limit: LimitField }),
    output: z.object({ tag: z.string(), pages: z.array(PageEntryOutput), total: z.int(), next: NextOutput }),
    handle: async ({ tag: written, ...part }, asked) => {
      // As tags are stored.
      const tag = written.slice(0, MAX_UNITS).trim().normalize("NFC").toLowerCase();
      const { rows, total, next } = await site.access.for(asked.viewer).listings.listPages({ ...part, tag });
      const data = { tag, pages: rows.map(toPageEntry), total, next: next ?? null };
      if (asked.form === "json") return { kind: "shown", data, view: notShown };
      const model = { tag, total, pages: rows, isFirst: part.after === undefined };
      const shown = next === undefined ? model : { ...model, next };
      return { kind: "shown", data, view: () => tagView(frameFor(site, asked), shown) };
    },
  });
}

// No tag is as long; to normalise a million combining marks takes minutes.
const MAX_UNITS = 200;
