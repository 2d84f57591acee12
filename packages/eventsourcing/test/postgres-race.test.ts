import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noteRun } from "../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../tools/reliability/size.ts";
import { createTestDatabase, type TestDatabase } from "../../../tools/testing/test-database.ts";
import { openPostgresRecorder } from "../src/adapters/postgres/postgres-recorder.ts";
import type { Serialiser } from "../src/adapters/postgres/postgres-writer.ts";
import { type Uuid, uuid7 } from "../src/domain/uuid.ts";
import type { Recorder } from "../src/persistence/recorder.ts";
import { StoreError, VersionConflictError } from "../src/persistence/store-errors.ts";
import { anEvent, eventsOf, rejection, saveOf, upTo } from "../src/testing/contract-case.ts";
import { type Acknowledged, assertDelivered, LogConsumer, restartingReader } from "./log-consumer.ts";
import { type PostgresSaverJob, saveUntilDone } from "./postgres-saver.ts";

const WRITERS = 12;
const NODES = 4;
const SAVES = NIGHTLY ? 2_000 : 60;
const TIMEOUT = NIGHTLY ? 600_000 : 60_000;
const BATCH = 7;

let database: TestDatabase;
let admin: pg.Pool;

beforeEach(async () => {
  database = await createTestDatabase();
  admin = new pg.Pool({ connectionString: database.connectionString, max: WRITERS });
  admin.on("error", () => {});
});

afterEach(async () => {
  await admin.end();
  await database.drop();
});

describe("a reader that asks for what comes after the last position", () => {
  let caught = "not run";

  test("is caught missing events where plain inserts take their positions from a sequence (the control)", async () => {
    await admin.query("create table plain (position bigserial primary key, writer integer not null)");
    let missed: readonly number[] = [];
    let attempts = 0;
    while (missed.length === 0 && attempts < 50) {
      attempts += 1;
      missed = await missedByNaiveReader();
    }
    expect(missed.length, `nothing was missed in ${attempts} attempts: the race above shows nothing`).toBeGreaterThan(
      0,
    );
    caught = `where positions come from a sequence, ${missed.length} of ${WRITERS * 20} events were missed`;
  });

  test.each<Serialiser>(["advisory-lock", "row-lock"])(
    "misses nothing and sees nothing twice while 12 writers race and one save in 20 is rolled back, with the %s",
    async (serialiser) => {
      const { connectionString } = database;
      const nodes = await Promise.all(
        upTo(NODES).map(() => openPostgresRecorder({ connectionString, serialiser, outcomeTimeout: 500 })),
      );
      await admin.query(ROLL_BACK_THE_DOOMED);
      const acknowledged: Acknowledged[] = [];
      const log = uuid7();
      const [readerOfItsOwn, [firstNode]] = [await openPostgresRecorder({ connectionString }), nodes];
      assert.ok(firstNode);
      const restarting = restartingReader(() => openPostgresRecorder({ connectionString }), 10);
      const consumers = [readerOfItsOwn, firstNode, restarting].map((reader) => new LogConsumer(reader, BATCH));

      const writers = upTo(WRITERS).map((n) => write(nodes[n % NODES] ?? firstNode, log, n, acknowledged));
      const elsewhere = saveInAnotherProcess({ connectionString, serialiser, writers: 2, saves: SAVES });
      const work = Promise.all([...writers, elsewhere.then((saves) => acknowledged.push(...saves))]);
      await Promise.all(consumers.map((consumer) => consumer.readDuring(work)));

      expect(acknowledged.length).toBeGreaterThanOrEqual(WRITERS * SAVES * 0.94 + 2 * SAVES);
      for (const { seen } of consumers) assertDelivered(seen, acknowledged);
      for (const recorder of [...nodes, readerOfItsOwn, restarting]) await recorder.close();
      await expect.poll(rollbacks).toBeGreaterThanOrEqual(WRITERS * SAVES * 0.01);
      noteRun({
        promises: [5, 7],
        store: "PostgreSQL",
        what: `14 writers on five nodes, one save in 20 rolled back or in conflict, connections killed, with the ${serialiser}`,
        figures: {
          acknowledged: acknowledged.length,
          "events to each of three readers": consumers[0]?.seen.length ?? 0,
          "restarts of one of them": restarting.restarts(),
          "lost, repeated or reordered": 0,
        },
        control: caught,
      });
    },
    TIMEOUT,
  );
});

