import { type AttachmentOutcome, FolderAttachments } from "./folder-attachments.ts";
import { FolderPages, type PageOutcome } from "./folder-pages.ts";
import { type FolderImport, readMarkdownFolder } from "./markdown-folder.ts";

/** What is imported, and where to. */
export interface MarkdownImportOptions extends FolderImport {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What an import did, or would do. */
export interface MarkdownImportSummary {
  readonly created: number;
  readonly updated: number;
  /** As the files were when they were imported last: edits made in the wiki since stay. */
  readonly unchanged: number;
  /** Pages that were edited in the wiki on the same lines as in the file. The file's text was taken. */
  readonly conflicts: readonly { readonly path: string; readonly slug: string; readonly version: number }[];
  /** Files that are no pages, attached under their paths. */
  readonly attachments: { readonly attached: number; readonly replaced: number; readonly unchanged: number };
  /** Attachments that were replaced in the wiki as well as here. The file was taken. */
  readonly attachmentConflicts: readonly { readonly path: string; readonly version: number }[];
  /** Files whose pages or attachments were deleted in the wiki, which they stay. */
  readonly deleted: readonly string[];
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  /** Whether it was stopped before its end: another run goes on where it stopped. */
  readonly interrupted: boolean;
}

/**
 * Makes a page of each Markdown file of a folder and attaches the others, one save each; a page that was made of a file
 * before is brought to where the file is, with the edits of the wiki since. The time of a file is data of the save. Files
 * that are gone leave what was made of them. Rejects with `PathNotFoundError`, `AttachmentStoreError`, and what the wiki
 * rejects with.
 */
export async function importMarkdown(options: MarkdownImportOptions): Promise<MarkdownImportSummary> {
  const { folder, signal, onProgress } = options;
  const { files, leftOut } = await readMarkdownFolder(folder);
  const tally = new Tally(leftOut);
  const pages = await FolderPages.of(options);
  const attachments = new FolderAttachments(options);
  for (const [index, file] of files.entries()) {
    if (signal?.aborted) break;
    if (file.kind.kind === "page") tally.notePage(file.path, await pages.bring(file));
    else tally.noteAttachment(file.path, await attachments.bring({ ...file, name: file.kind.name }));
    onProgress?.({ done: index + 1, total: files.length });
  }
  return tally.summary(signal?.aborted ?? false);
}

/** Counts what becomes of files. */
class Tally {
  readonly #pages = { created: 0, updated: 0, unchanged: 0 };
  readonly #attachments = { attached: 0, replaced: 0, unchanged: 0 };
  readonly #conflicts: { path: string; slug: string; version: number }[] = [];
  readonly #attachmentConflicts: { path: string; version: number }[] = [];
  readonly #deleted: string[] = [];
  readonly #leftOut: { path: string; reason: string }[];

  constructor(leftOut: MarkdownImportSummary["leftOut"]) {
    this.#leftOut = [...leftOut];
  }

  notePage(path: string, outcome: PageOutcome): void {
    if (outcome.kind === "conflict") {
      this.#pages.updated += 1;
      this.#conflicts.push({ path, slug: outcome.slug, version: outcome.version });
    } else if (outcome.kind === "deleted") this.#deleted.push(path);
    else if (outcome.kind === "refused") this.#leftOut.push({ path, reason: outcome.reason });
    else this.#pages[outcome.kind] += 1;
  }

  noteAttachment(path: string, outcome: AttachmentOutcome): void {
    if (outcome.kind === "conflict") {
      this.#attachments.replaced += 1;
      this.#attachmentConflicts.push({ path, version: outcome.version });
    } else if (outcome.kind === "deleted") this.#deleted.push(path);
    else if (outcome.kind === "refused") this.#leftOut.push({ path, reason: outcome.reason });
    else this.#attachments[outcome.kind] += 1;
  }

  summary(interrupted: boolean): MarkdownImportSummary {
    return {
      ...this.#pages,
      conflicts: this.#conflicts,
      attachments: this.#attachments,
      attachmentConflicts: this.#attachmentConflicts,
      deleted: this.#deleted,
      leftOut: this.#leftOut,
      interrupted,
    };
  }
}
