import type { DatabaseSync } from "node:sqlite";
import { assertOurs, dropAll, numberOf, openDatabase, openOrMakeAnew } from "./sqlite-database.ts";
import { readIdentity } from "./sqlite-open.ts";
import { DERIVED_APPLICATION_ID, DERIVED_SCHEMA, DERIVED_VERSION } from "./sqlite-schema.ts";

/** Opens the derived data of a log for writing; what belongs to another log, epoch or version is thrown away. */
export function openDerivedForWriting(file: string, log: DatabaseSync): DatabaseSync {
  return openOrMakeAnew(file, () => openDerived(file, log));
}

/** Opens the derived data for reading; it must have been opened for writing before. */
export function openDerivedForReading(file: string): DatabaseSync {
  return openDatabase(file, (db) => db.exec("pragma query_only = 1"));
}

function openDerived(file: string, log: DatabaseSync): DatabaseSync {
  return openDatabase(file, (db) => {
    assertOurs(db, file, DERIVED_APPLICATION_ID);
    db.exec("pragma journal_mode = wal; pragma synchronous = normal");
    if (!isDerivedFrom(db, log)) createDerived(db, log);
  });
}

/** Whether what a database holds was derived from a log as it is now, by a program like this one. */
export function isDerivedFrom(db: DatabaseSync, log: DatabaseSync): boolean {
  if (numberOf(db, "application_id") !== DERIVED_APPLICATION_ID) return false;
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
    dropAll(db);
    db.exec(DERIVED_SCHEMA);
    const { logId, epoch } = readIdentity(log);
    db.prepare("insert into log (only, log_id, epoch) values (1, ?, ?)").run(logId, epoch);
    db.exec(`pragma application_id = ${DERIVED_APPLICATION_ID}; pragma user_version = ${DERIVED_VERSION}`);
  }
  db.exec("commit");
}
