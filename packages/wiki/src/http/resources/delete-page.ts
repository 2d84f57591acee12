import { z } from "zod";
import { type DeleteModel, deleteView } from "../../views/delete.ts";
import { KeyField, NumberField, PageIdField, SlugField, WhyField } from "../fields.ts";
import { type Asked, type Reply, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { formForPage } from "./moved-pages.ts";
import { keyOf, refusalOf, textOf } from "./page-form.ts";
import { SavedOutput, savedReply } from "./page-output.ts";
import { linksHere } from "./rename-page.ts";

/** The question before a page is deleted: what links to it? */
export function showDeletePage(site: Site) {
  return resource({
    summary: "The form to delete a page",
    input: z.strictObject({ page: SlugField }),
    output: z.null(),
    handle: (input, asked) =>
      formForPage(site, asked, input.page, async (page) => {
        const { pageId, version: basedOn } = page;
        return show(site, asked, {
          page,
          pageId,
          basedOn,
          summary: "",
          errors: {},
          ...(await linksHere(site, page.slug, asked)),
        });
      }),
  });
}

/** Hides a page. */
export function deletePage(site: Site) {
  return resource({
    summary: "Deletes a page: it is hidden, and can be restored",
    input: z.strictObject({
      page: SlugField,
      basedOn: NumberField.optional().describe(
        "The version that was looked at: where the page has changed since, it stays",
      ),
      pageId: PageIdField,
      summary: WhyField,
      idempotencyKey: KeyField,
    }),
    output: SavedOutput,
    errors: ["INVALID_SLUG", "PAGE_CHANGED", "PAGE_NOT_FOUND"],
    handle: async ({ page, basedOn, pageId, summary, idempotencyKey }, asked) => {
      // A version is deleted once: a form that is sent twice says the same by itself.
      const key = idempotencyKey ?? (basedOn === undefined ? undefined : keyOf(pageId, "delete", basedOn));
      const { commands } = site.access.for(asked.viewer);
      const done = await commands.deletePage(page, { basedOn, pageId, summary, idempotencyKey: key });
      return savedReply(done);
    },
    showError: async (error, given, asked) => {
      if (typeof given["summary"] !== "string") return undefined;
      const { queries } = site.access.for(asked.viewer);
      const { page } = await queries.readPage(textOf(given, "page"));
      const { status, errors } = refusalOf(error);
      const [reason] = Object.values(errors);
      return {
        ...show(site, asked, {
          page,
          pageId: page.pageId,
          // As it is now: what has changed is named, and to delete it nevertheless is a choice.
          basedOn: page.version,
          summary: textOf(given, "summary"),
          errors: reason === undefined ? {} : { summary: reason },
          ...(await linksHere(site, page.slug, asked)),
        }),
        status,
      };
    },
  });
}

function show(site: Site, asked: Asked, model: DeleteModel): Extract<Reply, { readonly kind: "shown" }> {
  return { kind: "shown", data: null, view: () => deleteView(frameFor(site, asked), model) };
}
