import { z } from "zod";
import { InvalidInputError } from "../../domain/invalid-input.ts";
import type { ChangesFilter } from "../../views/changes-filter.ts";
import { type HistoryModel, historyView } from "../../views/history.ts";
import { ChangeOutput, toChange } from "../change-entry.ts";
import type { Fields } from "../decoding.ts";
import { NumberField, SlugField } from "../fields.ts";
import { AuthorField, FromField, instantsOf, KindField, LimitField, ToField } from "../list-fields.ts";
import { type Asked, notShown, type Reply, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { orWhereItMoved } from "./moved-pages.ts";
import { ofPage } from "./of-page.ts";
import { textOf } from "./page-form.ts";
import { nameOf, PageNameOutput } from "./page-output.ts";

const DEFAULT_LIMIT = 50;

/** The timeline of a page. */
export function pageHistory(site: Site) {
  return resource({
    summary: "What was done to a page, the newest first",
    isKept: true,
    input: z.strictObject({
      slug: SlugField,
      author: AuthorField,
      kind: KindField,
      from: FromField,
      to: ToField,
      before: NumberField.optional().describe("The position that the part before ended with"),
      limit: LimitField,
    }),
    output: z.object({
      page: PageNameOutput,
      currentVersion: z.int(),
      changes: z.array(ChangeOutput),
      next: z.int().nullable().describe("What to give as `before` for the next part; null at the end"),
    }),
    errors: ["INVALID_SLUG", "PAGE_NOT_FOUND"],
    handle: ({ slug, author, kind, from, to, before, limit = DEFAULT_LIMIT }, asked) =>
      orWhereItMoved(asked, async () => {
        const { queries, listings } = site.access.for(asked.viewer);
        const { page, currentVersion } = await queries.readPage(slug);
        const { pageId } = page;
        const selection = { pageId, author, kind, before, limit, ...instantsOf({ from, to }) };
        const rows = await listings.listChanges(selection);
        const names = await listings.namesOf(rows.map(({ userId }) => userId));
        const changes = rows.map((row) => toChange(row, names));
        const next = rows.length < limit ? undefined : rows.at(-1)?.position;
        const data = { page: nameOf(page), currentVersion, changes, next: next ?? null };
        const madeOf = ofPage(slug, page);
        if (asked.form === "json") return { kind: "shown", data, madeOf, view: notShown };
        const filter = { author, kind, from, to };
        const authors = await listings.authors({ pageId });
        const model = { page, currentVersion, changes, filter, authors, isFirst: before === undefined };
        return { ...show(site, asked, data, next === undefined ? model : { ...model, next }), madeOf };
      }),
    showError: async (error, given, asked) => {
      if (!(error instanceof InvalidInputError)) return undefined;
      const { queries, listings } = site.access.for(asked.viewer);
      const { page, currentVersion } = await queries.readPage(textOf(given, "slug"));
      const authors = await listings.authors({ pageId: page.pageId });
      const filterError = `"${error.field}" ${error.reason}.`;
      const filter = filterOf(given);
      const model = { page, currentVersion, changes: [], filter, filterError, authors, isFirst: true };
      return { ...show(site, asked, null, model), status: 422 };
    },
  });
}

/** The filter as it was sent, to be mended. */
function filterOf(given: Fields): ChangesFilter {
  const [author, kind, from, to] = ["author", "kind", "from", "to"].map((name) => textOf(given, name));
  return { author, kind, from, to };
}

function show(
  site: Site,
  asked: Asked,
  data: unknown,
  model: HistoryModel,
): Extract<Reply, { readonly kind: "shown" }> {
  return { kind: "shown", data, view: () => historyView(frameFor(site, asked), model) };
}
