import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, type TestStore } from "../../../tools/testing/engines.ts";
import { createTestDatabase } from "../../../tools/testing/test-database.ts";
import { openPostgresRecorder } from "../src/adapters/postgres/postgres-recorder.ts";
import { openSqliteRecorder } from "../src/adapters/sqlite/sqlite-recorder.ts";
import { Application } from "../src/application/application.ts";
import { readNotifications } from "../src/application/notification-log.ts";
import { uuid7 } from "../src/domain/uuid.ts";
import type { Recorder } from "../src/persistence/recorder.ts";
import { anEvent, comparable, eventsOf, positionsOf, saveOf, upTo, wholeLog } from "../src/testing/contract-case.ts";
import { Account, accountLog } from "./account.ts";
import { type Acknowledged, assertDelivered, LogConsumer } from "./log-consumer.ts";
import { temporaryFile } from "./sqlite/temporary-file.ts";

/** Defects found in other libraries whose tests are elsewhere, on every engine: in which file, and what they are called. */
const ELSEWHERE: readonly (readonly [defect: string, file: string, test: string])[] = [
  [
    "an append that must create a stream succeeds on an existing one",
    "testing/contract-conflicts.ts",
    "creates an originator that exists",
  ],
  [
    "two commands that claim one name at once both succeed",
    "testing/contract-concurrency.ts",
    "lets exactly one of 20 savers win who claim one name at once",
  ],
  [
    "a stale append moves the version without an event",
    "testing/contract-conflicts.ts",
    "builds on a version that is not the last",
  ],
  [
    "two writers fail with a busy database",
    "testing/contract-reopening.ts",
    "numbers one log without a gap for two recorders that save to it at once",
  ],
  [
    "a conflict inside a group surfaces as the driver's raw error",
    "testing/contract-conflicts.ts",
    "fails one save alone among many that come at once",
  ],
  ["versions with a gap are accepted", "testing/contract-conflicts.ts", "leaves a gap after the last version"],
  [
    "one store reads another's events in memory",
    "testing/contract-concurrency.ts",
    "keeps two stores apart: one does not see the other's events",
  ],
  [
    "a save of several events jumps over the snapshot interval",
    "application/application.test.ts",
    "takes a snapshot at each multiple of the interval, also where one save passes several",
  ],
];

test.each(ELSEWHERE)("%s: tested in %s", (_defect, file, name) => {
  expect(readFileSync(join(import.meta.dirname, "../src", file), "utf8")).toContain(name);
});

