import { isUtf8 } from "node:buffer";
import type { CommitId } from "../domain/import-log.ts";
import type { Commit } from "./commit.ts";
import type { OrderedCommit } from "./commit-order.ts";
import { readFields, startGit } from "./git-process.ts";

/** A line of `git diff-tree --raw`. */
export interface RawChange {
  readonly modeBefore: string;
  readonly mode: string;
  readonly blobBefore: string;
  readonly blob: string;
  readonly status: string;
  readonly path: string;
  readonly from: string | undefined;
}

/** A commit with the lines of its difference to its base. */
export type RawCommit = Omit<Commit, "changes"> & { readonly changes: readonly RawChange[] };

const FORMAT = ["%H", "%an", "%ae", "%cn", "%ce", "%aI", "%cI", "%ct", "%B"].join("%x00");
const FIELDS = 9;

/** Reads commits with the lines of their differences to their bases, in the order given. */
export async function* readRawCommits(
  directory: string,
  ordered: readonly OrderedCommit<CommitId>[],
): AsyncGenerator<RawCommit, void> {
  const args = ["diff-tree", "--stdin", "-r", "-z", "--raw", "-M", "--root", "--always", "--no-abbrev"];
  const git = startGit(directory, [...args, "--encoding=UTF-8", `--format=${FORMAT}%x00`], linesOf(ordered));
  let turn = 0;
  let header: string[] = [];
  let changes: RawChange[] = [];
  let paths: { readonly line: string; readonly wanted: number; readonly names: string[] } | undefined;
  const finish = (): RawCommit => {
    const place = ordered[turn++];
    const [id, name = "", email = "", committer = "", committerEmail = "", authoredAt = "", committedAt = ""] = header;
    if (place === undefined || place.id !== id)
      throw new Error(`git answered commit ${id} in the place of ${place?.id}`);
    const commit = {
      ...place,
      ...{
        author: { name, email },
        committer: { name: committer, email: committerEmail },
        authoredAt: toLocalTime(authoredAt),
        committedAt: toLocalTime(committedAt),
      },
      ...{ time: Number(header[7]) * 1_000, message: header[8] ?? "", changes },
    };
    [header, changes] = [[], []];
    return commit;
  };
  for await (const fields of readFields(git)) {
    for (const field of fields) {
      if (paths) {
        paths.names.push(toPath(field));
        if (paths.names.length === paths.wanted) {
          changes.push(toRawChange(paths.line, paths.names));
          paths = undefined;
        }
      } else if (header.length < FIELDS) {
        header.push(field.toString("utf8"));
      } else if (field.length === 0) {
        // It ends the header.
      } else {
        const line = field.toString("latin1").trimStart();
        if (line.startsWith(":")) {
          paths = { line, wanted: /[RC]\d*$/.test(line) ? 2 : 1, names: [] };
        } else {
          yield finish();
          header.push(line);
        }
      }
    }
  }
  if (header.length > 0) yield finish();
}

/** Versions of git differ in how they write UTC. */
function toLocalTime(iso: string): string {
  return iso.replace(/Z$/, "+00:00");
}

function* linesOf(ordered: readonly OrderedCommit<CommitId>[]): Generator<string, void> {
  for (const { id, base } of ordered) yield base === undefined ? `${id}\n` : `${id} ${base}\n`;
}

function toRawChange(line: string, names: readonly string[]): RawChange {
  const [modeBefore = "", mode = "", blobBefore = "", blob = "", status = ""] = line.slice(1).split(" ");
  const [first = "", second] = names;
  const from = second === undefined ? undefined : first;
  return { modeBefore, mode, blobBefore, blob, status: status.charAt(0), path: second ?? first, from };
}

// A NUL is in no path: what has one is told from every path, and is refused as one.
export function toPath(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString("utf8") : `\0${bytes.toString("latin1")}`;
}