// Their transactions are rolled back at the commit, when positions are given out and rows are inserted.
const ROLL_BACK_THE_DOOMED = `
  create function doom() returns trigger language plpgsql as $$ begin raise exception 'doomed'; end $$;
  create constraint trigger doom after insert on palimpsest.event deferrable initially deferred
    for each row when (new.topic = 'Doomed') execute function doom();
`;

/** Of 100 saves two are doomed, two conflict, and during one the connection of some node is killed. */
async function write(recorder: Recorder, log: Uuid, writer: number, acknowledged: Acknowledged[]): Promise<void> {
  const first = saveOf([anEvent()]);
  const [taken] = first.events;
  assert.ok(taken);
  acknowledged.push({ save: first, receipt: await saveUntilDone(recorder, first) });
  for (const n of upTo(SAVES)) {
    const turn = (n + 7 * writer) % 100;
    if (turn === 10 || turn === 60) {
      const error = await rejection(recorder.append(saveOf([anEvent(), anEvent({ topic: "Doomed" })])), StoreError);
      assert.ok(["STORE_UNAVAILABLE", "OUTCOME_UNKNOWN"].includes(error.code), String(error));
    } else if (turn === 35 || turn === 85) {
      const save = saveOf([anEvent(), ...eventsOf(log, null), ...eventsOf(taken.originatorId, 1)]);
      await rejection(saveUntilDone(recorder, save), VersionConflictError);
    } else {
      const save = saveOf([...eventsOf(log, null), anEvent(), anEvent()].slice(turn % 3));
      const killed = turn === 50 ? admin.query(KILL_A_WRITER) : undefined;
      acknowledged.push({ save, receipt: await saveUntilDone(recorder, save) });
      await killed;
    }
  }
}

const KILL_A_WRITER = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and query like '%append\\_group%' and pid <> pg_backend_pid()
  order by state, random() limit 1
`;

/** How many transactions were rolled back; a session reports its own when it ends at the latest. */
async function rollbacks(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    "select xact_rollback::int as count from pg_stat_database where datname = current_database()",
  );
  return rows[0]?.count ?? 0;
}

async function saveInAnotherProcess(job: PostgresSaverJob): Promise<readonly Acknowledged[]> {
  const program = join(import.meta.dirname, "postgres-saver.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(job)], {
    maxBuffer: 2 ** 30,
  });
  return JSON.parse(stdout) as readonly Acknowledged[];
}

/** The positions that a reader of `position > last` does not see, while 12 writers insert in transactions of their own. */
async function missedByNaiveReader(): Promise<readonly number[]> {
  const start = await lastOf(0);
  const seen = new Set<number>();
  let last = start;
  const state = { done: false };
  const insert = async (writer: number) => {
    for (const n of upTo(20)) {
      const client = await admin.connect();
      await client.query("begin");
      await client.query("insert into plain (writer) values ($1)", [writer]);
      await client.query(n === 10 ? "rollback" : "commit");
      client.release();
    }
  };
  const work = Promise.all(upTo(WRITERS).map(insert)).finally(() => {
    state.done = true;
  });
  const reader = new pg.Client({ connectionString: database.connectionString });
  await reader.connect();
  for (let ended = false; !ended; ) {
    ended = state.done;
    for (let more = true; more; ) {
      const text = `select position::int from plain where position > $1 order by position limit ${BATCH}`;
      const { rows } = await reader.query<{ position: number }>(text, [last]);
      for (const { position } of rows) seen.add(position);
      last = rows.at(-1)?.position ?? last;
      more = rows.length === BATCH;
    }
  }
  await reader.end();
  await work;
  const { rows } = await admin.query<{ position: number }>("select position::int from plain where position > $1", [
    start,
  ]);
  return rows.map(({ position }) => position).filter((position) => !seen.has(position));
}

async function lastOf(least: number): Promise<number> {
  const { rows } = await admin.query<{ last: number }>("select coalesce(max(position), $1)::int as last from plain", [
    least,
  ]);
  return rows[0]?.last ?? least;
}
