import { z } from "zod";
import { PageNotFoundError } from "../../domain/page-errors.ts";
import { toSlug } from "../../domain/slug.ts";
import { backlinksView } from "../../views/links.ts";
import { SlugField } from "../fields.ts";
import { AfterField, LimitField, NextOutput } from "../list-fields.ts";
import { notShown, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { orWhereItMoved } from "./moved-pages.ts";
import { PageEntryOutput, toPageEntry } from "./page-entry.ts";

/** What links to a page, or to an address that no page has yet. */
export function pageLinks(site: Site) {
  return resource({
    summary: "The pages that link to a page, by title",
    isKept: true,
    input: z.strictObject({ slug: SlugField, after: AfterField, limit: LimitField }),
    output: z.object({
      slug: z.string(),
      total: z.int().describe("How many pages link here in all"),
      pages: z.array(PageEntryOutput),
      next: NextOutput,
    }),
    errors: ["INVALID_SLUG"],
    handle: ({ slug: at, ...part }, asked) =>
      orWhereItMoved(asked, async () => {
        const slug = toSlug(at);
        const { queries } = site.access.for(asked.viewer);
        const page = await queries.readPage(slug).then(
          (found) => found.current,
          (error: unknown) => {
            // A page that is missing is what one most wants to know this of.
            if (error instanceof PageNotFoundError && error.movedTo === undefined) return { slug, title: slug };
            throw error;
          },
        );
        const { rows, total, next } = await queries.backlinks(page.slug, part);
        const data = { slug: page.slug, total, pages: rows.map(toPageEntry), next: next ?? null };
        if (asked.form === "json") return { kind: "shown", data, view: notShown };
        const isFirst = part.after === undefined;
        const model = { page, total, pages: rows, isFirst, ...(next === undefined ? {} : { next }) };
        return { kind: "shown", data, view: () => backlinksView(frameFor(site, asked), model) };
      }),
  });
}
