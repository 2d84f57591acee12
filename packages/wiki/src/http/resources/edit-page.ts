import { z } from "zod";
import type { PageToRead } from "../../access/page-queries.ts";
import { assertMay } from "../../access/viewer.ts";
import { withLineEndsOf } from "../../domain/line-ends.ts";
import { EditConflictError, PageNotFoundError } from "../../domain/page-errors.ts";
import { pageAddress } from "../../views/addresses.ts";
import { type EditModel, editView } from "../../views/edit.ts";
import type { Fields } from "../decoding.ts";
import { BodyField, KeyField, NumberField, PageIdField, SlugField, TagsField, WhyField } from "../fields.ts";
import { type Asked, type Reply, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { showConflict } from "./edit-conflict.ts";
import { formForPage } from "./moved-pages.ts";
import { keyOf, newKey, PAGE_FORM, refusalOf, textOf, typedFields } from "./page-form.ts";
import { SavedOutput, savedReply } from "./page-output.ts";
import { previewOf } from "./page-preview.ts";

/** The form for a page that is there. */
export function showEditPage(site: Site) {
  return resource({
    summary: "The form for an edit",
    input: z.strictObject({ page: SlugField }),
    output: z.null(),
    handle: (input, asked) =>
      formForPage(site, asked, input.page, async (page) => {
        const { title, slug, tags, body, pageId, version } = page;
        return show(site, asked, {
          target: { kind: "page", page: { slug, title }, pageId, basedOn: version },
          fields: { title, slug, tags: tags.join(", "), body, summary: "" },
          errors: {},
          idempotencyKey: newKey(),
        });
      }),
  });
}

/** Saves what the form sends, or shows it as a reader would see it. */
export function editFromForm(site: Site) {
  return resource({
    summary: "Saves an edit",
    input: z.strictObject({
      ...PAGE_FORM,
      page: SlugField,
      pageId: z.string(),
      basedOn: NumberField,
    }),
    output: z.null(),
    handle: async ({ page: at, pageId, basedOn, intent, summary, idempotencyKey, ...typed }, asked) => {
      const { queries, commands } = site.access.for(asked.viewer);
      assertMay(asked.viewer, "edit");
      const base = await readFollowing(site, asked, at, basedOn);
      if (intent === "preview") {
        const preview = await previewOf(queries, typed);
        const fields = { ...typed, tags: typed.tags.join(","), summary: summary ?? "" };
        const target = { kind: "page", page: base.current, pageId, basedOn } as const;
        return show(site, asked, { target, fields, errors: {}, idempotencyKey: idempotencyKey ?? newKey(), preview });
      }
      const edit = {
        ...typed,
        slug: typed.slug === "" ? undefined : typed.slug,
        body: withLineEndsOf(base.page.body, typed.body),
      };
      const key = keyOf(idempotencyKey, "edit", pageId, basedOn, edit, summary);
      const done = await commands.editPage(at, { ...edit, basedOn, pageId }, { summary, idempotencyKey: key });
      const isMerged = done.page.body !== edit.body || done.page.title !== edit.title;
      const next = pageAddress(done.page.slug) + (isMerged ? "?saved=merged" : "");
      return { kind: "changed", status: 200, data: null, next, position: done.position };
    },
    showError: (error, given, asked) => showRefused(site, error, given, asked),
  });
}

/** Edits a page for a program. */
export function patchPage(site: Site) {
  return resource({
    summary: "Edits a page: what is left out stays as it is",
    input: z.strictObject({
      page: SlugField,
      title: z.string("must be text").optional(),
      slug: z.string("must be text").optional().describe("Another address; the old one leads on to it"),
      body: BodyField.optional().describe("Markdown, kept to the byte"),
      tags: TagsField.optional(),
      basedOn: NumberField.optional().describe(
        "The version that the edit started from; what has changed since is merged",
      ),
      pageId: PageIdField,
      summary: WhyField,
      idempotencyKey: KeyField,
    }),
    output: SavedOutput,
    errors: ["EDIT_CONFLICT", "INVALID_SLUG", "PAGE_NOT_FOUND", "SLUG_CONFLICT", "VERSION_NOT_FOUND"],
    handle: async ({ page, summary, idempotencyKey, ...edit }, asked) => {
      const done = await site.access.for(asked.viewer).commands.editPage(page, edit, { summary, idempotencyKey });
      return savedReply(done);
    },
  });
}

/** A version of a page, which may have moved since the form was shown. */
async function readFollowing(site: Site, { viewer }: Asked, slug: string, version: number): Promise<PageToRead> {
  const { queries } = site.access.for(viewer);
  try {
    return await queries.readPage(slug, version);
  } catch (error) {
    if (!(error instanceof PageNotFoundError) || error.movedTo === undefined) throw error;
    return queries.readPage(error.movedTo, version);
  }
}

async function showRefused(site: Site, error: unknown, given: Fields, asked: Asked): Promise<Reply | undefined> {
  const fields = typedFields(given);
  if (!fields) return undefined;
  if (error instanceof EditConflictError) return showConflict(site, asked, { error, fields, given });
  const { status, errors } = refusalOf(error);
  const page = { slug: textOf(given, "page"), title: fields.title || textOf(given, "page") };
  const basedOn = Number(textOf(given, "basedOn"));
  const target = { kind: "page", page, pageId: textOf(given, "pageId"), basedOn } as const;
  const idempotencyKey = textOf(given, "idempotencyKey") || newKey();
  return { ...show(site, asked, { target, fields, errors, idempotencyKey }), status };
}

function show(site: Site, asked: Asked, model: EditModel): Extract<Reply, { readonly kind: "shown" }> {
  return { kind: "shown", data: null, view: () => editView(frameFor(site, asked), model) };
}
