import { existsSync, renameSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { NotAStoreError } from "../../persistence/store-errors.ts";
import { BUSY, isUnreadable, resultCode, toStoreError } from "./sqlite-errors.ts";

// How long a writer waits for one of another process.
const BUSY_TIMEOUT = 5_000;
const BUSY_PAUSE = 10;

/**
 * Two processes that turn a new file to WAL at the same time wait for each other, and SQLite tells one of them at once
 * that the file is busy: it does not wait as it does elsewhere, so we do.
 */
export function openDatabase(file: string, prepare: (db: DatabaseSync) => void): DatabaseSync {
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

/** Opens derived data, which is never worth a failed start: what cannot be read is made anew. */
export function openOrMakeAnew(file: string, open: () => DatabaseSync): DatabaseSync {
  try {
    return open();
  } catch (error) {
    // What is readable stays in place, for another process may be using it.
    if (!isUnreadable(error)) throw error;
    // Moved away, not deleted: it may be a file of somebody's, named by mistake.
    const aside = `${file}.unreadable-${Date.now()}`;
    for (const suffix of ["", "-wal", "-shm"]) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    return open();
  }
}

/** Drops the tables and views whose names fit. Virtual tables come first: theirs go with them. */
export function dropAll(db: DatabaseSync, fits: (name: string) => boolean = () => true): void {
  const objects = db
    .prepare(
      `select type, name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'
       order by sql like 'create virtual %' desc`,
    )
    .all();
  for (const { type, name } of objects) {
    if (fits(String(name))) db.exec(`drop ${String(type)} if exists "${String(name).replaceAll('"', '""')}"`);
  }
}

/** Throws `NotAStoreError` where a database holds something that is not ours. */
export function assertOurs(db: DatabaseSync, file: string, applicationId: number): void {
  const empty = db.prepare("select 1 from sqlite_schema limit 1").get() === undefined;
  if (!empty && numberOf(db, "application_id") !== applicationId) {
    throw new NotAStoreError(`${file} is a SQLite database of another program; give the path of a store`);
  }
}

/** What a pragma that is a number says. */
export function numberOf(db: DatabaseSync, pragma: string): number {
  return Number(Object.values(db.prepare(`pragma ${pragma}`).get() ?? {})[0]);
}
