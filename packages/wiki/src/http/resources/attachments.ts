import { z } from "zod";
import { type AttachmentDone, MAX_ATTACHMENT_BYTES } from "../../access/attachment-access.ts";
import type { CountedListing } from "../../access/listings.ts";
import { assertMay } from "../../access/viewer.ts";
import type { AttachmentDetails } from "../../application/attachments.ts";
import { attachmentNameOfFile, toAttachmentName } from "../../domain/attachment-name.ts";
import { InvalidInputError } from "../../domain/invalid-input.ts";
import type { Part } from "../../read-models/listing.ts";
import type { PageRow } from "../../read-models/pages/page-queries.ts";
import { attachmentAddress, attachmentHistoryAddress } from "../../views/addresses.ts";
import { attachmentsView, attachmentView } from "../../views/attachments.ts";
import { PersonOutput } from "../change-entry.ts";
import { NumberField } from "../fields.ts";
import { answerWithFile } from "../file-answer.ts";
import { AfterField, LimitField, NextOutput } from "../list-fields.ts";
import { toProblem } from "../problems.ts";
import { type Asked, notShown, type Reply, resource } from "../resource.ts";
import { authorOf, frameFor, type Site } from "../site.ts";
import { bodyOf, MULTIPART, readUpload } from "../uploads.ts";
import { PageEntryOutput, toPageEntry } from "./page-entry.ts";

const NameField = z.string("must be text").describe("Such as guides/map.png");
const FILES = 100;
// On the page about a file: its versions follow.
const PAGES_SHOWN = 10;

const AttachmentOutput = z.object({
  name: z.string(),
  version: z.int(),
  mediaType: z.string(),
  size: z.int().describe("In bytes"),
  hash: z.string().describe("SHA-256 of its bytes"),
  deleted: z.boolean(),
  address: z.string().describe("Where its bytes are"),
});

const UsedByOutput = z
  .object({
    total: z.int().describe("How many there are in all"),
    pages: z.array(PageEntryOutput),
    next: NextOutput,
  })
  .describe("The pages that show it or link to it, by title");

/** All files, the newest first. */
export function listAttachments(site: Site) {
  return resource({
    summary: "Files, the newest first",
    input: z.strictObject({
      after: NumberField.refine((after) => after > 0, "must be what the part before gave")
        .optional()
        .describe("What the part before gave as `next`"),
      limit: LimitField,
    }),
    output: z.object({ attachments: z.array(AttachmentOutput), next: NextOutput }),
    handle: ({ after, limit }, asked) => listFrom(site, asked, { after, limit }),
  });
}

/** A file: its bytes for browsers, what is known of it for programs and on the page about it. */
export function readAttachment(site: Site) {
  return resource({
    summary: "What is known of a file, and its versions; its bytes are under its address",
    input: z.strictObject({
      name: NameField,
      version: NumberField.optional().describe("Default the version of now"),
      view: z.enum(["history"]).optional(),
      after: AfterField,
      limit: LimitField,
    }),
    output: AttachmentOutput.extend({
      versions: z.array(
        z.object({
          version: z.int(),
          size: z.int(),
          hash: z.string(),
          recordedAt: z.int().describe("In milliseconds since 1970"),
          author: PersonOutput.nullable(),
        }),
      ),
      usedBy: UsedByOutput,
    }),
    errors: ["ATTACHMENT_NOT_FOUND", "VERSION_NOT_FOUND", "DAMAGED_ATTACHMENT"],
    handle: async ({ name, version, view, ...part }, asked) => {
      if (asked.form === "json" || view === "history") return about(site, asked, { name, version, part });
      const { attachments } = site.access.for(asked.viewer);
      const file = await attachments.find(name, version);
      const toSend = { ...file, isFixed: version !== undefined };
      const response = await answerWithFile(asked.request, toSend, (range) => attachments.read(file, range));
      return { kind: "raw", response };
    },
  });
}

/** Takes the form on the list of files, and on the page about one. */
export function uploadFromForm(site: Site) {
  return resource({
    summary: "Uploads a file",
    input: z.strictObject({}),
    output: z.null(),
    bodyType: MULTIPART,
    handle: async (_input, asked) => {
      const { attachments } = site.access.for(asked.viewer);
      assertMay(asked.viewer, "edit");
      const { kept, fileName, fields } = await readUpload(asked, {
        keep: (bytes) => attachments.keep(bytes),
        limit: MAX_ATTACHMENT_BYTES,
      });
      await asked.body?.hasCome();
      const typed = fields.get("name")?.trim() ?? "";
      try {
        const name = typed === "" ? attachmentNameOfFile(fileName) : toAttachmentName(typed);
        return uploaded(await attachments.upload(name, kept));
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        return refused(site, asked, { error, typed: typed || fileName.slice(0, 200) });
      }
    },
    showError: async (error, _given, asked) =>
      [413, 422].includes(toProblem(error).status) ? refused(site, asked, { error, typed: "" }) : undefined,
  });
}

