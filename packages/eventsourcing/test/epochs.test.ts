import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { afterEach, beforeEach, describe, test } from "vitest";
import { createTestDatabase } from "../../../tools/testing/test-database.ts";
import { openPostgresRecorder, startNewPostgresEpoch } from "../src/adapters/postgres/postgres-recorder.ts";
import { openSqliteRecorder, startNewSqliteEpoch } from "../src/adapters/sqlite/sqlite-recorder.ts";
import { ProgrammingError } from "../src/domain/errors.ts";
import { uuid7 } from "../src/domain/uuid.ts";
import type { LogIdentity, Recorder } from "../src/persistence/recorder.ts";
import { NewerStoreError, NotAStoreError, StoreUnavailableError } from "../src/persistence/store-errors.ts";
import { aSnapshot, comparable, eventsOf, rejection, saveOf, wholeLog } from "../src/testing/contract-case.ts";

interface Place {
  open(): Promise<Recorder>;
  startNewEpoch(): Promise<LogIdentity>;
  /** Makes the store one of a version that is yet to come. */
  age(): Promise<void>;
  drop(): Promise<void>;
}

const PLACES: { readonly [engine: string]: () => Promise<Place> } = {
  postgres: async () => {
    const { connectionString, drop } = await createTestDatabase();
    return {
      open: () => openPostgresRecorder({ connectionString }),
      startNewEpoch: () => startNewPostgresEpoch({ connectionString }),
      age: () => query(connectionString, "update palimpsest.log set schema_version = 99"),
      drop,
    };
  },
  sqlite: async () => {
    const directory = mkdtempSync(join(tmpdir(), "epochs-"));
    const file = join(directory, "log.db");
    return {
      open: () => openSqliteRecorder({ file }),
      startNewEpoch: () => startNewSqliteEpoch({ file }),
      age: async () => {
        const db = new DatabaseSync(file);
        db.exec("pragma user_version = 99");
        db.close();
      },
      drop: async () => rmSync(directory, { recursive: true }),
    };
  },
};

describe.each(Object.entries(PLACES))("a new epoch on %s", (_engine, createPlace) => {
  let place: Place;

  beforeEach(async () => {
    place = await createPlace();
  });

  afterEach(() => place.drop());

  test("is another one each time, of the same log, with the same events, and saving goes on behind them", async () => {
    const [before, page] = [await place.open(), uuid7()];
    const save = saveOf(eventsOf(page, 1, 2), { idempotencyKey: "key" });
    const receipt = await before.append(save);
    const rows = comparable(await wholeLog(before));
    await before.close();

    const epochs = [before.log, await place.startNewEpoch(), await place.startNewEpoch()];
    assert.deepEqual(new Set(epochs.map(({ logId }) => logId)).size, 1);
    assert.deepEqual(new Set(epochs.map(({ epoch }) => epoch)).size, 3);

    const after = await place.open();
    assert.deepEqual(after.log, epochs.at(-1));
    assert.deepEqual(comparable(await wholeLog(after)), rows);
    assert.deepEqual(await after.append(save), { ...receipt, repeated: true });
    assert.equal((await after.append(saveOf(eventsOf(page, 3)))).firstPosition, 3);
    await after.close();
  });

  test("throws away the snapshots, which may be of events that are no more", async () => {
    const [before, originatorId] = [await place.open(), uuid7()];
    await before.append(saveOf(eventsOf(originatorId, 1, 2, 3, 4, 5)));
    await before.snapshots.write([aSnapshot({ originatorId })]);
    await before.close();
    await place.startNewEpoch();
    const after = await place.open();
    assert.deepEqual(await after.snapshots.find([{ originatorId }]), []);
    await after.close();
  });

  test("is refused where there is no store, which it does not make, and for a store of a newer version", async () => {
    await rejection(place.startNewEpoch(), NotAStoreError);
    await rejection(place.startNewEpoch(), NotAStoreError);
    await (await place.open()).close();
    await place.age();
    await rejection(place.startNewEpoch(), NewerStoreError);
  });
});

describe("a new epoch", () => {
  test("is refused for what is no name of a schema, on postgres, and says where nobody answers", async () => {
    const connectionString = "postgres://me:s3cret@127.0.0.1:1/wiki";
    await rejection(startNewPostgresEpoch({ connectionString, schema: 'a"b' }), ProgrammingError);
    const error = await rejection(startNewPostgresEpoch({ connectionString }), StoreUnavailableError);
    assert.match(error.message, /cannot be reached/);
  });

  test("is refused for a file of another program, on sqlite", async () => {
    const directory = mkdtempSync(join(tmpdir(), "epochs-"));
    const file = join(directory, "notes.txt");
    writeFileSync(file, "not a database, but long enough to be taken for the head of one".repeat(10));
    await rejection(startNewSqliteEpoch({ file }), NotAStoreError);
    rmSync(directory, { recursive: true });
  });
});

async function query(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(statement);
  await client.end();
}
