import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noteRun, storeOf } from "../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../tools/reliability/size.ts";
import { createTestDatabase } from "../../../tools/testing/test-database.ts";
import { openPostgresRecorder } from "../src/adapters/postgres/postgres-recorder.ts";
import { openSqliteRecorder } from "../src/adapters/sqlite/sqlite-recorder.ts";
import type { Recorder } from "../src/persistence/recorder.ts";
import { anEvent, saveOf, upTo, wholeLog } from "../src/testing/contract-case.ts";
import { LogConsumer, restartingReader } from "./log-consumer.ts";

const WRITERS = 32;
const BATCH = 10;
const EVENTS_EACH = NIGHTLY ? 2_000 : 63;
const TIMEOUT = NIGHTLY ? 600_000 : 60_000;

interface Place {
  open(): Promise<Recorder>;
  /** How many of as many events a follower misses that is written as one should not. */
  missedNaively(): Promise<number>;
  drop(): Promise<void>;
}

const PLACES: { readonly [engine: string]: () => Promise<Place> } = {
  postgres: async () => {
    const { connectionString, drop } = await createTestDatabase();
    return {
      open: () => openPostgresRecorder({ connectionString, poolSize: 2 }),
      missedNaively: () => missedByPosition(connectionString),
      drop,
    };
  },
  sqlite: async () => {
    const directory = mkdtempSync(join(tmpdir(), "writers-"));
    const file = join(directory, "log.db");
    const open = () => openSqliteRecorder({ file });
    return {
      open,
      missedNaively: () => missedByTime(file, open),
      drop: async () => rmSync(directory, { recursive: true }),
    };
  },
};

describe.each(Object.entries(PLACES))("32 writers and followers in batches of 10, on %s", (engine, createPlace) => {
  let place: Place;
  let caught = "not run";

  beforeEach(async () => {
    place = await createPlace();
  });

  afterEach(() => place.drop());

  test(
    "a naive follower is caught missing some (the control)",
    async () => {
      let missed = 0;
      for (let attempt = 1; attempt <= 20 && missed === 0; attempt += 1) missed = await place.missedNaively();
      expect(missed).toBeGreaterThan(0);
      caught = `a follower by ${engine === "sqlite" ? "time" : "sequence"} missed ${missed} of ${WRITERS * EVENTS_EACH}`;
    },
    TIMEOUT,
  );

  test(
    "no event is lost, repeated or brought out of order, also to a follower that starts again and again",
    async () => {
      const nodes = await Promise.all(upTo(4).map(() => place.open()));
      const [node] = nodes;
      assert.ok(node);
      const restarting = restartingReader(place.open, 20);
      const consumers = [new LogConsumer(node, BATCH), new LogConsumer(restarting, BATCH)];
      const work = writeAll(nodes);
      await Promise.all(consumers.map((consumer) => consumer.readDuring(work)));
      const log = (await wholeLog(node)).map(({ eventId }) => eventId);
      assert.equal(log.length, WRITERS * EVENTS_EACH);
      for (const { seen } of consumers) {
        const delivered = deliveryOf(
          seen.map(({ eventId }) => eventId),
          log,
        );
        assert.deepEqual(delivered, { lost: 0, repeated: 0, reordered: 0 });
      }
      expect(restarting.restarts()).toBeGreaterThan(NIGHTLY ? 100 : 3);
      for (const recorder of nodes) await recorder.close();
      await restarting.close();
      noteRun({
        promises: [5],
        store: storeOf(engine),
        what: "32 writers on four nodes, and followers in batches of 10, one of which starts again and again",
        figures: {
          events: log.length,
          restarts: restarting.restarts(),
          "lost, repeated or reordered": 0,
        },
        control: caught,
      });
    },
    TIMEOUT,
  );
});

test("what is lost, repeated or out of order is counted", () => {
  assert.deepEqual(deliveryOf(["a", "b", "c"], ["a", "b", "c"]), { lost: 0, repeated: 0, reordered: 0 });
  assert.deepEqual(deliveryOf(["a", "c", "c", "b"], ["a", "b", "c", "d"]), { lost: 1, repeated: 1, reordered: 1 });
});

function writeAll(nodes: readonly Recorder[]): Promise<unknown> {
  const write = async (recorder: Recorder | undefined) => {
    for (const _ of upTo(EVENTS_EACH)) await recorder?.append(saveOf([anEvent()]));
  };
  return Promise.all(upTo(WRITERS).map((writer) => write(nodes[writer % nodes.length])));
}

/** What became of events on their way to a follower. */
function deliveryOf(seen: readonly string[], log: readonly string[]) {
  const places = new Map(log.map((id, index) => [id, index]));
  const first = [...new Set(seen)].map((id) => places.get(id) ?? Number.NaN);
  return {
    lost: log.length - first.length,
    repeated: seen.length - first.length,
    reordered: first.filter((place, index) => !(place > (first[index - 1] ?? -1))).length,
  };
}

/** Positions come from a sequence and become visible in the order of commits: the follower goes on after the last it saw. */
async function missedByPosition(connectionString: string): Promise<number> {
  const pool = new pg.Pool({ connectionString, max: WRITERS + 1 });
  await pool.query("drop table if exists plain; create table plain (position bigserial primary key, state text)");
  const write = async () => {
    for (const _ of upTo(EVENTS_EACH)) await pool.query("insert into plain (state) values ('{}')");
  };
  let last = 0;
  let seen = 0;
  await readDuring(Promise.all(upTo(WRITERS).map(write)), async () => {
    const text = `select position::int from plain where position > $1 order by position limit ${BATCH}`;
    const { rows } = await pool.query<{ position: number }>(text, [last]);
    last = rows.at(-1)?.position ?? last;
    seen += rows.length;
    return rows.length;
  });
  await pool.end();
  return WRITERS * EVENTS_EACH - seen;
}

/** The follower goes on after the last time it saw, and events share a millisecond. */
async function missedByTime(file: string, open: () => Promise<Recorder>): Promise<number> {
  const recorder = await open();
  const db = new DatabaseSync(file, { readOnly: true });
  const read = db.prepare(
    `select recorded_at as time from event where recorded_at > ? order by position limit ${BATCH}`,
  );
  let last = (await wholeLog(recorder)).at(-1)?.recordedAt ?? 0;
  let seen = 0;
  await readDuring(writeAll([recorder]), async () => {
    const rows = read.all(last);
    last = Number(rows.at(-1)?.["time"] ?? last);
    seen += rows.length;
    return rows.length;
  });
  db.close();
  await recorder.close();
  return WRITERS * EVENTS_EACH - seen;
}

async function readDuring(work: Promise<unknown>, readOn: () => Promise<number>): Promise<void> {
  const state = { done: false };
  const ended = work.finally(() => {
    state.done = true;
  });
  ended.catch(() => {});
  while (!state.done) if ((await readOn()) === 0) await nextTurn();
  await ended;
  while ((await readOn()) > 0);
}
