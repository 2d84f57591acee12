import type { AttachmentDetails, AttachmentListing, AttachmentVersion } from "../application/attachments.ts";
import type { AttachmentContent, ByteRange } from "../domain/attachment-content.ts";
import { AttachmentNotFoundError } from "../domain/attachment-errors.ts";
import { type AttachmentName, toAttachmentName } from "../domain/attachment-name.ts";
import { currentUserId } from "../domain/current-user.ts";
import { InvalidInputError } from "../domain/invalid-input.ts";
import { mediaTypeOf } from "../domain/media-types.ts";
import type { Part } from "../read-models/listing.ts";
import type { PageRow } from "../read-models/pages/page-queries.ts";
import type { Visibility } from "../read-models/visibility.ts";
import type { CountedListing } from "./listings.ts";
import { pagesInOrder } from "./pages-in-order.ts";
import { assertMay, may, type Viewer } from "./viewer.ts";
import type { WikiParts } from "./wiki-parts.ts";

/** How long a file may be, in bytes. */
export const MAX_ATTACHMENT_BYTES = 20 * 2 ** 20;

// As of links between pages: what a deleted page showed is found in its history.
const CURRENT: Visibility = { deleted: false };

/** Bytes that are kept, and belong to no file yet. */
export type UploadedContent = Awaited<ReturnType<WikiParts["files"]["keep"]>>;

/** What a command did: the file as it is now, and the position of the log from which on everybody sees it. */
export interface AttachmentDone {
  readonly attachment: AttachmentDetails;
  readonly position: number;
}

/** The files of the wiki, for one viewer: a deleted file is found by those alone who may see deleted pages. */
export class AttachmentAccess {
  readonly #parts: WikiParts;
  readonly #viewer: Viewer;

  constructor(parts: WikiParts, viewer: Viewer) {
    this.#parts = parts;
    this.#viewer = viewer;
  }

  /** Rejects with `NotPermittedError`. */
  async list(part: { readonly before?: number | undefined; readonly limit: number }): Promise<AttachmentListing> {
    assertMay(this.#viewer, "read");
    return this.#parts.wiki.attachments.list({ ...part, deleted: may(this.#viewer, "seeDeleted") });
  }

  /** A file as it is, or as a version was. Rejects with `NotPermittedError`, `AttachmentNotFoundError`, `VersionNotFoundError`. */
  async find(name: string, version?: number): Promise<AttachmentDetails> {
    assertMay(this.#viewer, "read");
    const { attachments } = this.#parts.wiki;
    const current = await attachments.get(name);
    if (current.deleted && !may(this.#viewer, "seeDeleted")) throw new AttachmentNotFoundError(current.name);
    return version === undefined || version === current.version ? current : attachments.get(name, version);
  }

  /** A file and its versions, oldest first. Rejects as `find` does. */
  async history(
    name: string,
  ): Promise<{ readonly attachment: AttachmentDetails; readonly versions: readonly AttachmentVersion[] }> {
    const attachment = await this.find(name);
    return { attachment, versions: await this.#parts.wiki.attachments.history(attachment.name) };
  }

  /** The pages that show a file or link to it, by title, whether the file is there or not. Rejects with `NotPermittedError`. */
  async pagesWith(of: string, part: Part = {}): Promise<CountedListing<PageRow>> {
    assertMay(this.#viewer, "read");
    const name = toAttachmentName(of);
    const { readModels } = this.#parts;
    const [{ rows, next }, total] = await Promise.all([
      readModels.pagesWithFile(CURRENT, name, part),
      readModels.countPagesWithFile(CURRENT, name),
    ]);
    return { rows: await pagesInOrder(readModels, CURRENT, rows), next, total };
  }

  /** The bytes of a file that was found, or a part of them. Rejects with `DamagedAttachmentError`. */
  read(content: AttachmentContent, range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    assertMay(this.#viewer, "read");
    return this.#parts.files.read(content, range);
  }

  /**
   * Keeps bytes as they come, before it is known what they are called. Rejects with `NotPermittedError`,
   * `InvalidInputError` where there is none, `AttachmentTooLargeError`, `AttachmentStoreError`.
   */
  async keep(bytes: AsyncIterable<Uint8Array>): Promise<UploadedContent> {
    assertMay(this.#viewer, "edit");
    return this.#parts.files.keep(nonEmpty(bytes), MAX_ATTACHMENT_BYTES);
  }

  /**
   * Makes a file of bytes that are kept, or a version of one. Rejects with `NotPermittedError`, `InvalidInputError`,
   * `DamagedAttachmentError`.
   */
  async upload(name: AttachmentName, { hash, size, head }: UploadedContent): Promise<AttachmentDone> {
    const content = { hash, size, type: mediaTypeOf(name, head) };
    const done = await this.#do(() => this.#parts.wiki.attachments.put(name, content));
    await this.#parts.files.confirm(content);
    return done;
  }

  /** Rejects with `NotPermittedError`, `AttachmentNotFoundError`. */
  delete(name: string): Promise<AttachmentDone> {
    return this.#do(() => this.#parts.wiki.attachments.delete(name));
  }

  /** Rejects with `NotPermittedError`, `AttachmentNotFoundError`. */
  restore(name: string): Promise<AttachmentDone> {
    return this.#do(() => this.#parts.wiki.attachments.restore(name));
  }

  async #do(command: () => Promise<AttachmentDetails>): Promise<AttachmentDone> {
    assertMay(this.#viewer, "edit");
    const attachment = await currentUserId.run(this.#viewer.userId, command);
    return { attachment, position: await this.#parts.wiki.events.recorder.head() };
  }
}

async function* nonEmpty(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isEmpty = true;
  for await (const chunk of bytes) {
    isEmpty &&= chunk.length === 0;
    yield chunk;
  }
  if (isEmpty) throw new InvalidInputError({ field: "file", reason: "must not be empty" });
}
