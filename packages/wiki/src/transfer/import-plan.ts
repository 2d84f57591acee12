import type { WikiApplication } from "../application/wiki-application.ts";
import { type CommitId, importLog } from "../domain/import-log.ts";
import type { CommitHeader } from "./commit.ts";
import { type OrderedCommit, orderCommits } from "./commit-order.ts";
import { HistoryDivergedError } from "./git-errors.ts";
import type { GitRepository } from "./git-repository.ts";

/** A part of a history that is imported in one go. */
export interface ImportRun {
  readonly from: CommitId | null;
  readonly to: CommitId;
  /** Whether it was begun before. */
  readonly resumed: boolean;
  /** The commits that are still to be read, in their order, and the one whose tree the first of them meets. */
  readonly commits: readonly OrderedCommit<CommitId>[];
  readonly startTree: CommitId | undefined;
  /** How many of `commits` are recorded: those beside the main line that the mirror has to go through again. */
  readonly recorded: number;
  readonly headers: readonly CommitHeader[];
}

/** The key of the save that a commit became. */
export function keyOfCommit(id: CommitId): string {
  return `git:${id}`;
}

/**
 * What is to be imported for the wiki to be where a commit of the repository is: the rest of an import that was begun
 * before, then what came since. `wiki` is undefined where there is none yet. Rejects with `HistoryDivergedError`.
 */
export async function planImport(
  repository: GitRepository,
  head: CommitId,
  wiki: WikiApplication | undefined,
): Promise<readonly ImportRun[]> {
  const [last] = wiki ? await wiki.events.log(importLog).select({ desc: true, limit: 1 }) : [];
  if (!wiki || !last) return [await planRun(repository, { from: null, to: head, resumed: false, head })];
  const { from, to } = last.data;
  if (!(await repository.has(to))) throw new HistoryDivergedError(to, head);
  const resumed = await planRest(wiki, await planRun(repository, { from, to, resumed: true, head }));
  if (to === head) return [resumed];
  return [resumed, await planRun(repository, { from: to, to: head, resumed: false, head })];
}

async function planRun(
  repository: GitRepository,
  { from, to, resumed, head }: Pick<ImportRun, "from" | "to" | "resumed"> & { readonly head: CommitId },
): Promise<ImportRun> {
  const headers = await repository.headers(from, to);
  const commits = orderCommits(headers, to, from);
  if (!commits) throw new HistoryDivergedError(from ?? to, head);
  return { from, to, resumed, commits, startTree: from ?? undefined, recorded: 0, headers };
}

/** Leaves out what is recorded. Commits are recorded in their order, but those that touch no page leave nothing behind. */
async function planRest(wiki: WikiApplication, run: ImportRun): Promise<ImportRun> {
  const { commits } = run;
  let recorded = commits.length;
  for (; recorded > 0; recorded--) {
    const commit = commits[recorded - 1];
    if (commit && (await wiki.events.findReceipt(keyOfCommit(commit.id)))) break;
  }
  // The wiki is where a tree is after commits of the main line alone.
  const start = commits.findLastIndex(({ main }, index) => main && index < recorded);
  return {
    ...run,
    commits: commits.slice(start + 1),
    startTree: commits[start]?.id ?? run.startTree,
    recorded: recorded - start - 1,
  };
}
