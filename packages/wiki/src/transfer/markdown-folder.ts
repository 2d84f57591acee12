import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PathNotFoundError } from "./backup-errors.ts";
import { type FileContent, faultOfFile, MAX_FILE_BYTES, toFileContent } from "./page-file.ts";

/** A file that may become a page. */
export interface MarkdownFile {
  /** From the folder on, with slashes. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** What a folder holds. */
export interface MarkdownFolder {
  readonly files: readonly MarkdownFile[];
  /** What is no page by its name, and why: the end of a sentence. */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

const SYMBOLIC_LINK = "120000";
const REGULAR = "100644";

/**
 * Looks through a folder and those in it, but those whose names begin with a dot. Links are not followed: they could
 * lead out of it. Rejects with `PathNotFoundError`.
 */
export async function readMarkdownFolder(folder: string): Promise<MarkdownFolder> {
  const files: MarkdownFile[] = [];
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
      const fault = faultOfFile(path, entry.isSymbolicLink() ? SYMBOLIC_LINK : REGULAR);
      if (fault !== undefined || !entry.isFile()) leftOut.push({ path, reason: fault ?? "is no file" });
      else files.push({ path, modifiedAt: Math.floor((await lstat(join(folder, path))).mtimeMs) });
    }
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), leftOut };
}

/** What a file of a folder holds. */
export async function readMarkdownFile(folder: string, { path }: MarkdownFile): Promise<FileContent> {
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