/** Takes the bytes of a file as they are. */
export function putAttachment(site: Site) {
  return resource({
    summary: "Uploads a file, or a new version of it: the body is its bytes",
    input: z.strictObject({ name: NameField }),
    output: AttachmentOutput,
    answers: { mayCreate: true },
    errors: ["ATTACHMENT_STORE_UNAVAILABLE", "ATTACHMENT_TOO_LARGE", "DAMAGED_ATTACHMENT"],
    bodyType: "application/octet-stream",
    handle: async ({ name }, asked) => {
      const { attachments } = site.access.for(asked.viewer);
      assertMay(asked.viewer, "edit");
      const canonical = toAttachmentName(name);
      const kept = await attachments.keep(bodyOf(asked, MAX_ATTACHMENT_BYTES));
      await asked.body?.hasCome();
      return uploaded(await attachments.upload(canonical, kept));
    },
  });
}

/** Hides a file. */
export function deleteAttachment(site: Site) {
  return resource({
    summary: "Deletes a file: it is hidden, and can be restored; answers which pages still show it",
    input: z.strictObject({ name: NameField }),
    output: AttachmentOutput.extend({ usedBy: UsedByOutput }),
    errors: ["ATTACHMENT_NOT_FOUND"],
    handle: async ({ name }, asked) => {
      const { attachments } = site.access.for(asked.viewer);
      // Before: what was deleted is, whatever fails then.
      const usedBy = toUsedBy(await attachments.pagesWith(name));
      const reply = changed(await attachments.delete(name));
      return { ...reply, data: { ...reply.data, usedBy } };
    },
  });
}

export function restoreAttachment(site: Site) {
  return resource({
    summary: "Restores a file that was deleted",
    input: z.strictObject({ name: NameField }),
    output: AttachmentOutput,
    errors: ["ATTACHMENT_NOT_FOUND"],
    handle: async ({ name }, asked) => changed(await site.access.for(asked.viewer).attachments.restore(name)),
  });
}

/** Of an upload: a file's first version is a new file. */
function uploaded(done: AttachmentDone): Reply {
  return { ...changed(done), status: done.attachment.version === 1 ? 201 : 200 };
}

function changed({ attachment, position }: AttachmentDone) {
  const next = attachmentHistoryAddress(attachment.name);
  return { kind: "changed", status: 200, data: toData(attachment), next, position } as const;
}

function toUsedBy({ rows, total, next }: CountedListing<PageRow>): z.input<typeof UsedByOutput> {
  return { total, pages: rows.map(toPageEntry), next: next ?? null };
}

function toData({ name, version, type, size, hash, deleted }: AttachmentDetails): z.output<typeof AttachmentOutput> {
  return { name, version, mediaType: type, size, hash, deleted, address: attachmentAddress(name) };
}

interface ListedPart {
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
  readonly error?: string;
  readonly typed?: string;
}

async function listFrom(site: Site, asked: Asked, { after, limit = FILES, ...form }: ListedPart) {
  const { attachments, listings } = site.access.for(asked.viewer);
  const listing = await attachments.list({ before: after, limit });
  const next = listing.next === undefined ? null : String(listing.next);
  const data = { attachments: listing.attachments.map(toData), next };
  if (asked.form === "json") return { kind: "shown", data, view: notShown } as const;
  const names = await listings.namesOf(listing.attachments.map(({ modifiedBy }) => modifiedBy));
  const model = {
    attachments: listing.attachments.map((file) => ({
      ...toData(file),
      recordedAt: file.recordedAt,
      author: authorOf(file.modifiedBy, names),
    })),
    maxSize: MAX_ATTACHMENT_BYTES,
    ...(next === null ? {} : { next }),
    isFirst: after === undefined,
    ...form,
  };
  return { kind: "shown", data, view: () => attachmentsView(frameFor(site, asked), model) } as const;
}

/** The list of files, with why one was refused. */
async function refused(
  site: Site,
  asked: Asked,
  { error, typed }: { readonly error: unknown; readonly typed: string },
): Promise<Reply> {
  const { status, detail } = toProblem(error);
  return { ...(await listFrom(site, asked, { error: detail, typed })), status };
}

async function about(
  site: Site,
  asked: Asked,
  { name, version, part }: { readonly name: string; readonly version: number | undefined; readonly part: Part },
): Promise<Reply> {
  const { attachments, listings } = site.access.for(asked.viewer);
  const { attachment, versions } = await attachments.history(name);
  const asOf = version === undefined ? attachment : await attachments.find(name, version);
  const names = await listings.namesOf(versions.map(({ userId }) => userId));
  const contents = versions.flatMap(({ content, ...it }) =>
    content ? [{ version: it.version, ...content, recordedAt: it.recordedAt, author: authorOf(it.userId, names) }] : [],
  );
  const limit = part.limit ?? (asked.form === "json" ? undefined : PAGES_SHOWN);
  const pages = await attachments.pagesWith(attachment.name, { ...part, limit });
  const data = {
    ...toData(asOf),
    versions: contents.map(({ type: _type, ...rest }) => rest).reverse(),
    usedBy: toUsedBy(pages),
  };
  const model = {
    ...data,
    isImage: asOf.type.startsWith("image/"),
    maxSize: MAX_ATTACHMENT_BYTES,
    ...{ pages: pages.rows, total: pages.total, isFirst: part.after === undefined },
    ...(pages.next === undefined ? {} : { next: pages.next }),
  };
  return { kind: "shown", data, view: () => attachmentView(frameFor(site, asked), model) };
}
