import type { Receipt } from "@palimpsest/eventsourcing";
import type { CommitId } from "../domain/import-log.ts";
import type { Commit } from "./commit.ts";
import type { AttachmentChange } from "./file-mirror.ts";
import type { FileConflict } from "./file-writer.ts";
import type { ImportSummary, LeftOut } from "./import-summary.ts";
import type { ImportConflict } from "./page-writer.ts";
import type { PageChange } from "./repository-mirror.ts";

/** Counts what an import does. */
export class ImportTally {
  readonly #started = performance.now();
  readonly #commits = { total: 0, imported: 0, withoutPages: 0 };
  readonly #pages = { created: 0, edited: 0, moved: 0, deleted: 0, restored: 0 };
  readonly #files = { added: 0, replaced: 0, deleted: 0 };
  readonly #fileConflicts: (FileConflict & { readonly commit: CommitId })[] = [];
  readonly #conflicts: (ImportConflict & { readonly commit: CommitId })[] = [];
  readonly #leftOut = new Map<string, LeftOut>();
  #events = 0;
  #people = 0;

  get done(): number {
    return this.#commits.imported + this.#commits.withoutPages;
  }

  get total(): number {
    return this.#commits.total;
  }

  expect(commits: number, people: number): void {
    this.#commits.total = commits;
    this.#people = people;
  }

  /** A commit that is done; `events` is how many it became. */
  count(
    commit: Commit,
    { pages, files }: { readonly pages: readonly PageChange[]; readonly files: readonly AttachmentChange[] },
    events: number,
  ): void {
    if (pages.length + files.length === 0) this.#commits.withoutPages += 1;
    else this.#commits.imported += 1;
    for (const { kind } of pages) this.#pages[kind] += 1;
    this.countFiles(files, events);
    for (const { path, after } of commit.changes) {
      if (after.kind === "refused") this.noteLeftOut({ path, reason: after.reason, commit: commit.id });
    }
  }

  /** Files that came with a commit, or with none; `events` is how many they became. */
  countFiles(files: readonly AttachmentChange[], events: number): void {
    for (const { kind } of files) this.#files[kind] += 1;
    this.#events += events;
  }

  noteLeftOut(file: LeftOut): void {
    const key = `${file.path}\0${file.reason}`;
    if (!this.#leftOut.has(key)) this.#leftOut.set(key, file);
  }

  noteFileConflict(commit: Commit, conflict: FileConflict): void {
    this.#fileConflicts.push({ ...conflict, commit: commit.id });
  }

  noteConflict(commit: Commit, conflict: ImportConflict): void {
    this.#conflicts.push({ ...conflict, commit: commit.id });
  }

  summary(rest: Pick<ImportSummary, "head" | "times" | "interrupted">): ImportSummary {
    return {
      ...rest,
      commits: { ...this.#commits },
      pages: { ...this.#pages },
      files: { ...this.#files },
      events: this.#events,
      people: this.#people,
      conflicts: [...this.#conflicts],
      fileConflicts: [...this.#fileConflicts],
      leftOut: [...this.#leftOut.values()],
      seconds: (performance.now() - this.#started) / 1_000,
    };
  }
}

/** How many events a save recorded. */
export function countEvents(receipt: Receipt | undefined): number {
  return receipt ? receipt.lastPosition - receipt.firstPosition + 1 : 0;
}
