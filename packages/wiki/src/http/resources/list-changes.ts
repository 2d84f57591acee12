import { z } from "zod";
import { InvalidInputError } from "../../domain/invalid-input.ts";
import { changesView } from "../../views/changes.ts";
import type { ChangesFilter } from "../../views/changes-filter.ts";
import { ChangeOutput, toChange } from "../change-entry.ts";
import { NumberField } from "../fields.ts";
import { AuthorField, FromField, instantsOf, KindField, LimitField, PathField, ToField } from "../list-fields.ts";
import { notShown, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";

const DEFAULT_LIMIT = 50;

/** The timeline of the wiki. */
export function listChanges(site: Site) {
  return resource({
    summary: "What was changed, the newest first",
    isKept: true,
    input: z.strictObject({
      page: PathField.describe("Only changes of the page with this address"),
      author: AuthorField,
      kind: KindField,
      from: FromField,
      to: ToField,
      before: NumberField.optional().describe("The position that the part before ended with"),
      limit: LimitField,
    }),
    output: z.object({
      changes: z.array(ChangeOutput),
      next: z.int().nullable().describe("What to give as `before` for the next part; null at the end"),
    }),
    errors: ["INVALID_SLUG", "PAGE_NOT_FOUND"],
    handle: async ({ page, author, kind, from, to, before, limit = DEFAULT_LIMIT }, asked) => {
      const { listings } = site.access.for(asked.viewer);
      const pageId = page === undefined ? undefined : (await listings.findPage(page)).pageId;
      const selection = { author, kind, before, limit, pageId, ...instantsOf({ from, to }) };
      const rows = await listings.listChanges(selection);
      const names = await listings.namesOf(rows.map(({ userId }) => userId));
      const changes = rows.map((row) => toChange(row, names));
      const next = rows.length < limit ? undefined : rows.at(-1)?.position;
      const data = { changes, next: next ?? null };
      if (asked.form === "json") return { kind: "shown", data, view: notShown };
      const filter = { author, kind, from, to };
      const model = { changes, filter, authors: await listings.authors(), isFirst: before === undefined };
      const shown = next === undefined ? model : { ...model, next };
      return { kind: "shown", data, view: () => changesView(frameFor(site, asked), shown) };
    },
    showError: async (error, given, asked) => {
      if (!(error instanceof InvalidInputError)) return undefined;
      const authors = await site.access.for(asked.viewer).listings.authors();
      const model = { changes: [], filter: filterOf(given), filterError: messageOf(error), authors, isFirst: true };
      return { kind: "shown", status: 422, data: null, view: () => changesView(frameFor(site, asked), model) };
    },
  });
}

/** The filter as it was sent, to be mended. */
function filterOf(given: { readonly [name: string]: unknown }): ChangesFilter {
  const text = (name: string) => (typeof given[name] === "string" ? given[name] : undefined);
  return { author: text("author"), kind: text("kind"), from: text("from"), to: text("to") };
}

function messageOf({ field, reason }: InvalidInputError): string {
  return `"${field}" ${reason}.`;
}
