import type { PageBatch } from "../application/page-batch.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import { Attachment, type AttachmentAggregate, attachmentLog } from "../domain/attachment.ts";
import type { AttachmentContent } from "../domain/attachment-content.ts";
import type { AttachmentName } from "../domain/attachment-name.ts";
import { mediaTypeOf } from "../domain/media-types.ts";
import type { FileContents } from "./file-contents.ts";
import type { AttachmentChange } from "./file-mirror.ts";

/** A file that people had changed in the wiki where the repository did too. The repository's was taken. */
export interface FileConflict {
  readonly name: AttachmentName;
  /** The version that is what was there before. */
  readonly version: number;
}

/** What a commit did to a file of the wiki. */
export interface WrittenFile {
  readonly file: AttachmentAggregate;
  /** What it holds now; undefined where it was deleted. */
  readonly blob: string | undefined;
  readonly conflict: FileConflict | undefined;
}

/** Does to the files of a wiki what commits do to those of a repository. */
export class FileWriter {
  readonly #wiki: WikiApplication;
  readonly #contents: FileContents;
  /** The version at which a file was the repository's. */
  readonly #clean = new Map<AttachmentName, number>();

  constructor(wiki: WikiApplication, contents: FileContents) {
    this.#wiki = wiki;
    this.#contents = contents;
  }

  /** The names of those that the wiki never had, not even deleted. */
  async unknown(names: readonly AttachmentName[]): Promise<ReadonlySet<AttachmentName>> {
    const ids = names.map((name) => Attachment.idOf({ name }));
    const known = await this.#wiki.events.repository.getMany(Attachment, ids);
    return new Set(names.filter((name) => !known.has(Attachment.idOf({ name }))));
  }

  /** Changes files in the save of a batch as a commit does. */
  async write(pages: PageBatch, changes: readonly AttachmentChange[]): Promise<readonly WrittenFile[]> {
    const written: WrittenFile[] = [];
    for (const change of changes) {
      const { name } = change;
      const before = await this.#wiki.events.repository.find(Attachment, Attachment.idOf({ name }));
      const conflict = before && (await this.#conflictOf(before, change));
      const file = await this.#writeOne(change, before);
      if (!file) continue;
      if (file.pendingEvents.length > 0) pages.saveWith(file);
      if (!before) pages.saveWith(attachmentLog.event({ name }));
      written.push({ file, blob: change.after, conflict });
    }
    return written;
  }

  /** Takes note of what was saved, and sees that its bytes are there. */
  async noteSaved(written: readonly WrittenFile[]): Promise<void> {
    for (const { file, blob } of written) {
      this.#clean.set(file.state.name, file.version);
      if (blob !== undefined) await this.#contents.confirm(blob);
    }
  }

  async #writeOne(
    { name, after }: AttachmentChange,
    file: AttachmentAggregate | undefined,
  ): Promise<AttachmentAggregate | undefined> {
    if (after === undefined) {
      file?.delete();
      return file;
    }
    const content = await this.#contentOf(name, after);
    if (!content) return undefined;
    if (!file) return Attachment.create({ name, ...content });
    file.restore();
    file.replace(content);
    return file;
  }

  async #conflictOf(
    { state, version }: AttachmentAggregate,
    { name, before, after }: AttachmentChange,
  ): Promise<FileConflict | undefined> {
    if (version === this.#clean.get(name)) return undefined;
    const [old, wanted] = await Promise.all(
      [before, after].map((blob) => (blob === undefined ? undefined : this.#contentOf(name, blob))),
    );
    // What is deleted was the repository's there where nothing was; and what both did is no conflict.
    if (state.deleted ? old === undefined || wanted === undefined : state.hash === old?.hash) return undefined;
    if (!state.deleted && state.hash === wanted?.hash) return undefined;
    return { name, version };
  }

  async #contentOf(name: AttachmentName, blob: string): Promise<AttachmentContent | undefined> {
    const content = await this.#contents.take(blob);
    if (content.kind === "refused") return undefined;
    const { hash, size, head } = content;
    return { hash, size, type: mediaTypeOf(name, head) };
  }
}
