import type { DatabaseSync } from "node:sqlite";
import { uuid7 } from "../../domain/uuid.ts";
import type { Durability, LogIdentity } from "../../persistence/recorder.ts";
import { NewerStoreError } from "../../persistence/store-errors.ts";
import { assertOurs, numberOf, openDatabase } from "./sqlite-database.ts";
import { APPLICATION_ID, LOG_MIGRATIONS } from "./sqlite-schema.ts";

// Reads of streams are 1.5 times as fast as without.
const MMAP_SIZE = 256 * 1024 * 1024;

/** Opens the log for writing, creates or migrates it. */
export function openLogForWriting(file: string, durability: Durability = "save"): DatabaseSync {
  return openDatabase(file, (db) => {
    assertOurs(db, file, APPLICATION_ID);
    db.exec("pragma journal_mode = wal");
    // FULL at every open: some builds reopen a WAL file with NORMAL, and that loses acknowledged commits.
    setSynchronous(db, durability === "save" ? "full" : "normal");
    migrate(db, file);
  });
}

/** Makes all commits so far survive a power cut, those of a connection that did not wait for the disk too. */
export function bringCommitsToDisk(db: DatabaseSync): void {
  setSynchronous(db, "full");
  // A commit waits for all that was written to the write-ahead log before it. It has to write a page for that, which SQLite
  // does for a number of the header that stays the same, and does not for a row.
  db.exec("begin immediate");
  db.exec(`pragma user_version = ${numberOf(db, "user_version")}; commit`);
}

function setSynchronous(db: DatabaseSync, level: "full" | "normal"): void {
  db.exec(`pragma synchronous = ${level}`);
}

/** Opens the log for reading; it must have been opened for writing before. */
export function openLogForReading(file: string): DatabaseSync {
  return openDatabase(file, (db) => db.exec(`pragma query_only = 1; pragma mmap_size = ${MMAP_SIZE}`));
}

/** Whether a database is a log as this program keeps it: ours, and of this version. */
export function isCurrentLog(db: DatabaseSync): boolean {
  return numberOf(db, "application_id") === APPLICATION_ID && numberOf(db, "user_version") === LOG_MIGRATIONS.length;
}

/** Which log a database holds, or was derived from. */
export function readIdentity(db: DatabaseSync): LogIdentity {
  const row = db.prepare("select log_id as logId, epoch from log").get();
  // Written by `migrate` or `createDerived` in the transaction that created the table.
  return { ...row } as unknown as LogIdentity;
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
