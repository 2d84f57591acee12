import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { migrate } from "./accounts-migrations.ts";
import type { AccountsDatabase, AccountsTables } from "./accounts-tables.ts";

const SCHEMA = "accounts";
const MAX_CONNECTIONS = 4;

/** Opens the tables in a schema of their own beside the log's. */
export async function openPostgresAccounts(connectionString: string): Promise<AccountsDatabase> {
  const pool = new pg.Pool({
    connectionString,
    max: MAX_CONNECTIONS,
    options: `-c search_path=${SCHEMA} -c synchronous_commit=on`,
    // Milliseconds since 1970 are whole numbers that JavaScript holds.
    types: {
      getTypeParser: (id, format) => (id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format)),
    },
  });
  // An idle connection that is lost is replaced.
  pool.on("error", () => undefined);
  // One that is lost between two statements fails the next one; unheard, it would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new Kysely<AccountsTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, "the database", async (transaction) => {
      // `if not exists` fails where two processes come at once.
      await sql`select pg_advisory_xact_lock(hashtext('palimpsest.accounts'))`.execute(transaction);
      await sql`create schema if not exists ${sql.id(SCHEMA)}`.execute(transaction);
    });
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
