import type { People } from "../accounts/people.ts";
import type { CommandContext } from "../application/page-repository.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import type { AttachmentStore } from "../attachments/attachment-store.ts";
import { currentUserId, type UserId } from "../domain/current-user.ts";
import { importLog } from "../domain/import-log.ts";
import { Page } from "../domain/page.ts";
import type { Commit, Signature } from "./commit.ts";
import { restOf, summaryOf } from "./commit-message.ts";
import { FileContents } from "./file-contents.ts";
import { type AttachmentChange, FileMirror } from "./file-mirror.ts";
import { FileWriter } from "./file-writer.ts";
import type { GitRepository } from "./git-repository.ts";
import { ImportClock, timesOf } from "./import-clock.ts";
import { type ImportRun, keyOfCommit, planImport } from "./import-plan.ts";
import type { ImportSummary } from "./import-summary.ts";
import { countEvents, ImportTally } from "./import-tally.ts";
import { attachMissingFiles, SOURCE } from "./missing-files.ts";
import { PageWriter } from "./page-writer.ts";
import { type PageChange, RepositoryMirror } from "./repository-mirror.ts";

/** How many commits of an import are done. */
export interface ImportProgress {
  readonly done: number;
  readonly total: number;
}

/** What is imported, and where to. */
export interface ImportOptions {
  readonly repository: GitRepository;
  /** Default the one that the repository has checked out. */
  readonly branch?: string | undefined;
  /** To write nothing, the wiki alone, or none where there is none yet. */
  readonly into:
    | { readonly wiki: WikiApplication; readonly people: People; readonly files: AttachmentStore }
    | { readonly wiki: WikiApplication | undefined; readonly people?: undefined; readonly files?: undefined };
  /** How long a file may be that is no page, in bytes. */
  readonly maxFileBytes: number;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** Stops the import after the save under way. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings a wiki to where a git repository is, commit by commit, each one save: Markdown files are pages, others are attached
 * under their paths. What was imported before is not imported again. Rejects with `HistoryDivergedError`, `BranchNotFoundError`, `GitFailedError`, `AttachmentStoreError`,
 * or what the wiki rejects with; then another call goes on where this one stopped.
 */
export async function importGit(options: ImportOptions): Promise<ImportSummary> {
  const { repository, branch, into, signal } = options;
  const tally = new ImportTally();
  const head = (await repository.head(branch)) ?? null;
  const runs = head === null ? [] : await planImport(repository, head, into.wiki);
  const people = signaturesOf(runs);
  tally.expect(
    runs.reduce((sum, { commits, recorded }) => sum + commits.length - recorded, 0),
    people.length,
  );
  const clock = new ImportClock(await timesOf(into.wiki));
  const idOf = into.people && (await into.people.ensure(people));
  for (const run of runs) {
    const importing = idOf && into.wiki ? { wiki: into.wiki, idOf } : undefined;
    await importRun(run, { ...options, tally, clock, importing });
  }
  return tally.summary({ head, times: clock.times, interrupted: signal?.aborted ?? false });
}

interface RunOptions extends ImportOptions {
  readonly tally: ImportTally;
  readonly clock: ImportClock;
  /** Undefined to write nothing. */
  readonly importing: { readonly wiki: WikiApplication; readonly idOf: (signature: Signature) => UserId } | undefined;
}

async function importRun(run: ImportRun, options: RunOptions): Promise<void> {
  const { repository, into, importing, tally, clock, signal } = options;
  const tree = run.startTree === undefined ? [] : await repository.tree(run.startTree);
  const contents = new FileContents(repository, into.files, options.maxFileBytes);
  const parts = {
    mirror: new RepositoryMirror(
      tree.filter(({ file }) => file.kind === "page"),
      (blob) => repository.content(blob),
    ),
    files: new FileMirror(tree.flatMap(({ file, blob }) => (file.kind === "file" ? [[file.name, blob] as const] : []))),
  };
  const writer = into.wiki && new PageWriter(into.wiki, parts.mirror);
  const fileWriter = into.wiki && new FileWriter(into.wiki, contents);
  if (fileWriter && run.startTree !== undefined) {
    const missing = await attachMissingFiles(
      { at: run.startTree, tree },
      { ...importing, contents, fileWriter, clock },
    );
    tally.countFiles(missing.changes, countEvents(missing.receipt));
    for (const file of missing.leftOut) tally.noteLeftOut(file);
  }
  let index = 0;
  let saving: SavingCommit | undefined;
  for await (const read of repository.commits(run.commits)) {
    if (signal?.aborted) break;
    if (index === run.recorded) {
      await writer?.bind();
      if (importing) await startRun(importing.wiki, run, clock, read);
    }
    const commit = await contents.takeAll(read);
    const changes = { pages: await parts.mirror.advance(commit), files: parts.files.advance(commit) };
    index += 1;
    if (index <= run.recorded) continue;
    if (!canBeBeside(changes, saving?.changes)) await saving?.done;
    const before = saving;
    const work = async () => {
      const writers = writer && fileWriter ? { writer, fileWriter } : undefined;
      const context = importing && writers ? { ...options, ...writers, importing, after: before?.done } : undefined;
      const events = context ? await importCommit(commit, changes, context) : 0;
      tally.count(commit, changes, events);
      options.onProgress?.({ done: tally.done, total: tally.total });
    };
    saving = { changes, done: work() };
    // It fails with the one before it, which is told first.
    saving.done.catch(() => {});
    await before?.done;
  }
  await saving?.done;
  if (importing && writer) await takeSnapshots(importing.wiki, writer);
}

/** While a history comes in only few of its states are kept for quick reading; at its end, each page's last one is. */
async function takeSnapshots({ events }: WikiApplication, { changed }: PageWriter): Promise<void> {
  try {
    for (const id of changed) await events.takeSnapshot(Page, id);
  } catch (error) {
    // All is imported: without snapshots, reading takes a little longer.
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

/** What a commit does. */
interface Changes {
  readonly pages: readonly PageChange[];
  readonly files: readonly AttachmentChange[];
}

/** A commit whose save is under way. */
interface SavingCommit {
  readonly changes: Changes;
  readonly done: Promise<void>;
}

/**
 * Whether a commit can be worked out while the one before it is saved, which waits for the disk: it edits pages, others
 * than that one, and what it does to them depends on nothing else. It is saved afterwards all the same.
 */
function canBeBeside({ pages, files }: Changes, before: Changes = { pages: [], files: [] }): boolean {
  const others = new Set(before.pages.map(({ page }) => page));
  return files.length === 0 && pages.every(({ kind, page }) => kind === "edited" && !others.has(page));
}

/** Records that a run was begun, so that another one goes on with it; again where it goes on with other times. */
async function startRun(wiki: WikiApplication, run: ImportRun, clock: ImportClock, first: Commit): Promise<void> {
  const [last] = await wiki.events.log(importLog).select({ desc: true, limit: 1 });
  if (run.resumed && last?.data.times === clock.times) return;
  const { from, to } = run;
  const recordedAt = clock.timeFor(first);
  const receipt = await wiki.events.saveWith(
    { metadata: { source: SOURCE }, ...(recordedAt === undefined ? {} : { recordedAt }) },
    importLog.event({ from, to, times: clock.times }),
  );
  if (receipt) clock.note(receipt);
}

/** Saves what a commit does; answers how many events it became. */
async function importCommit(
  commit: Commit,
  { pages, files }: Changes,
  {
    importing: { wiki, idOf },
    writer,
    fileWriter,
    clock,
    tally,
    after,
  }: RunOptions & {
    readonly importing: NonNullable<RunOptions["importing"]>;
    readonly writer: PageWriter;
    readonly fileWriter: FileWriter;
    /** The save that this one is to follow. */
    readonly after: Promise<void> | undefined;
  },
): Promise<number> {
  if (pages.length + files.length === 0) return 0;
  const { receipt, answer } = await currentUserId.run(idOf(commit.author), () =>
    wiki.changePages(contextOf(commit, idOf, clock), async (batch) => {
      const written = {
        pages: await writer.write(batch, pages),
        files: await fileWriter.write(batch, files),
      };
      await after;
      return written;
    }),
  );
  // Another import of this repository was faster.
  if (answer === undefined) await writer.bind();
  else {
    writer.noteSaved(answer.pages);
    await fileWriter.noteSaved(answer.files);
    for (const { conflict } of answer.pages) if (conflict) tally.noteConflict(commit, conflict);
    for (const { conflict } of answer.files) if (conflict) tally.noteFileConflict(commit, conflict);
  }
  if (receipt) clock.note(receipt);
  return countEvents(receipt);
}

function contextOf(commit: Commit, idOf: (signature: Signature) => UserId, clock: ImportClock): CommandContext {
  const { id, author, committer, authoredAt, committedAt, message } = commit;
  const summary = summaryOf(message);
  const rest = restOf(message, summary);
  const [authorId, committerId] = [idOf(author), idOf(committer)];
  return {
    idempotencyKey: keyOfCommit(id),
    recordedAt: clock.timeFor(commit),
    ...(summary === "" ? {} : { summary }),
    source: {
      ...SOURCE,
      ...{ commit: id, authoredAt, committedAt },
      ...(committerId === authorId ? {} : { committerId }),
      ...(rest === undefined ? {} : { message: rest }),
    },
  };
}

/** The people of the commits that are to be imported, each once. */
function signaturesOf(runs: readonly ImportRun[]): readonly Signature[] {
  const people = new Map<string, Signature>();
  for (const { headers, commits, recorded } of runs) {
    const wanted = new Set(commits.slice(recorded).map(({ id }) => id));
    for (const { id, author, committer } of headers) {
      if (!wanted.has(id)) continue;
      for (const person of [author, committer]) people.set(JSON.stringify([person.name, person.email]), person);
    }
  }
  return [...people.values()];
}
