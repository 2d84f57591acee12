import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { WikiApplication } from "../application/wiki-application.ts";
import { Attachment, attachmentLog } from "../domain/attachment.ts";
import type { AttachmentContent, ContentHash } from "../domain/attachment-content.ts";
import type { AttachmentName } from "../domain/attachment-name.ts";
import { currentUserId } from "../domain/current-user.ts";
import { mediaTypeOf } from "../domain/media-types.ts";
import { FileContents } from "./file-contents.ts";
import { type FolderFile, type FolderImport, SOURCE } from "./markdown-folder.ts";

/** A file of a folder that is no page. */
export interface AttachmentFile extends Omit<FolderFile, "kind"> {
  readonly name: AttachmentName;
}

/** What became of a file; a reason why it can be no attachment is the end of a sentence. */
export type AttachmentOutcome =
  | { readonly kind: "attached" | "replaced" | "unchanged" | "deleted" }
  | { readonly kind: "conflict"; readonly version: number }
  | { readonly kind: "refused"; readonly reason: string };

const ImportedFile = z.object({ kind: z.literal(SOURCE) });

/** Attaches files of a folder, each in a save of its own; a file that is replaced in the wiki stays until it changes here. */
export class FolderAttachments {
  readonly #options: FolderImport;
  /** What files hold, before they are kept. */
  readonly #held: FileContents;
  readonly #kept: FileContents;

  constructor(options: FolderImport) {
    const { folder, files, maxFileBytes } = options;
    const source = { bytes: (path: string, most: number) => bytesOf(join(folder, path), most) };
    this.#options = options;
    this.#held = new FileContents(source, undefined, maxFileBytes);
    this.#kept = new FileContents(source, files, maxFileBytes);
  }

  /** Brings an attachment to where its file is. Rejects with `AttachmentStoreError`, and what the wiki rejects with. */
  async bring(file: AttachmentFile): Promise<AttachmentOutcome> {
    const { wiki } = this.#options;
    const held = await this.#held.take(file.path);
    if (held.kind === "refused") return held;
    const id = Attachment.idOf({ name: file.name });
    const current = await wiki?.events.repository.find(Attachment, id);
    if (!wiki || !current) {
      await this.#save(file);
      return { kind: "attached" };
    }
    if (current.state.deleted) return { kind: "deleted" };
    const before = await importedLast(wiki, file.name);
    if (held.hash === before || held.hash === current.state.hash) return { kind: "unchanged" };
    await this.#save(file);
    return before === current.state.hash ? { kind: "replaced" } : { kind: "conflict", version: current.version };
  }

  async #save({ name, path, modifiedAt }: AttachmentFile): Promise<void> {
    const { wiki, userId } = this.#options;
    if (!wiki || userId === undefined) return;
    const kept = await this.#kept.take(path);
    // It was taken away, or changed, while it was looked at.
    if (kept.kind === "refused") return;
    const content: AttachmentContent = { hash: kept.hash, size: kept.size, type: mediaTypeOf(name, kept.head) };
    const source = { kind: SOURCE, path, authoredAt: new Date(modifiedAt).toISOString() };
    await currentUserId.run(userId, () =>
      wiki.changePages({ source }, async (pages) => {
        const file = await wiki.events.repository.find(Attachment, Attachment.idOf({ name }));
        if (file) {
          file.replace(content);
          if (file.pendingEvents.length > 0) pages.saveWith(file);
        } else {
          pages.saveWith(Attachment.create({ name, ...content }));
          pages.saveWith(attachmentLog.event({ name }));
        }
      }),
    );
    await this.#kept.confirm(path);
  }
}

/** What a file held when it was imported last; undefined where it never was. */
async function importedLast({ events }: WikiApplication, name: AttachmentName): Promise<ContentHash | undefined> {
  const history = await events.repository.history(Attachment, Attachment.idOf({ name }), { descending: true });
  const last = history.find(({ metadata: { source } }) => ImportedFile.safeParse(source).success);
  return last && "hash" in last.data ? last.data.hash : undefined;
}

/** The bytes of a file; undefined where they are more than so many. */
async function bytesOf(path: string, most: number): Promise<Buffer | undefined> {
  return (await lstat(path)).size > most ? undefined : readFile(path);
}