describe.each(Object.entries(ENGINES))("defects found in other libraries, on %s", (engine, createStore) => {
  let store: TestStore;
  let recorder: Recorder;

  beforeEach(async () => {
    store = await createStore();
    recorder = await store.open({ clock: () => 1_800_000_000_000 });
  });

  afterEach(() => store.drop());

  test("a consumer loses or repeats events after 32 concurrent writers", async () => {
    const log = uuid7();
    const acknowledged: Acknowledged[] = [];
    const write = async () => {
      for (const n of upTo(20)) {
        const save = saveOf([anEvent(), ...eventsOf(log, null), anEvent()].slice(n % 3));
        acknowledged.push({ save, receipt: await recorder.append(save) });
      }
    };
    const consumer = new LogConsumer(engine === "memory" ? recorder : await store.open(), 10);
    await consumer.readDuring(Promise.all(upTo(32).map(write)));
    assertDelivered(consumer.seen, acknowledged);
    // The control: one event less, or one twice, is noticed.
    assert.throws(() => assertDelivered(consumer.seen.toSpliced(300, 1), acknowledged));
    assert.throws(() =>
      assertDelivered(consumer.seen.toSpliced(300, 0, ...consumer.seen.slice(300, 301)), acknowledged),
    );
  });

  test("listing loses items that share a millisecond", async () => {
    const app = await Application.open({
      name: "Bank",
      aggregates: [Account],
      logs: [accountLog],
      store: recorder,
      env: {},
    });
    await Promise.all(upTo(25).map((n) => app.save(accountLog.event({ accountId: `${n}` }))));
    const listed: string[] = [];
    for (let gt = 0; ; gt += 4) {
      const page = await app.log(accountLog).select({ gt, limit: 4 });
      listed.push(...page.map(({ data }) => data.accountId));
      if (page.length < 4) break;
    }
    expect(listed.map(Number).toSorted((a, b) => a - b)).toEqual(upTo(25));
    const positions: number[] = [];
    for await (const row of readNotifications(app.notificationLog)) positions.push(row.position);
    expect(positions).toEqual(upTo(25));
    const times = new Set((await wholeLog(recorder)).map(({ recordedAt }) => recordedAt));
    expect(times.size).toBe(1);
    expect(await recorder.positionAt([...times][0] ?? 0)).toBe(25);
  });

  test("a committed event can be rewritten: by a save with the ids of its events", async () => {
    const events = [anEvent({ state: '{"n":1}' }), anEvent({ state: '{"n":2}' })];
    await recorder.append(saveOf(events));
    const before = comparable(await wholeLog(recorder));
    const rewritten = events.map((event) => ({ ...event, state: '{"n":666}', checksum: 666, topic: "Thing.Forged" }));
    expect(await recorder.append(saveOf(rewritten))).toMatchObject({ repeated: true });
    const moved = events.map((event) => ({ ...event, originatorId: uuid7() }));
    await expect(recorder.append(saveOf(moved))).rejects.toMatchObject({ code: "INVALID_SAVE" });
    expect(comparable(await wholeLog(recorder))).toEqual(before);
  });

  test("a committed event can be rewritten: through what was given to the store or read from it", async () => {
    const state = Uint8Array.of(1, 2, 3);
    const event = { ...anEvent({ state, encoding: "json+gzip" }) };
    await recorder.append(saveOf([event]));
    const before = comparable(await wholeLog(recorder));
    // What code without types can do; a store may refuse it as well.
    const forge = (row: { state: unknown; topic: string }) => {
      try {
        if (row.state instanceof Uint8Array) row.state[0] = 66;
        row.topic = "Thing.Forged";
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
    };
    forge(event);
    for (const row of await wholeLog(recorder)) forge({ ...row });
    for (const row of await wholeLog(recorder)) forge(row);
    for (const row of await recorder.readStream(event.originatorId)) forge(row);
    expect(comparable(await wholeLog(recorder))).toEqual(before);
  });
});

describe("defects found in other libraries: an open transaction stalls every consumer", () => {
  const readsOn = async (recorder: Recorder) => {
    const consumer = new LogConsumer(recorder, 10);
    await recorder.append(saveOf([anEvent(), anEvent()]));
    while ((await consumer.readOn()) > 0);
    return positionsOf(consumer.seen);
  };

  test.each(["another database", "the same database"])("of %s, on postgres", async (where) => {
    await using database = await createTestDatabase();
    await using other = await createTestDatabase();
    const recorder = await openPostgresRecorder({ connectionString: database.connectionString });
    const open = new pg.Client({
      connectionString: (where === "the same database" ? database : other).connectionString,
    });
    open.on("error", () => {});
    await open.connect();
    try {
      // With a transaction id of its own, older than that of every save that comes.
      await open.query("begin");
      await open.query("create table something (n integer)");
      expect(await readsOn(recorder)).toEqual([1, 2]);
    } finally {
      await open.end();
      await recorder.close();
    }
  });

  test("of another file, or a reader's of the same, on sqlite", async () => {
    const file = temporaryFile();
    const recorder = await openSqliteRecorder({ file });
    const [other, same] = [new DatabaseSync(temporaryFile()), new DatabaseSync(file)];
    other.exec("begin immediate; create table something (n integer)");
    same.exec("begin; select count(*) from event");
    expect(await readsOn(recorder)).toEqual([1, 2]);
    for (const database of [other, same]) database.close();
    await recorder.close();
  });
});
