import type { RawChange } from "./raw-commits.ts";

/**
 * Files that went, unchanged, to a path where another file was before: two that were swapped, a chain of renames, a page
 * moved aside for a new one. Git tells of edits there, since it looks for renames among paths that come and go alone.
 * Answers the path that each came from; one that would take away a file that stays is an edit indeed.
 */
export function exactMoves(changes: readonly RawChange[]): ReadonlyMap<string, string> {
  const sources = new Map<string, string | null>();
  const taken = new Set(changes.flatMap(({ status, from }) => (status === "R" && from !== undefined ? [from] : [])));
  for (const { status, path, blobBefore, blob } of changes) {
    if (blobBefore === blob || taken.has(path) || (status !== "M" && status !== "D")) continue;
    // Where two had the same content, nobody can tell which of them moved.
    sources.set(blobBefore, sources.has(blobBefore) ? null : path);
  }
  const moves = new Map<string, string>();
  const used = new Set<string>();
  for (const { status, path, blobBefore, blob } of changes) {
    const from = sources.get(blob);
    if (typeof from !== "string" || used.has(from) || blobBefore === blob || (status !== "M" && status !== "A"))
      continue;
    used.add(from);
    moves.set(path, from);
  }
  const occupied = new Set(changes.flatMap(({ status, path }) => (status === "M" ? [path] : [])));
  for (let dropped = true; dropped; ) {
    dropped = false;
    const leaving = new Set([...taken, ...moves.values()]);
    for (const path of moves.keys()) {
      if (!occupied.has(path) || leaving.has(path)) continue;
      moves.delete(path);
      dropped = true;
    }
  }
  return moves;
}
