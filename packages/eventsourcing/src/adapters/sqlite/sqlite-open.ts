import { existsSync, renameSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { uuid7 } from "../../domain/uuid.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { NewerStoreError, NotAStoreError } from "../../persistence/store-errors.ts";
import { BUSY, isUnreadable, resultCode, toStoreError } from "./sqlite-errors.ts";
import {
  APPLICATION_ID,
  DERIVED_APPLICATION_ID,
  DERIVED_SCHEMA,
  DERIVED_VERSION,
  LOG_MIGRATIONS,
} from "./sqlite-schema.ts";

// How long a writer waits for one of another process.
const BUSY_TIMEOUT = 5_000;
const BUSY_PAUSE = 10;
// Reads of streams are 1.5 times as fast as without.
const MMAP_SIZE = 256 * 1024 * 1024;

/** Opens the log for writing, creates or migrates it. Every acknowledged commit survives a power cut. */
export function openLogForWriting(file: string): DatabaseSync {
  return open(file, (db) => {
    assertOurs(db, file, APPLICATION_ID);
    // FULL at every open: some builds reopen a WAL file with NORMAL, and that loses acknowledged commits.
    db.exec("pragma journal_mode = wal; pragma synchronous = full");
    migrate(db, file);
  });
}

/** Opens the log for reading; it must have been opened for writing before. */
export function openLogForReading(file: string): DatabaseSync {
  return open(file, (db) => db.exec(`pragma query_only = 1; pragma mmap_size = ${MMAP_SIZE}`));
}

/** Which log a database holds, or was derived from. */
export function readIdentity(db: DatabaseSync): LogIdentity {
  const row = db.prepare("select log_id as logId, epoch from log").get();
  // Written by `migrate` or `createDerived` in the transaction that created the table.
  return { ...row } as unknown as LogIdentity;
}

/** Opens the derived data of a log for writing; what belongs to another log, epoch or version is thrown away. */
export function openDerivedForWriting(file: string, log: DatabaseSync): DatabaseSync {
  try {
    return openDerived(file, log);
  } catch (error) {
    // Derived data is never worth a failed start: what cannot be read is made anew. But what is readable stays in place,
    // for another process may be using it.
    if (!isUnreadable(error)) throw error;
    // Moved away, not deleted: it may be a file of somebody's, named by mistake.
    const aside = `${file}.unreadable-${Date.now()}`;
    for (const suffix of ["", "-wal", "-shm"]) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    return openDerived(file, log);
  }
}

/** Opens the derived data for reading; it must have been opened for writing before. */
export function openDerivedForReading(file: string): DatabaseSync {
  return open(file, (db) => db.exec("pragma query_only = 1"));
}

function openDerived(file: string, log: DatabaseSync): DatabaseSync {
  return open(file, (db) => {
    assertOurs(db, file, DERIVED_APPLICATION_ID);
    db.exec("pragma journal_mode = wal; pragma synchronous = normal");
    if (!isDerivedFrom(db, log)) createDerived(db, log);
  });
}

function isDerivedFrom(db: DatabaseSync, log: DatabaseSync): boolean {
  if (numberOf(db, "user_version") !== DERIVED_VERSION) return false;
  const { logId, epoch } = readIdentity(db);
  const identity = readIdentity(log);
  if (logId !== identity.logId || epoch !== identity.epoch) return false;
  const { position, eventId } = db.prepare("select position, event_id as eventId from log").get() ?? {};
  if (position === 0) return true;
  return (
    log.prepare("select 1 from event where position = ? and event_id = ?").get(position ?? 0, eventId ?? null) !==
    undefined
  );
}

function createDerived(db: DatabaseSync, log: DatabaseSync): void {
  db.exec("begin immediate");
  // Another process may have been faster.
  if (!isDerivedFrom(db, log)) {
    for (const statement of dropsOf(db)) db.exec(statement);
    db.exec(DERIVED_SCHEMA);
    const { logId, epoch } = readIdentity(log);
    db.prepare("insert into log (only, log_id, epoch) values (1, ?, ?)").run(logId, epoch);
    db.exec(`pragma application_id = ${DERIVED_APPLICATION_ID}; pragma user_version = ${DERIVED_VERSION}`);
  }
  db.exec("commit");
}

/** The statements that leave nothing of a database. Virtual tables come first: theirs go with them. */
function dropsOf(db: DatabaseSync): readonly string[] {
  const objects = db
    .prepare(
      `select type, name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'
       order by sql like 'create virtual %' desc`,
    )
    .all();
  return objects.map(({ type, name }) => `drop ${String(type)} if exists "${String(name).replaceAll('"', '""')}"`);
}

/**
 * Two processes that turn a new file to WAL at the same time wait for each other, and SQLite tells one of them at once
 * that the file is busy: it does not wait as it does elsewhere, so we do.
 */
function open(file: string, prepare: (db: DatabaseSync) => void): DatabaseSync {
  const deadline = performance.now() + BUSY_TIMEOUT;
  for (;;) {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
      prepare(db);
      return db;
    } catch (error) {
      db?.close();
      if (resultCode(error) !== BUSY || performance.now() > deadline) throw toStoreError(file, error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE);
    }
  }
}

function assertOurs(db: DatabaseSync, file: string, applicationId: number): void {
  const empty = db.prepare("select 1 from sqlite_schema limit 1").get() === undefined;
  if (!empty && numberOf(db, "application_id") !== applicationId) {
    throw new NotAStoreError(`${file} is a SQLite database of another program; give the path of a store`);
  }
}

function migrate(db: DatabaseSync, file: string): void {
  const known = LOG_MIGRATIONS.length;
  if (numberOf(db, "user_version") === known) return;
  db.exec("begin immediate");
  try {
    const version = numberOf(db, "user_version");
    if (version > known) throw new NewerStoreError(file, version, known);
    for (const migration of LOG_MIGRATIONS.slice(version)) db.exec(migration);
    if (version === 0) db.prepare("insert into log values (1, ?, ?)").run(uuid7(), uuid7());
    db.exec(`pragma application_id = ${APPLICATION_ID}; pragma user_version = ${known}; commit`);
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    throw error;
  }
}

function numberOf(db: DatabaseSync, pragma: string): number {
  return Number(Object.values(db.prepare(`pragma ${pragma}`).get() ?? {})[0]);
}
