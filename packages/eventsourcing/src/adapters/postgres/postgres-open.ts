import type { Client, ClientBase } from "pg";
import { uuid7 } from "../../domain/uuid.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { LogChangedError, NewerStoreError, NotAStoreError } from "../../persistence/store-errors.ts";
import { LOCK_CLASS } from "./postgres-append.ts";
import { sqlState } from "./postgres-errors.ts";
import { migrations } from "./postgres-schema.ts";

/** PostgreSQL 14 is the first whose `pg_terminate_backend` can wait, and the oldest that is still maintained. */
const OLDEST_SERVER = 140_000;

// The SQL states of: a column that is missing; a table, function or other object that is there already.
const UNDEFINED_COLUMN = "42703";
const DUPLICATES = ["42P07", "42723", "42710"];

interface Server {
  readonly version: number;
  readonly encoding: string;
}

/** Creates or migrates the store where that is due, and answers which log it is. Several nodes may do so at once. */
export async function openStore(client: Client, schema: string, where: string): Promise<LogIdentity> {
  const { rows } = await client.query<Server>(
    "select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding",
  );
  for (const server of rows) assertServer(server, where);
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1, hashtext($2))", [LOCK_CLASS, schema]);
    const log = await migrate(client, schema, where);
    await client.query("commit");
    return log;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

/** Throws `NotAStoreError` where the server is too old, or the database cannot hold every text. */
export function assertServer(server: Server, where: string): void {
  if (server.version < OLDEST_SERVER) {
    throw new NotAStoreError(`${where} runs PostgreSQL ${server.version / 10_000}; upgrade it to 14 or later`);
  }
  if (server.encoding !== "UTF8") {
    throw new NotAStoreError(
      `${where} has the encoding ${server.encoding}; create one with \`create database … encoding 'UTF8' template template0\``,
    );
  }
}

/** Which log the schema holds, and in which version; undefined where it holds none. */
export async function findLog(
  client: Client,
  schema: string,
  where: string,
): Promise<(LogIdentity & { readonly version: number }) | undefined> {
  const { rows } = await client.query(`select to_regclass('"${schema}".log') is not null as found`);
  if (!rows[0].found) return undefined;
  try {
    const log = await client.query(`select log_id as "logId", epoch, schema_version as version from "${schema}".log`);
    if (log.rows[0]) return log.rows[0];
  } catch (error) {
    if (sqlState(error) !== UNDEFINED_COLUMN) throw error;
  }
  throw foreignTables(schema, where);
}

/** Throws `LogChangedError` where the log was restored or replaced since it was opened. */
export async function assertSameLog(client: ClientBase, schema: string, expected: LogIdentity): Promise<void> {
  const { rows } = await client.query<LogIdentity>(`select log_id as "logId", epoch from "${schema}".log`);
  const [found] = rows;
  if (!found) throw new NotAStoreError(`the table "${schema}".log is empty; restore a backup`);
  if (found.logId !== expected.logId || found.epoch !== expected.epoch) throw new LogChangedError(expected, found);
}

async function migrate(client: Client, schema: string, where: string): Promise<LogIdentity> {
  const steps = migrations(schema);
  const found = await findLog(client, schema, where);
  if (found && found.version > steps.length) throw new NewerStoreError(where, found.version, steps.length);
  const { logId, epoch } = found ?? { logId: uuid7(), epoch: uuid7() };
  if (found?.version === steps.length) return { logId, epoch };
  try {
    if (!found) await createSchema(client, schema);
    for (const step of steps.slice(found?.version ?? 0)) await client.query(step);
  } catch (error) {
    throw DUPLICATES.includes(sqlState(error) ?? "") ? foreignTables(schema, where) : error;
  }
  await client.query(
    `insert into "${schema}".log (log_id, epoch, schema_version) values ($1, $2, $3)
     on conflict (single) do update set schema_version = excluded.schema_version`,
    [logId, epoch, steps.length],
  );
  return { logId, epoch };
}

/** `create schema if not exists` asks for the right to create one, also where there is one. */
async function createSchema(client: Client, schema: string): Promise<void> {
  const { rows } = await client.query("select to_regnamespace($1) is not null as found", [`"${schema}"`]);
  if (!rows[0].found) await client.query(`create schema "${schema}"`);
}

function foreignTables(schema: string, where: string): NotAStoreError {
  return new NotAStoreError(
    `${where} has tables of another program in the schema "${schema}"; give the option \`schema\` another name`,
  );
}
