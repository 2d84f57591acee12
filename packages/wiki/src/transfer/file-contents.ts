import { createHash } from "node:crypto";
import type { AttachmentStore, KeptContent } from "../attachments/attachment-store.ts";
import { DamagedAttachmentError } from "../attachments/attachment-store-errors.ts";
import { ContentHash } from "../domain/attachment-content.ts";
import { HEAD_BYTES } from "../domain/media-types.ts";
import type { Commit, FileChange } from "./commit.ts";
import type { GitRepository } from "./git-repository.ts";

/** The bytes of a file, kept, with the first of them; or why they cannot be, as the end of a sentence. */
export type TakenContent =
  | (KeptContent & { readonly kind: "kept"; readonly head: Uint8Array })
  | { readonly kind: "refused"; readonly reason: string };

/** Brings the contents of a repository's files to where the wiki keeps its own, each once. */
export class FileContents {
  readonly #repository: Pick<GitRepository, "bytes">;
  readonly #store: AttachmentStore | undefined;
  readonly #maxBytes: number;
  readonly #taken = new Map<string, Promise<TakenContent>>();

  /** Without a store nothing is kept, and all is answered as if it were. */
  constructor(repository: Pick<GitRepository, "bytes">, store: AttachmentStore | undefined, maxBytes: number) {
    this.#repository = repository;
    this.#store = store;
    this.#maxBytes = maxBytes;
  }

  /** A commit whose files are kept; those that cannot be are left out of it. Rejects with `AttachmentStoreError`. */
  async takeAll(commit: Commit): Promise<Commit> {
    if (!commit.changes.some(({ after }) => after.kind === "file")) return commit;
    const changes: FileChange[] = [];
    for (const change of commit.changes) {
      const { after } = change;
      const content = after.kind === "file" ? await this.take(after.blob) : undefined;
      changes.push(content?.kind === "refused" ? { ...change, after: content } : change);
    }
    return { ...commit, changes };
  }

  /** A content of the repository. Rejects with `AttachmentStoreError`. */
  take(blob: string): Promise<TakenContent> {
    const known = this.#taken.get(blob) ?? this.#take(blob);
    this.#taken.set(blob, known);
    return known;
  }

  /**
   * To be called when an event with a content is recorded: brings the bytes once more where a sweep took them away just
   * before, as nothing referred to them.
   */
  async confirm(blob: string): Promise<void> {
    const content = await this.take(blob);
    if (content.kind === "refused" || !this.#store) return;
    try {
      await this.#store.confirm(content);
    } catch (error) {
      if (!(error instanceof DamagedAttachmentError)) throw error;
      this.#taken.delete(blob);
      await this.take(blob);
      await this.#store.confirm(content);
    }
  }

  async #take(blob: string): Promise<TakenContent> {
    const bytes = await this.#repository.bytes(blob, this.#maxBytes);
    if (!bytes) return { kind: "refused", reason: `is larger than ${Math.floor(this.#maxBytes / 2 ** 20)} MiB` };
    if (bytes.length === 0) return { kind: "refused", reason: "is empty" };
    if (this.#store) return { kind: "kept", ...(await this.#store.keep(inOnePiece(bytes), this.#maxBytes)) };
    const hash = ContentHash.parse(createHash("sha256").update(bytes).digest("hex"));
    return { kind: "kept", hash, size: bytes.length, head: Buffer.from(bytes.subarray(0, HEAD_BYTES)) };
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
