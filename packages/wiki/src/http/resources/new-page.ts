import { z } from "zod";
import { assertMay } from "../../access/viewer.ts";
import { toTitle } from "../../domain/page-text.ts";
import { slugFromTitle, toSlug } from "../../domain/slug.ts";
import { editAddress, pageAddress } from "../../views/addresses.ts";
import { type EditErrors, type EditFields, editView } from "../../views/edit.ts";
import { BodyField, KeyField, TagsField, WhyField } from "../fields.ts";
import { type Asked, notShown, type Reply, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { keyOf, newKey, PAGE_FORM, refusalOf, textOf, typedFields } from "./page-form.ts";
import { SavedOutput, savedReply } from "./page-output.ts";
import { previewOf } from "./page-preview.ts";

/** The form for a page that is not there yet. */
export function showNewPage(site: Site) {
  return resource({
    summary: "The form for a new page",
    input: z.strictObject({ slug: z.string().max(200).default(""), title: z.string().max(255).default("") }),
    output: z.null(),
    handle: async ({ slug, title }, asked) => {
      assertMay(asked.viewer, "edit");
      if (slug !== "" && (await isTaken(site, slug, asked))) {
        return { kind: "moved", status: 302, to: editAddress(toSlug(slug)) };
      }
      const fields = { title: title || titleFor(slug), slug, tags: "", body: "", summary: "" };
      return show(site, asked, { fields, errors: {}, idempotencyKey: newKey() });
    },
  });
}

/** Makes a page of what the form sends. */
export function createFromForm(site: Site) {
  return resource({
    summary: "Creates a page",
    input: z.strictObject(PAGE_FORM),
    output: z.null(),
    handle: async ({ intent, summary, idempotencyKey, ...typed }, asked) => {
      const page = { ...typed, body: typed.body.replaceAll(/\r\n?/g, "\n") };
      const { queries, commands } = site.access.for(asked.viewer);
      if (intent === "preview") {
        assertMay(asked.viewer, "edit");
        const preview = await previewOf(queries, page);
        const fields = { ...page, tags: page.tags.join(","), summary: summary ?? "" };
        return show(site, asked, { fields, errors: {}, idempotencyKey: idempotencyKey ?? newKey(), preview });
      }
      const slug = slugFor(page);
      const key = keyOf(idempotencyKey, "create", page, summary);
      const done = await commands.createPage({ ...page, slug }, { summary, idempotencyKey: key });
      return { kind: "changed", status: 201, data: null, next: pageAddress(done.page.slug), position: done.position };
    },
    showError: async (error, given, asked) => {
      const fields = typedFields(given);
      if (!fields) return undefined;
      const { status, errors } = refusalOf(error);
      return show(site, asked, { status, fields, errors, idempotencyKey: textOf(given, "idempotencyKey") || newKey() });
    },
  });
}

/** Makes a page for a program. */
export function createPage(site: Site) {
  return resource({
    summary: "Creates a page",
    input: z.strictObject({
      title: z.string("must be text"),
      slug: z.string("must be text").optional().describe("Default made from the title"),
      body: BodyField.optional().describe("Markdown, kept to the byte"),
      tags: TagsField.optional(),
      summary: WhyField,
      idempotencyKey: KeyField.describe("A second request with it creates nothing and answers the same page"),
    }),
    output: SavedOutput,
    answers: { status: 201 },
    errors: ["INVALID_SLUG", "SLUG_CONFLICT"],
    handle: async ({ title, slug = "", body = "", tags = [], summary, idempotencyKey }, asked) => {
      const page = { title, slug: slugFor({ title, slug }), body, tags };
      const done = await site.access.for(asked.viewer).commands.createPage(page, { summary, idempotencyKey });
      return savedReply(done, 201);
    },
  });
}

/** The slug that was typed, or one made from the title; one that ends with a slash gets that as its last name. */
function slugFor({ title, slug }: { readonly title: string; readonly slug: string }): string {
  if (slug !== "" && !slug.endsWith("/")) return slug;
  return slug + slugFromTitle(toTitle(title));
}

/** "Getting started" for `guides/getting-started`: what a reader who followed a link will want to write about. */
function titleFor(slug: string): string {
  const words = slug.split("/").at(-1)?.replaceAll("-", " ") ?? "";
  return words.charAt(0).toUpperCase() + words.slice(1);
}

async function isTaken(site: Site, slug: string, asked: Asked): Promise<boolean> {
  try {
    const { page } = await site.access.for(asked.viewer).queries.readPage(slug);
    return !page.deleted;
  } catch {
    return false;
  }
}

interface NewPageForm {
  readonly status?: number;
  readonly fields: EditFields;
  readonly errors: EditErrors;
  readonly idempotencyKey: string;
  readonly preview?: Awaited<ReturnType<typeof previewOf>>;
}

function show(site: Site, asked: Asked, { status = 200, ...form }: NewPageForm): Reply {
  if (asked.form !== "html") return { kind: "shown", data: null, view: notShown };
  return {
    kind: "shown",
    status,
    data: null,
    view: () => editView(frameFor(site, asked), { ...form, target: { kind: "new" } }),
  };
}
