import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { type ByteRange, ContentHash } from "../domain/attachment-content.ts";
import { HEAD_BYTES } from "../domain/media-types.ts";
import { AttachmentStoreError, AttachmentTooLargeError, DamagedAttachmentError } from "./attachment-store-errors.ts";
import { codeOf, syncFolder } from "./files.ts";
import { markUser } from "./folder-users.ts";
import { UnrecordedNotes } from "./unrecorded-notes.ts";

// What is the matter with one file, and not with the system.
const UNREADABLE = new Set(["EACCES", "EIO", "EISDIR", "ELOOP", "ENOTDIR", "ENXIO", "EPERM"]);

/** Bytes that are kept. */
export interface KeptContent {
  readonly hash: ContentHash;
  /** In bytes. */
  readonly size: number;
}

/**
 * Bytes in a folder, by their hash: `ab/abcdef…`. What is kept there is on disk when it is acknowledged, and is never
 * changed; the same bytes are kept once. Bytes whose event was never recorded stay behind, as does what an upload that was
 * cut left in `incoming/`: `sweepAttachments` takes away both, the former where it is noted in `unrecorded/`. It puts aside what it looks at, into `swept/`: whoever
 * records an event with bytes asks with `confirm`, once the event is recorded, whether they are still there.
 */
export class AttachmentStore {
  /** The folder; made when something is kept. */
  readonly folder: string;
  /** Of which bytes no event is recorded yet. */
  readonly unrecorded: UnrecordedNotes;
  readonly #user: string | undefined;
  #marked: Promise<void> | undefined;

  /** `user` is whose files are kept in it, for `otherUsers`. */
  constructor(folder: string, user?: string) {
    this.folder = folder;
    this.unrecorded = new UnrecordedNotes(join(folder, "unrecorded"));
    this.#user = user;
  }

  /** Where bytes with a hash are. */
  pathOf(hash: ContentHash): string {
    return join(this.folder, hash.slice(0, 2), hash);
  }

  /** Where uploads under way are. */
  get incoming(): string {
    return join(this.folder, "incoming");
  }

  /** Where a sweep puts bytes until it knows that nobody needs them, each as `HASH.ANYTHING`. */
  get swept(): string {
    return join(this.folder, "swept");
  }

  /**
   * Keeps bytes as they come, at most `limit`; answers also the first of them. Rejects with `AttachmentTooLargeError`,
   * `AttachmentStoreError`, and as the bytes do.
   */
  async keep(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<KeptContent & { readonly head: Uint8Array }> {
    const temporary = join(this.incoming, randomUUID());
    const file = await this.#written(async () => {
      await mkdir(this.incoming, { recursive: true });
      await this.#mark();
      return open(temporary, "wx");
    });
    try {
      const written = await this.#write(file, bytes, limit).finally(() => file.close());
      await this.#written(async () => {
        await this.unrecorded.add(written.hash, this.pathOf(written.hash));
        await this.#moveIn(temporary, written.hash);
      });
      return written;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Bytes that were kept, or a part of them, as a stream. Rejects with `DamagedAttachmentError`. */
  async read(content: KeptContent, range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    const file = await this.#open(content);
    const part = range ? { start: range.first, end: range.last } : {};
    // What node:stream gives is the stream of the web.
    return Readable.toWeb(file.createReadStream(part)) as ReadableStream<Uint8Array>;
  }

  /**
   * To be called when an event with these bytes is recorded, before that is acknowledged. Rejects with
   * `DamagedAttachmentError` where a sweep took them away in between, as nothing referred to them.
   */
  async confirm(content: KeptContent): Promise<void> {
    await (await this.#open(content)).close();
    await this.unrecorded.remove(content.hash);
  }

  /** Reads bytes that were kept from end to end. Rejects with `DamagedAttachmentError`. */
  async verify(content: KeptContent): Promise<void> {
    await using file = await this.#open(content);
    const hash = createHash("sha256");
    try {
      for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk);
    } catch (error) {
      // A part of the disk is gone, and other files are not.
      throw codeOf(error) === "EIO" ? this.#damaged(content, "unreadable") : error;
    }
    if (hash.digest("hex") !== content.hash) throw this.#damaged(content, "content");
  }

  async #write(file: FileHandle, bytes: AsyncIterable<Uint8Array>, limit: number) {
    const hash = createHash("sha256");
    const head = Buffer.alloc(HEAD_BYTES);
    let size = 0;
    for await (const chunk of bytes) {
      if (size + chunk.length > limit) throw new AttachmentTooLargeError(limit);
      if (size < HEAD_BYTES) head.set(chunk.subarray(0, HEAD_BYTES - size), size);
      size += chunk.length;
      hash.update(chunk);
      await this.#written(() => file.appendFile(chunk));
    }
    await this.#written(() => file.sync());
    return { hash: ContentHash.parse(hash.digest("hex")), size, head: head.subarray(0, Math.min(size, HEAD_BYTES)) };
  }

  /** Puts a file where its hash says. What is there already is the same, or damaged: it is replaced. */
  async #moveIn(temporary: string, hash: ContentHash): Promise<void> {
    const path = this.pathOf(hash);
    await mkdir(dirname(path), { recursive: true });
    await rename(temporary, path);
    for (const folder of [dirname(path), this.folder, dirname(this.folder)]) await syncFolder(folder);
  }

  async #open(content: KeptContent): Promise<FileHandle> {
    let file = await this.#openIfThere(content);
    if (!file) {
      await this.#putBack(content.hash);
      // Where there was nothing to put back, the sweep may have been faster, and done so.
      file = await this.#openIfThere(content);
    }
    if (!file) throw this.#damaged(content, "missing");
    const found = await file.stat();
    if (found.isFile() && found.size === content.size) return file;
    await file.close();
    throw this.#damaged(content, found.isFile() ? "length" : "unreadable");
  }

  async #openIfThere(content: KeptContent): Promise<FileHandle | undefined> {
    try {
      // To open a pipe would wait for somebody who writes to it.
      return await open(this.pathOf(content.hash), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      const code = codeOf(error) ?? "";
      if (code === "ENOENT") return undefined;
      throw UNREADABLE.has(code) ? this.#damaged(content, "unreadable") : new AttachmentStoreError(this.folder, error);
    }
  }

  /** Puts bytes back that a sweep has put aside, or was putting aside when it was stopped. */
  async #putBack(hash: ContentHash): Promise<void> {
    try {
      const name = (await readdir(this.swept)).find((it) => it.startsWith(`${hash}.`));
      if (name !== undefined) await this.#moveIn(join(this.swept, name), hash);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }

  #mark(): Promise<void> {
    if (this.#user === undefined) return Promise.resolve();
    this.#marked ??= markUser(this.folder, this.#user).catch((error: unknown) => {
      this.#marked = undefined;
      throw error;
    });
    return this.#marked;
  }

  #damaged({ hash }: KeptContent, fault: DamagedAttachmentError["fault"]): DamagedAttachmentError {
    return new DamagedAttachmentError({ hash, path: this.pathOf(hash), fault });
  }

  async #written<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      throw codeOf(error) === undefined ? error : new AttachmentStoreError(this.folder, error);
    }
  }
}
