import { z } from "zod";
import { assertMay } from "../../access/viewer.ts";
import { type RestoreModel, restoreView } from "../../views/delete.ts";
import { KeyField, NumberField, SlugField, WhyField } from "../fields.ts";
import { type Asked, type Reply, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { keyOf, refusalOf, textOf } from "./page-form.ts";
import { SavedOutput, savedReply } from "./page-output.ts";

/** The form to bring back a page that was deleted. */
export function showRestorePage(site: Site) {
  return resource({
    summary: "The form to restore a page",
    input: z.strictObject({ page: SlugField }),
    output: z.null(),
    handle: async ({ page: at }, asked) => {
      assertMay(asked.viewer, "edit");
      const { queries } = site.access.for(asked.viewer);
      const { page, isFree } = await queries.readDeleted(at);
      const { pageId, version: basedOn } = page;
      const slug = isFree ? page.slug : `${page.slug}-restored`;
      return show(site, asked, { page, pageId, basedOn, slug, summary: "", errors: {} });
    },
  });
}

/** Brings back a page that was deleted. */
export function restorePage(site: Site) {
  return resource({
    summary: "Restores a page that was deleted",
    input: z.strictObject({
      page: SlugField,
      slug: z.string("must be text").optional().describe("Another address, where its own is taken by now"),
      basedOn: NumberField.optional().describe("The version that was looked at"),
      pageId: z.string().optional().describe("The page that is meant: default the one that was deleted last"),
      summary: WhyField,
      idempotencyKey: KeyField,
    }),
    output: SavedOutput,
    errors: ["INVALID_SLUG", "PAGE_CHANGED", "PAGE_NOT_FOUND", "SLUG_CONFLICT"],
    handle: async ({ page, slug: as = page, basedOn, pageId, summary, idempotencyKey }, asked) => {
      const key = idempotencyKey ?? (basedOn === undefined ? undefined : keyOf(pageId, "restore", basedOn, as));
      const { commands } = site.access.for(asked.viewer);
      const done = await commands.restorePage(page, { as, basedOn, pageId, summary, idempotencyKey: key });
      return savedReply(done);
    },
    showError: async (error, given, asked) => {
      if (typeof given["slug"] !== "string") return undefined;
      const { page } = await site.access.for(asked.viewer).queries.readDeleted(textOf(given, "page"));
      const { status, errors } = refusalOf(error);
      const { summary, slug, ...others } = errors;
      const [other] = Object.values(others);
      const reason = slug ?? other;
      return {
        ...show(site, asked, {
          page,
          pageId: page.pageId,
          basedOn: page.version,
          slug: textOf(given, "slug"),
          summary: textOf(given, "summary"),
          errors: { ...(reason === undefined ? {} : { slug: reason }), ...(summary === undefined ? {} : { summary }) },
        }),
        status,
      };
    },
  });
}

function show(site: Site, asked: Asked, model: RestoreModel): Extract<Reply, { readonly kind: "shown" }> {
  return { kind: "shown", data: null, view: () => restoreView(frameFor(site, asked), model) };
}
