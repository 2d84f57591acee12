import { randomUUID } from "node:crypto";
import pg from "pg";

export interface TestDatabase extends AsyncDisposable {
  readonly connectionString: string;
  /** Takes the database away, also under connections that are still open. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database for one test or one file of tests, on the server that `vitest.config.ts` starts for the run
 * or that `PALIMPSEST_TEST_POSTGRES` names (the URL of a superuser, or of a user who may create databases).
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env["PALIMPSEST_TEST_POSTGRES"];
  if (!server) throw new Error("PALIMPSEST_TEST_POSTGRES is not set: run the tests with Vitest.");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  // Making a database copies 300 files, which takes a third of a second of processor time: on a server that goes with the
  // run, one that a test has left is emptied for another. On a server of somebody else nothing is to stay.
  const keepsSpares = process.env["PALIMPSEST_TEST_POSTGRES_KEEPS_SPARES"] !== undefined;
  if (keepsSpares && (await connected(server, (client) => takeSpare(client, name)))) {
    await connected(url.href, (client) => client.query(EMPTY));
  } else {
    await connected(server, (client) => client.query(`create database ${name}`));
  }
  const drop = async () => {
    await connected(server, async (client) => {
      if (keepsSpares) await makeSpare(client, name);
      else await client.query(`drop database if exists ${name} with (force)`);
    });
  };
  return { connectionString: url.href, drop, [Symbol.asyncDispose]: drop };
}

async function takeSpare(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query("select datname as spare from pg_database where datname like 'spare\\_%'");
  for (const { spare } of rows) {
    try {
      await client.query(`alter database ${spare} rename to ${name}`);
      await client.query(`alter database ${name} allow_connections true`);
      await client.query(`alter database ${name} reset all`);
      return true;
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof pg.DatabaseError && error.code === UNDEFINED_DATABASE)) throw error;
    }
  }
  return false;
}

/** Under its new name nothing finds it that has not noticed that its test is over. */
async function makeSpare(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
  if (rowCount === 0) return;
  await client.query(`alter database ${name} allow_connections false`);
  await client.query("select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = $1", [name]);
  await client.query(`alter database ${name} rename to ${name.replace("test_", "spare_")}`);
}

const UNDEFINED_DATABASE = "3D000";

const EMPTY = `
do $$
declare
  name text;
begin
  for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
    execute format('drop schema %I cascade', name);
  end loop;
end $$;
create schema public authorization pg_database_owner;
grant usage on schema public to public;
select pg_stat_reset();
`;

async function connected<T>(connectionString: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
