import { z } from "zod";
import { EditConflictError } from "../../domain/page-errors.ts";
import { KeyField, NumberField, PageIdField, SlugField, WhyField } from "../fields.ts";
import { resource } from "../resource.ts";
import type { Site } from "../site.ts";
import { showConflict } from "./edit-conflict.ts";
import { SavedOutput, savedReply } from "./page-output.ts";

/** Brings back the text of an old version. */
export function revertPage(site: Site) {
  return resource({
    summary: "Gives a page the title, text and tags of one of its versions",
    input: z.strictObject({
      page: SlugField,
      version: NumberField.describe("The version to bring back"),
      basedOn: NumberField.optional().describe("The version that was looked at; what has changed since is merged"),
      pageId: PageIdField,
      summary: WhyField,
      idempotencyKey: KeyField,
    }),
    output: SavedOutput,
    errors: ["EDIT_CONFLICT", "INVALID_SLUG", "PAGE_NOT_FOUND", "VERSION_NOT_FOUND"],
    handle: async ({ page, version, ...options }, asked) => {
      const done = await site.access.for(asked.viewer).commands.revertPage(page, version, options);
      return savedReply(done);
    },
    showError: async (error, given, asked) => {
      if (!(error instanceof EditConflictError)) return undefined;
      const { title, tags, body } = error.yours;
      const fields = { title, slug: "", tags: tags.join(", "), body, summary: "" };
      return showConflict(site, asked, { error, fields, given });
    },
  });
}
