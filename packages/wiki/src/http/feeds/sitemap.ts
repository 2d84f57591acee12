import { z } from "zod";
import type { PageRow } from "../../read-models/pages/page-queries.ts";
import { pageAddress } from "../../views/addresses.ts";
import { resource } from "../resource.ts";
import { originFor, type Site } from "../site.ts";
import { xml } from "./xml.ts";

const TYPE = "application/xml; charset=utf-8";
// A sitemap has no more, by its protocol: those edited last are what is worth a visit.
const MAX_PAGES = 50_000;
const BATCH = 500;

/** The pages, for search engines. */
export function sitemap(site: Site) {
  return resource({
    summary: "The addresses of all pages, for search engines",
    isKept: true,
    input: z.strictObject({}),
    output: z.string(),
    answers: { type: TYPE },
    handle: async (_input, asked) => {
      const { listings } = site.access.for(asked.viewer);
      const origin = originFor(site, asked);
      const pages: PageRow[] = [];
      let after: string | undefined;
      do {
        const part = await listings.listPages({ order: "modified", after, limit: BATCH });
        pages.push(...part.rows.filter(({ deleted }) => !deleted));
        after = part.next;
      } while (after !== undefined && pages.length < MAX_PAGES);
      const text = xml`<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${pages.map(
  ({
    slug,
    modifiedAt,
  }) => xml`<url><loc>${origin}${pageAddress(slug)}</loc><lastmod>${new Date(modifiedAt).toISOString()}</lastmod></url>
`,
)}</urlset>
`;
      return { kind: "written", type: TYPE, text: String(text) };
    },
  });
}
