import type { DatabaseSync } from "node:sqlite";
import { assertOurs, dropAll, numberOf, openDatabase, openOrMakeAnew } from "./sqlite-database.ts";
import { READ_MODELS_APPLICATION_ID, READ_MODELS_SCHEMA, READ_MODELS_VERSION } from "./sqlite-schema.ts";

/** Opens the read models for writing, made anew where they are missing, unreadable or of another version. */
export function openReadModelsForWriting(file: string): DatabaseSync {
  const db = openOrMakeAnew(file, () =>
    openDatabase(file, (opened) => {
      assertOurs(opened, file, READ_MODELS_APPLICATION_ID);
      opened.exec("pragma journal_mode = wal; pragma synchronous = normal");
      if (!isCurrent(opened)) create(opened);
    }),
  );
  // The thread that waits here serves readers: whoever finds the file busy lets them go first.
  db.exec("pragma busy_timeout = 0");
  return db;
}

/** Opens the read models for reading; they must have been opened for writing before. */
export function openReadModelsForReading(file: string): DatabaseSync {
  return openDatabase(file, (db) => db.exec("pragma query_only = 1"));
}

function isCurrent(db: DatabaseSync): boolean {
  return numberOf(db, "user_version") === READ_MODELS_VERSION;
}

function create(db: DatabaseSync): void {
  db.exec("begin immediate");
  // Another process may have been faster.
  if (!isCurrent(db)) {
    dropAll(db);
    db.exec(READ_MODELS_SCHEMA);
    db.exec(`pragma application_id = ${READ_MODELS_APPLICATION_ID}; pragma user_version = ${READ_MODELS_VERSION}`);
  }
  db.exec("commit");
}
