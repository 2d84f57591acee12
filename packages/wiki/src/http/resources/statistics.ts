import { z } from "zod";
import { PersonOutput } from "../change-entry.ts";
import { LimitField, PathField } from "../list-fields.ts";
import { notShown, resource } from "../resource.ts";
import { authorOf, type Site } from "../site.ts";

/** Those who wrote the wiki, or a page. */
export function listContributors(site: Site) {
  return resource({
    summary: "Those who changed pages, whoever made most changes first",
    isKept: true,
    input: z.strictObject({ page: PathField.describe("Only of the page with this address"), limit: LimitField }),
    output: z.object({
      contributors: z.array(
        z.object({
          person: PersonOutput.nullable().describe("Null for all who were not signed in"),
          changes: z.int(),
          lastAt: z.int().describe("When the last one was made, in milliseconds since 1970"),
        }),
      ),
    }),
    errors: ["INVALID_SLUG", "PAGE_NOT_FOUND"],
    handle: async ({ page, limit }, { viewer }) => {
      const { listings } = site.access.for(viewer);
      const of = page === undefined ? {} : { pageId: (await listings.findPage(page)).pageId };
      const rows = await listings.contributors({ ...of, limit });
      const names = await listings.namesOf(rows.map(({ userId }) => userId));
      const contributors = rows.map(({ userId, ...row }) => ({ person: authorOf(userId, names), ...row }));
      return { kind: "shown", data: { contributors }, view: notShown };
    },
  });
}

/** How large the wiki is. */
export function readStatistics(site: Site) {
  return resource({
    summary: "How large the wiki is, and how old",
    isKept: true,
    input: z.strictObject({}),
    output: z.object({
      pages: z.int(),
      changes: z.int(),
      contributors: z.int(),
      bytes: z.int().describe("Of the texts of all pages"),
      firstChangeAt: z.int().optional().describe("In milliseconds since 1970; missing where nothing was changed"),
      lastChangeAt: z.int().optional(),
    }),
    handle: async (_input, { viewer }) => {
      const data = await site.access.for(viewer).listings.statistics();
      return { kind: "shown", data, view: notShown };
    },
  });
}
