import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type Uuid, uuid7 } from "../../domain/uuid.ts";
import { ARCHIVE_BATCH, type ArchivedEvent, type ArchiveRange } from "../../persistence/archived-event.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { NotAStoreError, StoreNotEmptyError } from "../../persistence/store-errors.ts";
import { toStoreError } from "./sqlite-errors.ts";
import { openLogForReading, openLogForWriting, readIdentity } from "./sqlite-open.ts";
import { EVENT_COLUMNS, toEvent } from "./sqlite-rows.ts";

const COLUMNS = `${EVENT_COLUMNS}, idempotency_key`;
const KEY_COLUMN = COLUMNS.split(",").length - 1;
// In milliseconds.
const UNFINISHED_FOR = 24 * 3_600_000;

/** Which log is to be read for a backup. */
export interface ArchivedSqliteStore {
  /** The path of the log. */
  readonly file: string;
}

/** Which log is to be made from a backup. */
export interface RestoredSqliteLog {
  /** The path of the log, where no file is yet. */
  readonly file: string;
  /** Which log it was. */
  readonly logId: Uuid;
}

/**
 * Reads the rows of a log as they stand, in order and in batches, also while others write. Rejects with
 * `NotAStoreError`, `StoreUnavailableError`.
 */
export async function* readSqliteLog(
  { file }: ArchivedSqliteStore,
  { start = 1, stop }: ArchiveRange,
): AsyncGenerator<readonly ArchivedEvent[], void> {
  // To open a file would make one.
  if (!existsSync(file)) throw new NotAStoreError(`${file} does not exist; give the path of a store`);
  const db = openLogForReading(file);
  try {
    const select = db.prepare(
      `select ${COLUMNS} from event where position between ? and ? order by position limit ${ARCHIVE_BATCH}`,
    );
    select.setReturnArrays(true);
    for (let next = start; next <= stop; ) {
      const rows = (select.all(next, stop) as unknown as readonly (readonly unknown[])[]).map(toArchivedEvent);
      const last = rows.at(-1);
      if (!last) return;
      yield rows;
      next = last.position + 1;
    }
  } catch (error) {
    throw toStoreError(file, error);
  } finally {
    db.close();
  }
}

/**
 * Makes a log of the rows of a backup, all or nothing, under a new epoch: positions of what was recorded after the backup
 * mean nothing in it. Rejects with `StoreNotEmptyError` where a file is, `StoreFullError`, `StoreUnavailableError`.
 */
export async function createSqliteLog(
  { file, logId }: RestoredSqliteLog,
  batches: AsyncIterable<readonly ArchivedEvent[]>,
): Promise<LogIdentity> {
  if (existsSync(file)) throw new StoreNotEmptyError(file);
  removeUnfinished(file);
  // Of its own: who restores to the same place at the same time is refused, and takes nothing from this one.
  const unfinished = `${file}.restoring-${uuid7()}`;
  try {
    const identity = await fill(unfinished, logId, batches);
    // What came there meanwhile would be gone.
    if (existsSync(file)) throw new StoreNotEmptyError(file);
    renameSync(unfinished, file);
    syncFolder(dirname(file));
    return identity;
  } catch (error) {
    remove(unfinished);
    throw toStoreError(file, error);
  }
}

async function fill(file: string, logId: Uuid, batches: AsyncIterable<readonly ArchivedEvent[]>): Promise<LogIdentity> {
  const db = openLogForWriting(file);
  try {
    db.exec("begin immediate");
    db.prepare("update log set log_id = ?, epoch = ?").run(logId, uuid7());
    for await (const events of batches) insert(db, events);
    db.exec("commit");
    return readIdentity(db);
  } finally {
    // The last connection moves all into the file itself.
    db.close();
  }
}

function insert(db: DatabaseSync, events: readonly ArchivedEvent[]): void {
  const statement = db.prepare(
    `insert into event (${COLUMNS}) values (${COLUMNS.split(",")
      .map(() => "?")
      .join(", ")})`,
  );
  for (const event of events) {
    statement.run(
      event.position,
      event.eventId,
      event.originatorId,
      event.originatorVersion,
      event.topic,
      event.schemaVersion,
      event.saveId,
      event.recordedAt,
      event.encoding,
      event.state,
      event.checksum,
      event.idempotencyKey,
    );
  }
}

function toArchivedEvent(row: readonly unknown[]): ArchivedEvent {
  // The table is strict.
  return { ...toEvent(row), idempotencyKey: row[KEY_COLUMN] as string | null };
}

/** What restores have left that were killed; none that is under way has not been written to for so long. */
function removeUnfinished(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(file)}.restoring-`)) continue;
    const path = join(folder, name);
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (written < Date.now() - UNFINISHED_FOR) rmSync(path, { force: true });
  }
}

function remove(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
}

/** The new name survives a power cut too. */
function syncFolder(folder: string): void {
  const opened = openSync(folder, "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
