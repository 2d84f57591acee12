import { randomUUID } from "node:crypto";
import pg from "pg";

export interface TestDatabase extends AsyncDisposable {
  readonly connectionString: string;
  /** Deletes the database, also under connections that are still open. */
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
  await execute(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const drop = () => execute(server, `drop database if exists ${name} with (force)`);
  return { connectionString: url.href, drop, [Symbol.asyncDispose]: drop };
}

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
