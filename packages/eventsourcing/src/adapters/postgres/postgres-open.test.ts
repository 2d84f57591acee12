import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterEach, beforeEach, describe, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../../tools/testing/test-database.ts";
import { ProgrammingError } from "../../domain/errors.ts";
import { NewerStoreError, NotAStoreError, StoreUnavailableError } from "../../persistence/store-errors.ts";
import { anEvent, rejection, saveOf, upTo } from "../../testing/contract-case.ts";
import { assertServer } from "./postgres-open.ts";
import { openPostgresRecorder } from "./postgres-recorder.ts";

describe("opening a store on PostgreSQL", () => {
  let database: TestDatabase;
  let connectionString: string;
  let admin: pg.Client;

  beforeEach(async () => {
    database = await createTestDatabase();
    ({ connectionString } = database);
    admin = new pg.Client({ connectionString });
    await admin.connect();
  });
  afterEach(async () => {
    await admin.end();
    await database.drop();
  });

  /** The connection string with another user. */
  function as(user: string, password: string): string {
    const url = new URL(connectionString);
    url.username = user;
    url.password = password;
    return url.href;
  }

  /** A user that goes with the test. */
  async function withUser(options: string, run: (connectionString: string) => Promise<void>): Promise<void> {
    const user = `user_${new URL(connectionString).pathname.slice(6)}`;
    await admin.query(`create user ${user} password 'pass-word' ${options}`);
    try {
      await run(as(user, "pass-word"));
    } finally {
      await admin.query(`drop owned by ${user} cascade`);
      await admin.query(`drop user ${user}`);
    }
  }

  it("makes one log where several nodes start at once on an empty database", async () => {
    const recorders = await Promise.all(upTo(5).map(() => openPostgresRecorder({ connectionString })));
    assert.equal(new Set(recorders.map(({ log }) => JSON.stringify(log))).size, 1);
    const receipts = await Promise.all(recorders.map((recorder) => recorder.append(saveOf([anEvent()]))));
    assert.deepEqual(receipts.map(({ firstPosition }) => firstPosition).sort(), upTo(5));
    for (const recorder of recorders) await recorder.close();
  });

  it("keeps stores in two schemas of one database apart", async () => {
    const [one, other] = [
      await openPostgresRecorder({ connectionString }),
      await openPostgresRecorder({ connectionString, schema: "user" }),
    ];
    await one.append(saveOf([anEvent()]));
    assert.notEqual(one.log.logId, other.log.logId);
    assert.equal(await other.head(), 0);
    await Promise.all([one.close(), other.close()]);
  });

  it("is durable and sees what others committed, whatever the database's defaults", async () => {
    const name = new URL(connectionString).pathname.slice(1);
    for (const setting of [
      "synchronous_commit = off",
      "default_transaction_isolation = 'serializable'",
      "search_path = nowhere",
      "DateStyle = 'SQL, DMY'",
    ]) {
      await admin.query(`alter database ${name} set ${setting}`);
    }
    const recorder = await openPostgresRecorder({ connectionString });
    await admin.query(`
      create table seen (commits text, isolation text);
      create function see() returns trigger language plpgsql as $$ begin
        insert into public.seen values (current_setting('synchronous_commit'), current_setting('transaction_isolation'));
        return null;
      end $$;
      create trigger see after insert on palimpsest.event execute function see()`);
    await recorder.append(saveOf([anEvent()]));
    assert.deepEqual((await admin.query("select * from seen")).rows, [{ commits: "on", isolation: "read committed" }]);
    await recorder.close();
  });

  it("opens with the rights to read and write alone where the store is there already", async () => {
    await (await openPostgresRecorder({ connectionString })).close();
    await withUser("", async (limited) => {
      const error = await rejection(openPostgresRecorder({ connectionString: limited }), StoreUnavailableError);
      assert.match(error.message, /does not give the user the rights/);
      const { user } = new pg.Client(limited);
      await admin.query(`grant usage on schema palimpsest to ${user}`);
      await admin.query(`grant select, insert, delete on all tables in schema palimpsest to ${user}`);
      const recorder = await openPostgresRecorder({ connectionString: limited });
      assert.equal((await recorder.append(saveOf([anEvent()]))).firstPosition, 1);
      await recorder.close();
    });
  });

  it("makes a store in a schema of its own without the right to make schemas", async () => {
    await withUser("", async (limited) => {
      const { user } = new pg.Client(limited);
      await admin.query(`create schema palimpsest authorization ${user}`);
      const recorder = await openPostgresRecorder({ connectionString: limited });
      assert.equal((await recorder.append(saveOf([anEvent()]))).firstPosition, 1);
      await recorder.close();
    });
  });

  it("refuses a store of a newer version, and leaves it as it is", async () => {
    await (await openPostgresRecorder({ connectionString })).close();
    await admin.query("update palimpsest.log set schema_version = 99");
    const error = await rejection(openPostgresRecorder({ connectionString }), NewerStoreError);
    assert.deepEqual([error.schemaVersion, error.supportedVersion], [99, 2]);
    assert.deepEqual((await admin.query("select schema_version as version from palimpsest.log")).rows, [
      { version: 99 },
    ]);
  });

  for (const [what, sql] of Object.entries({
    "a log of another program": "create table palimpsest.log (line text)",
    "an empty log": "create table palimpsest.log (log_id uuid, epoch uuid, schema_version integer)",
    "events of another program": "create table palimpsest.event (name text)",
    "a function of another program":
      "create function palimpsest.position_at(bigint) returns bigint language sql as 'select 1::bigint'",
  })) {
    it(`refuses a schema that holds ${what}, and adds nothing to it`, async () => {
      await admin.query(`create schema palimpsest; ${sql}`);
      const count = async () =>
        (await admin.query("select count(*) from pg_class where relnamespace = 'palimpsest'::regnamespace")).rows[0]
          .count;
      const before = await count();
      const error = await rejection(openPostgresRecorder({ connectionString }), NotAStoreError);
      assert.match(error.message, /tables of another program in the schema "palimpsest"/);
      assert.equal(await count(), before);
    });
  }

  it("refuses a database that cannot hold every text", async () => {
    const name = `${new URL(connectionString).pathname.slice(1)}_latin1`;
    await admin.query(`create database ${name} encoding 'LATIN1' locale 'C' locale_provider 'libc' template template0`);
    const url = new URL(connectionString);
    url.pathname = name;
    const error = await rejection(openPostgresRecorder({ connectionString: url.href }), NotAStoreError);
    assert.match(error.message, /has the encoding LATIN1/);
    await admin.query(`drop database ${name} with (force)`);
  });

  it("refuses a server before PostgreSQL 14", () => {
    assert.throws(
      () => assertServer({ version: 130_021, encoding: "UTF8" }, "it"),
      /runs PostgreSQL 13.*upgrade it to 14/,
    );
    assertServer({ version: 140_000, encoding: "UTF8" }, "it");
  });

  it("names what is wrong with the address, and never the password", async () => {
    const url = new URL(connectionString);
    const wrong = (change: (url: URL) => void) => {
      const changed = new URL(url);
      changed.password = "s3cret";
      change(changed);
      return changed.href;
    };
    const { password } = url;
    const cases: readonly (readonly [string, RegExp])[] = [
      [wrong(() => {}), /refuses the user.*password authentication failed/],
      [wrong((it) => Object.assign(it, { password, pathname: "/nowhere_s3cret" })), /does not exist; create it/],
      [wrong((it) => Object.assign(it, { port: "1" })), /cannot be reached.*ECONNREFUSED/],
      [wrong((it) => Object.assign(it, { hostname: "nowhere.invalid" })), /cannot be reached/],
    ];
    for (const [address, message] of cases) {
      const error = await rejection(openPostgresRecorder({ connectionString: address }), StoreUnavailableError);
      assert.match(error.message, message);
      assert.match(error.message, /^PostgreSQL database "/);
      for (const secret of [password, "s3cret@"]) assert.ok(!shownOf(error).includes(secret), error.message);
    }
    const wrongUrls = ["postgres://me:s3cret@host:port/db", "postgres://me:s3cret@[host/db"];
    for (const address of [...wrongUrls, "me:s3cret@host", "host=x password=s3cret", "s3cret", ""]) {
      const error = await rejection(openPostgresRecorder({ connectionString: address }), ProgrammingError);
      assert.ok(!shownOf(error).includes("s3cret"), shownOf(error));
    }
  });

  it("says when the server takes no more connections", async () => {
    await withUser("connection limit 1", async (limited) => {
      const { user } = new pg.Client(limited);
      await admin.query(`grant create on database ${new URL(connectionString).pathname.slice(1)} to ${user}`);
      const recorder = await openPostgresRecorder({ connectionString: limited });
      const error = await rejection(recorder.head(), StoreUnavailableError);
      assert.match(error.message, /takes no more connections/);
      await recorder.append(saveOf([anEvent()]));
      await recorder.close();
    });
  });

  it("refuses names that are none for a schema", async () => {
    for (const schema of ["", "Wiki", "1a", "a-b", 'a"b', "pg_wiki", "a".repeat(64), "a; drop schema public"]) {
      await rejection(openPostgresRecorder({ connectionString, schema }), ProgrammingError);
    }
  });

  it("says what to install where pg is missing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "without-pg-"));
    const packages = join(import.meta.dirname, "../../../../../node_modules");
    cpSync(join(import.meta.dirname, "../.."), join(folder, "src"), { recursive: true });
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(packages, "uuid"), join(folder, "node_modules/uuid"));
    const program = `
      import { openPostgresRecorder } from "./src/adapters/postgres/postgres-recorder.ts";
      await openPostgresRecorder({}).catch((error) => console.log(error.code, error.message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: folder,
    });
    assert.equal(
      stdout,
      "PROGRAMMING_ERROR a store on PostgreSQL needs the package pg; install it with `npm install pg`\n",
    );
    rmSync(folder, { recursive: true });
  });
});

/** All that a log would show of an error. */
function shownOf(error: Error): string {
  const { message, stack, cause } = error;
  return `${message}${stack}${JSON.stringify(error)}${cause instanceof Error ? shownOf(cause) : String(cause)}`;
}
