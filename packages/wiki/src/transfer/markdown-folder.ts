import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { WikiApplication } from "../application/wiki-application.ts";
import type { AttachmentStore } from "../attachments/attachment-store.ts";
import type { UserId } from "../domain/current-user.ts";
import { PathNotFoundError } from "./backup-errors.ts";
import { type FileContent, type FileKind, kindOfFile, MAX_FILE_BYTES, toFileContent } from "./page-file.ts";

/** Where files come from, and where they go. */
export interface FolderImport {
  readonly folder: string;
  /** Undefined where there is none yet, to write nothing. */
  readonly wiki: WikiApplication | undefined;
  /** Whoever imports; undefined to write nothing. */
  readonly userId: UserId | undefined;
  /** Where the bytes of attachments are kept; undefined to keep none. */
  readonly files: AttachmentStore | undefined;
  /** How long an attachment may be, in bytes. */
  readonly maxFileBytes: number;
}

/** What saves of such an import say of where they come from, as `kind`. */
export const SOURCE = "markdown";

/** A file that may become a page or an attachment. */
export interface FolderFile {
  /** From the folder on, with slashes. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  readonly kind: Exclude<FileKind, { kind: "refused" }>;
}

/** What a folder holds. */
export interface MarkdownFolder {
  readonly files: readonly FolderFile[];
  /** What can be neither by its name, and why: the end of a sentence. */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

const SYMBOLIC_LINK = "120000";
const REGULAR = "100644";

/**
 * Looks through a folder and those in it, but those whose names begin with a dot. Links are not followed: they could
 * lead out of it. Rejects with `PathNotFoundError`.
 */
export async function readMarkdownFolder(folder: string): Promise<MarkdownFolder> {
  const files: FolderFile[] = [];
  const leftOut: { path: string; reason: string }[] = [];
  const waiting = [""];
  for (let below = waiting.shift(); below !== undefined; below = waiting.shift()) {
    for (const entry of await entriesOf(folder, below)) {
      const path = below + entry.name;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) {
        waiting.push(`${path}/`);
        continue;
      }
      const kind = kindOfFile(path, entry.isSymbolicLink() ? SYMBOLIC_LINK : REGULAR);
      if (kind.kind === "refused") leftOut.push({ path, reason: kind.reason });
      else if (!entry.isFile()) leftOut.push({ path, reason: "is no file" });
      else files.push({ path, kind, modifiedAt: Math.floor((await lstat(join(folder, path))).mtimeMs) });
    }
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), leftOut };
}

/** What a file of a folder holds that may become a page. */
export async function readMarkdownFile(folder: string, { path }: FolderFile): Promise<FileContent> {
  const { size } = await lstat(join(folder, path));
  if (size > MAX_FILE_BYTES) return { kind: "refused", reason: "must not be longer than 1 MiB" };
  return toFileContent(await readFile(join(folder, path)));
}

async function entriesOf(folder: string, below: string) {
  try {
    return await readdir(join(folder, below), { withFileTypes: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new PathNotFoundError(folder, "does not exist; give the folder of the files");
    if (code === "ENOTDIR") throw new PathNotFoundError(folder, "is no folder; give the one that holds the files");
    if (code === "EACCES") throw new PathNotFoundError(join(folder, below), "may not be read; check its permissions");
    throw error;
  }
}
