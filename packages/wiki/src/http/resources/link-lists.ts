import { z } from "zod";
import { missingPagesView, orphansView } from "../../views/links.ts";
import { AfterField, LimitField, NextOutput } from "../list-fields.ts";
import { notShown, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { PageEntryOutput, toPageEntry } from "./page-entry.ts";

const INPUT = z.strictObject({ after: AfterField, limit: LimitField });

/** What is linked to and was not written. */
export function listMissingPages(site: Site) {
  return resource({
    summary: "Addresses that pages link to and that no page has, the most wanted first",
    isKept: true,
    input: INPUT,
    output: z.object({
      missing: z.array(
        z.object({
          slug: z.string(),
          links: z.int().describe("How many pages link to it"),
          from: z.array(z.object({ slug: z.string(), title: z.string() })).describe("Some of them"),
        }),
      ),
      next: NextOutput,
    }),
    handle: async (part, asked) => {
      const { rows, next } = await site.access.for(asked.viewer).listings.missingPages(part);
      const model = { missing: rows, isFirst: part.after === undefined, ...(next === undefined ? {} : { next }) };
      const data = { missing: rows, next: next ?? null };
      return { kind: "shown", data, view: () => missingPagesView(frameFor(site, asked), model) };
    },
  });
}

/** What no page links to. */
export function listOrphans(site: Site) {
  return resource({
    summary: "Pages that no other page links to",
    isKept: true,
    input: INPUT,
    output: z.object({ pages: z.array(PageEntryOutput), next: NextOutput }),
    handle: async (part, asked) => {
      const { rows, next } = await site.access.for(asked.viewer).listings.orphans(part);
      const data = { pages: rows.map(toPageEntry), next: next ?? null };
      if (asked.form === "json") return { kind: "shown", data, view: notShown };
      const model = { pages: rows, isFirst: part.after === undefined, ...(next === undefined ? {} : { next }) };
      return { kind: "shown", data, view: () => orphansView(frameFor(site, asked), model) };
    },
  });
}
