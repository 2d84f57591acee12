import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { NotAStoreError, StoreUnavailableError } from "@palimpsest/eventsourcing";
import { Kysely, type SqliteDatabase, SqliteDialect } from "kysely";
import { migrate } from "./accounts-migrations.ts";
import type { AccountsDatabase, AccountsTables } from "./accounts-tables.ts";

/** `PALA`: tells our files from others', see `pragma application_id`. */
const APPLICATION_ID = 0x50414c41;
// How long a writer waits for one of another process.
const BUSY_TIMEOUT = 5_000;

/** Opens the tables in a file of their own, or in memory. */
export async function openSqliteAccounts(file: string): Promise<AccountsDatabase> {
  const sqlite = openFile(file);
  try {
    const isEmpty = sqlite.prepare("select 1 from sqlite_schema limit 1").get() === undefined;
    const { application_id: id } = sqlite.prepare("pragma application_id").get() ?? {};
    if (!isEmpty && id !== APPLICATION_ID) {
      throw new NotAStoreError(`${file} is a SQLite database of another program; move it away`);
    }
    // FULL at every open: some builds reopen a WAL file with NORMAL, and that loses acknowledged commits.
    sqlite.exec(
      `pragma application_id = ${APPLICATION_ID}; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on`,
    );
    const db = new Kysely<AccountsTables>({ dialect: new SqliteDialect({ database: toKysely(sqlite) }) });
    // `begin immediate` locks.
    await migrate(db, file, async () => undefined);
    return db;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function openFile(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailableError(
      `${file} cannot be opened (${reason}); check that its directory exists and can be written`,
      { cause: error },
    );
  }
}

/** `node:sqlite` as Kysely takes a driver. */
function toKysely(sqlite: DatabaseSync): SqliteDatabase {
  return {
    close: () => sqlite.close(),
    prepare: (text) => {
      const statement = sqlite.prepare(text === "begin" ? "begin immediate" : text);
      // Kysely types parameters as unknown; it passes on what the queries were given.
      const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}
