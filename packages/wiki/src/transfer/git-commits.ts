import type { CommitId } from "../domain/import-log.ts";
import type { Commit, FileAfter, FileChange } from "./commit.ts";
import type { OrderedCommit } from "./commit-order.ts";
import { exactMoves } from "./exact-moves.ts";
import { type FileContent, type FileKind, faultOfFile, kindOfFile } from "./page-file.ts";
import { type RawChange, type RawCommit, readRawCommits, toPath } from "./raw-commits.ts";

/** A file of a tree that can be a page or be attached by its name. */
export interface FileOfTree {
  readonly path: string;
  readonly blob: string;
  readonly file: Exclude<FileKind, { readonly kind: "refused" }>;
}

// Enough to keep git at work while commits are saved; contents are at most 1 MiB each. As soon as half of them are used up,
// as many are asked for in one go.
const MAX_FILES_AHEAD = 64;

/** Reads commits with what they change, in the order given. `read` is called ahead of what is asked for. */
export async function* readCommits(
  directory: string,
  ordered: readonly OrderedCommit<CommitId>[],
  read: (blob: string) => Promise<FileContent>,
): AsyncGenerator<Commit, void> {
  const ahead: { readonly commit: Promise<Commit>; readonly files: number }[] = [];
  let files = 0;
  for await (const raw of readRawCommits(directory, ordered)) {
    const commit = withContents(raw, read);
    // It is awaited later; until then nobody hears of a failure.
    commit.catch(() => undefined);
    ahead.push({ commit, files: raw.changes.length + 1 });
    files += raw.changes.length + 1;
    if (files <= MAX_FILES_AHEAD) continue;
    while (files > MAX_FILES_AHEAD / 2) {
      const first = ahead.shift();
      if (!first) break;
      files -= first.files;
      yield await first.commit;
    }
  }
  for (const { commit } of ahead) yield await commit;
}

async function withContents(raw: RawCommit, read: (blob: string) => Promise<FileContent>): Promise<Commit> {
  const moves = exactMoves(raw.changes);
  const changes = raw.changes.flatMap((change) => {
    const { path, status, blobBefore, modeBefore } = change;
    const from = moves.get(path) ?? change.from;
    const known = {
      path,
      from,
      blobBefore: status === "A" || faultOfFile(change.from ?? path, modeBefore) !== undefined ? undefined : blobBefore,
    };
    const left = change.from !== undefined && status === "R" ? [leaving(change.from)] : [];
    return [...left, afterOf(change, read).then((after) => ({ ...known, after }))];
  });
  return { ...raw, changes: await Promise.all(changes) };
}

async function leaving(path: string): Promise<FileChange> {
  return { path, from: undefined, blobBefore: undefined, after: { kind: "nothing" } };
}

async function afterOf(
  { path, mode, blob, status }: RawChange,
  read: (blob: string) => Promise<FileContent>,
): Promise<FileAfter> {
  if (status === "D") return { kind: "nothing" };
  const file = kindOfFile(path, mode);
  if (file.kind === "refused") return file;
  if (file.kind === "file") return { ...file, blob };
  const content = await read(blob);
  return content.kind === "text" ? { ...content, blob } : content;
}

/** A line of `git ls-tree`; undefined for a file that can be nothing by its name. */
export function toFileOfTree(field: Buffer): FileOfTree | undefined {
  const tab = field.indexOf("\t");
  const [mode = "", , blob = ""] = field.toString("latin1", 0, tab).split(" ");
  const path = toPath(field.subarray(tab + 1));
  const file = kindOfFile(path, mode);
  return file.kind === "refused" ? undefined : { path, blob, file };
}
