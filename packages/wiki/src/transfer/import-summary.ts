import type { CommitId } from "../domain/import-log.ts";
import type { FileConflict } from "./file-writer.ts";
import type { ImportConflict } from "./page-writer.ts";

/** A file that became neither a page nor an attachment, and why: the end of a sentence that begins with its path. */
export interface LeftOut {
  readonly path: string;
  readonly reason: string;
  /** The first commit in which it was left out. */
  readonly commit: CommitId;
}

/** What an import did, or would do. */
export interface ImportSummary {
  /** The commit that it led to; null where the repository has none. */
  readonly head: CommitId | null;
  readonly commits: {
    /** Those that were to be imported. */
    readonly total: number;
    /** Those that became a save each. */
    readonly imported: number;
    /** Those that changed neither a page nor an attachment. */
    readonly withoutPages: number;
  };
  readonly pages: {
    readonly created: number;
    readonly edited: number;
    readonly moved: number;
    readonly deleted: number;
    readonly restored: number;
  };
  /** Files that are no pages. */
  readonly files: { readonly added: number; readonly replaced: number; readonly deleted: number };
  readonly events: number;
  /** How many people made the commits. */
  readonly people: number;
  /** Whether the saves got the times of their commits; else they have those at which they were made. */
  readonly times: "source" | "clock";
  readonly conflicts: readonly (ImportConflict & { readonly commit: CommitId })[];
  readonly fileConflicts: readonly (FileConflict & { readonly commit: CommitId })[];
  readonly leftOut: readonly LeftOut[];
  /** Whether it was stopped before its end: another run goes on where it stopped. */
  readonly interrupted: boolean;
  readonly seconds: number;
}
