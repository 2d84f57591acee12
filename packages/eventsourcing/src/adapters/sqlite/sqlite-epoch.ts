import { existsSync } from "node:fs";
import { uuid7 } from "../../domain/uuid.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { NotAStoreError } from "../../persistence/store-errors.ts";
import { toStoreError } from "./sqlite-errors.ts";
import { openLogForWriting, readIdentity } from "./sqlite-open.ts";

/** Which store was restored. */
export interface RestoredSqliteStore {
  /** The path of the log. */
  readonly file: string;
}

/**
 * Gives a store in a SQLite file a new epoch, after a backup of it was restored and before anybody opens it: its positions
 * will mean other events from now on, and what has seen the old ones (followers, cursors) can tell. What was derived from
 * the log is thrown away when the store is opened. Rejects with `NotAStoreError`, `NewerStoreError`, `StoreUnavailableError`.
 */
export async function startNewSqliteEpoch({ file }: RestoredSqliteStore): Promise<LogIdentity> {
  // To open a store would make one.
  if (!existsSync(file)) throw new NotAStoreError(`${file} does not exist; restore the backup first`);
  const db = openLogForWriting(file);
  try {
    db.prepare("update log set epoch = ?").run(uuid7());
    return readIdentity(db);
  } catch (error) {
    throw toStoreError(file, error);
  } finally {
    db.close();
  }
}
