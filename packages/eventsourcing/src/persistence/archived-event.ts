import type { RecordedEvent } from "./stored-event.ts";

/** A row of the log with all that stands in it: what a backup holds. */
export interface ArchivedEvent extends RecordedEvent {
  /** The key of the save, on its first row where it has one. */
  readonly idempotencyKey: string | null;
}

/** Which part of a log is read for a backup. Both are positions. */
export interface ArchiveRange {
  /** Default 1. */
  readonly start?: number;
  /** The last one. */
  readonly stop: number;
}

/** How many rows are read and written at once. A row is about 400 bytes. */
export const ARCHIVE_BATCH = 1_000;
