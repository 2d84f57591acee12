import { z } from "zod";
import { type RenameModel, renameView } from "../../views/rename.ts";
import type { Fields } from "../decoding.ts";
import { KeyField, NumberField, PageIdField, SlugField, WhyField } from "../fields.ts";
import { type Asked, notShown, type Reply, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { formForPage } from "./moved-pages.ts";
import { refusalOf, textOf } from "./page-form.ts";
import { SavedOutput, savedReply } from "./page-output.ts";

/** The form for another title and address. */
export function showRenamePage(site: Site) {
  return resource({
    summary: "The form to rename a page",
    input: z.strictObject({ page: SlugField }),
    output: z.null(),
    handle: (input, asked) =>
      formForPage(site, asked, input.page, async (page) => {
        return show(site, asked, {
          page,
          pageId: page.pageId,
          basedOn: page.version,
          fields: { title: page.title, slug: page.slug, updateLinks: true, summary: "" },
          errors: {},
          ...(await linksHere(site, page.slug, asked)),
        });
      }),
  });
}

/** Gives a page another address and title, and brings along the links of others. */
export function renamePage(site: Site) {
  return resource({
    summary: "Gives a page another address; the old one leads on to it",
    input: z.strictObject({
      page: SlugField,
      slug: z.string("must be text").describe("The new address"),
      title: z.string("must be text").optional(),
      updateLinks: z
        .union([z.boolean(), z.literal("yes").transform(() => true)], "must be true or false")
        .default(false)
        .describe("Whether the texts that link here are changed too, in the same save"),
      basedOn: NumberField.optional().describe("The version that was looked at"),
      pageId: PageIdField,
      summary: WhyField,
      idempotencyKey: KeyField,
    }),
    output: SavedOutput,
    errors: ["EDIT_CONFLICT", "INVALID_SLUG", "PAGE_NOT_FOUND", "SLUG_CONFLICT", "VERSION_NOT_FOUND"],
    handle: async ({ page, summary, idempotencyKey, ...renaming }, asked) => {
      const { commands } = site.access.for(asked.viewer);
      const done = await commands.renamePage(page, renaming, { summary, idempotencyKey });
      return savedReply(done);
    },
    showError: async (error, given, asked) => {
      if (typeof given["slug"] !== "string") return undefined;
      const { status, errors } = refusalOf(error);
      const { body, tags, slug = body ?? tags, ...others } = errors;
      return { ...show(site, asked, await modelOf(site, given, asked, { ...others, ...(slug && { slug }) })), status };
    },
  });
}

async function modelOf(site: Site, given: Fields, asked: Asked, errors: RenameModel["errors"]): Promise<RenameModel> {
  const slug = textOf(given, "page");
  const title = textOf(given, "title");
  return {
    page: { slug, title: title || slug },
    pageId: textOf(given, "pageId"),
    basedOn: Number(textOf(given, "basedOn")),
    fields: {
      title,
      slug: textOf(given, "slug"),
      updateLinks: given["updateLinks"] !== undefined,
      summary: textOf(given, "summary"),
    },
    errors,
    // What was typed is shown also where the store fails.
    ...(await linksHere(site, slug, asked).catch(() => ({ backlinks: 0, linkedFrom: [] }))),
  };
}

/** How many pages link here, and some of them. */
export async function linksHere(
  site: Site,
  slug: string,
  asked: Asked,
): Promise<Pick<RenameModel, "backlinks" | "linkedFrom">> {
  const { rows, total } = await site.access.for(asked.viewer).queries.backlinks(slug, { limit: 10 });
  return { backlinks: total, linkedFrom: rows };
}

function show(site: Site, asked: Asked, model: RenameModel): Extract<Reply, { readonly kind: "shown" }> {
  const view = asked.form === "html" ? () => renameView(frameFor(site, asked), model) : notShown;
  return { kind: "shown", data: null, view };
}
