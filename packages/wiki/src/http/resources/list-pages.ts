import { z } from "zod";
import { ancestorsIn } from "../../access/page-tree.ts";
import { PAGE_ORDERS, type PageOrder, pagesView } from "../../views/pages.ts";
import { AfterField, LimitField, NextOutput, optionalChoice, PathField } from "../list-fields.ts";
import { notShown, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { findBeginning, HOME_SLUG } from "./beginning.ts";
import { PageEntryOutput, toPageEntry } from "./page-entry.ts";

// The keys of an object are a list of its names.
const ORDERS = Object.keys(PAGE_ORDERS) as PageOrder[];

/** All pages, or those below a place in the tree. */
export function listPages(site: Site) {
  return resource({
    summary: "Pages, all of them or those below a place in the tree",
    isKept: true,
    input: z.strictObject({
      under: PathField.describe("Only pages whose addresses begin with this and a slash"),
      order: optionalChoice(ORDERS).describe("Default title"),
      after: AfterField,
      limit: LimitField,
    }),
    output: z.object({ pages: z.array(PageEntryOutput), total: z.int(), next: NextOutput }),
    errors: ["INVALID_SLUG"],
    handle: async ({ under, order = "title", after, limit }, asked) => {
      const { listings, queries } = site.access.for(asked.viewer);
      const { rows, total, next } = await listings.listPages({ under, order, after, limit });
      const data = { pages: rows.map(toPageEntry), total, next: next ?? null };
      if (asked.form === "json") return { kind: "shown", data, view: notShown };
      const tree = await listings.tree(under ?? "");
      const ancestors = under === undefined ? [] : ancestorsIn(tree, under);
      const model = { order, pages: rows, total, tree, ancestors, isFirst: after === undefined };
      const isWhole = under === undefined && after === undefined && total > 0;
      const optional = {
        ...(under === undefined ? {} : { under }),
        ...(next === undefined ? {} : { next }),
        ...(isWhole && (await findBeginning(queries)) === undefined ? { missingHome: HOME_SLUG } : {}),
      };
      return { kind: "shown", data, view: () => pagesView(frameFor(site, asked), { ...model, ...optional }) };
    },
  });
}
