import assert from "node:assert/strict";
import { setImmediate as aTurn } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, describe, it } from "vitest";
import { startPostgres } from "../../../../../tools/testing/postgres-server.ts";
import { createTestDatabase, type TestDatabase } from "../../../../../tools/testing/test-database.ts";
import { uuid7 } from "../../domain/uuid.ts";
import type { Recorder } from "../../persistence/recorder.ts";
import {
  LogChangedError,
  NotAStoreError,
  OutcomeUnknownError,
  StoreFullError,
  StoreUnavailableError,
  VersionConflictError,
} from "../../persistence/store-errors.ts";
import {
  anEvent,
  aSnapshot,
  assertLength,
  comparable,
  eventsOf,
  rejection,
  saveOf,
  upTo,
  versionsOf,
  wholeLog,
} from "../../testing/contract-case.ts";
import { openPostgresRecorder } from "./postgres-recorder.ts";
import type { Serialiser } from "./postgres-writer.ts";

describe("a store on PostgreSQL", () => {
  let database: TestDatabase;
  let connectionString: string;
  let admin: pg.Client;
  let recorder: Recorder;

  beforeEach(async () => {
    database = await createTestDatabase();
    ({ connectionString } = database);
    recorder = await openPostgresRecorder({ connectionString, poolSize: 2 });
    admin = new pg.Client({ connectionString });
    await admin.connect();
  });
  afterEach(async () => {
    await recorder.close();
    await admin.end();
    await database.drop();
  });

  /** Makes the next inserts of events fail with an SQL state. */
  async function failInserts(state: string, times: number): Promise<void> {
    await admin.query(`
      drop table if exists failing cascade;
      create sequence if not exists failures;
      alter sequence failures restart;
      create or replace function fail() returns trigger language plpgsql as $$ begin
        -- A sequence counts on when the transaction is rolled back.
        if nextval('public.failures') <= ${times} then raise exception 'made up' using errcode = '${state}'; end if;
        return null;
      end $$;
      create or replace trigger fail after insert on palimpsest.event execute function fail()`);
  }

  /** Waits until so many sessions of the database wait for a lock. */
  async function untilWaiting(sessions: number): Promise<void> {
    const count =
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    // In a transaction it would show the same again and again.
    const refresh = "select pg_stat_clear_snapshot()";
    while ((await admin.query(refresh).then(() => admin.query(count))).rows[0].n < sessions) await aTurn();
  }

  it("records a group with conflicts in it but for those, each save whole or not at all", async () => {
    const [page, log] = [uuid7(), uuid7()];
    await recorder.append(saveOf([...eventsOf(page, 1), ...eventsOf(log, null)], { idempotencyKey: "first" }));
    const results = await Promise.allSettled([
      recorder.append(saveOf([anEvent(), ...eventsOf(log, null)])),
      recorder.append(saveOf([...eventsOf(log, null), ...eventsOf(page, 1)])),
      recorder.append(saveOf([anEvent()], { idempotencyKey: "first" })),
      recorder.append(saveOf([...eventsOf(log, null), anEvent()])),
      recorder.append(saveOf([anEvent(), anEvent({ originatorVersion: 7 })])),
      recorder.append(saveOf(eventsOf(log, null, null), { idempotencyKey: "last" })),
    ]);
    assert.deepEqual(
      results.map((result) =>
        result.status === "fulfilled" ? [result.value.firstPosition, result.value.versions] : result.reason.code,
      ),
      [[3, [1, 2]], "VERSION_CONFLICT", [1, [1, 1]], [5, [3, 1]], "VERSION_CONFLICT", [7, [4, 5]]],
    );
    await assertLength(recorder, 8);
  });

  it("notifies once a group, with the last position", async () => {
    const notified: unknown[] = [];
    admin.on("notification", ({ channel, payload }) => notified.push([channel, payload]));
    await admin.query("listen palimpsest");
    await recorder.append(saveOf([anEvent()]));
    await Promise.all(upTo(10).map(() => recorder.append(saveOf([anEvent(), anEvent()]))));
    await recorder.append(saveOf([anEvent({ originatorVersion: 2 })])).catch(() => {});
    await admin.query("select");
    assert.deepEqual(notified, [
      ["palimpsest", "1"],
      ["palimpsest", "21"],
    ]);
  });

  for (const [serialiser, lock] of Object.entries({
    "advisory-lock": "select pg_advisory_xact_lock(1346456649, 'palimpsest.event'::regclass::oid::int)",
    "row-lock": "select from palimpsest.log for update",
  })) {
    it(`lets one writer in after the other, by ${serialiser}`, async () => {
      const other = await openPostgresRecorder({ connectionString, serialiser: serialiser as Serialiser });
      await admin.query("begin");
      await admin.query(lock);
      const saving = [other.append(saveOf([anEvent()])), other.append(saveOf([anEvent(), anEvent()]))];
      await untilWaiting(1);
      assert.equal(await recorder.head(), 0);
      await admin.query("rollback");
      await Promise.all(saving);
      await assertLength(recorder, 3);
      await other.close();
    });
  }

  it("is exact also where nodes serialise in different ways", async () => {
    const nodes = [
      recorder,
      await openPostgresRecorder({ connectionString, serialiser: "row-lock" }),
      await openPostgresRecorder({ connectionString, serialiser: "advisory-lock" }),
      await openPostgresRecorder({ connectionString, serialiser: "row-lock" }),
    ];
    const log = uuid7();
    await Promise.all(
      nodes.map(async (node) => {
        for (const _ of upTo(40)) await node.append(saveOf([anEvent(), ...eventsOf(log, null)]));
      }),
    );
    await assertLength(recorder, 320);
    assert.deepEqual(versionsOf(await recorder.readStream(log)), upTo(160));
    for (const node of nodes.slice(1)) await node.close();
  });

  for (const state of ["40001", "40P01", "23505"]) {
    it(`sends a group again that failed with ${state}`, async () => {
      await failInserts(state, 3);
      assert.equal((await recorder.append(saveOf([anEvent()]))).firstPosition, 1);
    });
  }

  it("gives up where a group fails again and again, and records it when that is over", async () => {
    await failInserts("40001", 10);
    const save = saveOf([anEvent()]);
    const error = await rejection(recorder.append(save), StoreUnavailableError);
    assert.match(error.message, /is busy; try again \(made up\)/);
    assert.equal((await recorder.append(save)).repeated, false);
  });

  it("names a full disk, and saves again when there is room", async () => {
    await failInserts("53100", 1);
    const saves = upTo(3).map(() => saveOf([anEvent()]));
    for (const save of saves.map((it) => recorder.append(it))) await rejection(save, StoreFullError);
    await assertLength(recorder, 0);
    await Promise.all(saves.map((save) => recorder.append(save)));
    await assertLength(recorder, 3);
  });

  it("names a lock that is not given, and any other failure", async () => {
    await failInserts("55P03", 1);
    assert.match((await rejection(recorder.append(saveOf([anEvent()])), StoreUnavailableError)).message, /is locked/);
    await failInserts("22012", 1);
    assert.match(
      (await rejection(recorder.append(saveOf([anEvent()])), StoreUnavailableError)).message,
      /failed; see its log.*made up/,
    );
  });

  it("names a database that can only be read, such as a standby, and reads it", async () => {
    await recorder.append(saveOf([anEvent()]));
    await admin.query(
      `alter database ${new URL(connectionString).pathname.slice(1)} set default_transaction_read_only = on`,
    );
    const reading = await openPostgresRecorder({ connectionString });
    assert.equal(await reading.head(), 1);
    assert.match(
      (await rejection(reading.append(saveOf([anEvent()])), StoreUnavailableError)).message,
      /can only be read/,
    );
    await reading.close();
  });

  it("takes a save whose session is ended by an administrator", async () => {
    await admin.query(`
      create function wait() returns trigger language plpgsql as $$ begin
        perform pg_advisory_xact_lock(7);
        return null;
      end $$;
      create trigger wait after insert on palimpsest.event execute function wait();
      select pg_advisory_lock(7)`);
    const saving = recorder.append(saveOf([anEvent()]));
    await untilWaiting(1);
    await admin.query(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    await admin.query("select pg_advisory_unlock(7)");
    assert.equal((await saving).firstPosition, 1);
    await assertLength(recorder, 1);
  });

  it("reads and saves on when idle sessions are ended", async () => {
    await Promise.all([recorder.head(), recorder.head()]);
    for (const position of upTo(3)) {
      await admin.query(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      );
      assert.equal(await recorder.head(), position - 1);
      assert.equal((await recorder.append(saveOf([anEvent()]))).firstPosition, position);
    }
  });

  it("neither reads another log that took its place nor saves to it", async () => {
    await recorder.append(saveOf([anEvent()]));
    await admin.query("update palimpsest.log set epoch = gen_random_uuid()");
    await admin.query(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    for (const use of [() => recorder.head(), () => recorder.append(saveOf([anEvent()]))]) {
      const { expected, found } = await rejection(use(), LogChangedError);
      assert.deepEqual(expected, recorder.log);
      assert.notEqual(found.epoch, expected.epoch);
    }
    assert.deepEqual((await admin.query("select position::int from palimpsest.event")).rows, [{ position: 1 }]);
  });

  it("answers a damaged state as it is, and all others", async () => {
    const page = uuid7();
    const bytes = Uint8Array.of(0, 255);
    await recorder.append(saveOf([...eventsOf(page, 1, 2, 3), anEvent({ encoding: "json+gzip", state: bytes })]));
    const before = await wholeLog(recorder);
    await admin.query("alter table palimpsest.event disable trigger event_no_change");
    for (const damaged of ["\\xff", "\\x7b00", "\\x7b226e22ff317d"]) {
      await admin.query("update palimpsest.event set state = $1 where position = 2", [damaged]);
      const rows = await wholeLog(recorder);
      assert.deepEqual(
        rows.filter(({ position }) => position !== 2),
        before.filter(({ position }) => position !== 2),
      );
      assert.equal(typeof rows[1]?.state, "string");
      assert.notEqual(rows[1]?.state, before[1]?.state);
      assert.deepEqual(versionsOf(await recorder.readStream(page)), [1, 2, 3]);
      assert.equal((await recorder.readStreams([{ originatorId: page, after: 0 }])).length, 3);
      assert.deepEqual(versionsOf((await recorder.readFromSnapshot?.(page, 9))?.events ?? []), [1, 2, 3]);
    }
  });

  it("answers the newest snapshot of an originator and the events after it in one read", async () => {
    const page = uuid7();
    const read = async (limit = 9) => {
      const { snapshot, events } = (await recorder.readFromSnapshot?.(page, limit)) ?? assert.fail();
      assert.deepEqual(events, await recorder.readStream(page, { after: snapshot?.originatorVersion ?? 0, limit }));
      return [snapshot && comparable([snapshot]), versionsOf(events)];
    };
    assert.deepEqual(await read(), [undefined, []]);
    await recorder.append(saveOf([...eventsOf(page, 1, 2, 3, 4, 5), anEvent()]));
    assert.deepEqual(await read(), [undefined, [1, 2, 3, 4, 5]]);
    assert.deepEqual(await read(2), [undefined, [1, 2]]);
    const bytes = { encoding: "json+gzip", state: Uint8Array.of(0, 255) };
    const [older, newest] = [2, 3].map((originatorVersion) =>
      aSnapshot({ originatorId: page, originatorVersion, ...bytes }),
    );
    assert.ok(older && newest);
    await recorder.snapshots.write([newest, older, aSnapshot({ originatorVersion: 9 })]);
    assert.deepEqual(await read(), [comparable([newest]), [4, 5]]);
    assert.deepEqual(await read(1), [comparable([newest]), [4]]);
    await recorder.snapshots.write([aSnapshot({ originatorId: page, originatorVersion: 5 })]);
    assert.deepEqual((await read())[1], []);
    await admin.query("update palimpsest.snapshot set encoding = 'json', state = '\\xff' where originator_id = $1", [
      page,
    ]);
    const { snapshot } = (await recorder.readFromSnapshot?.(page, 9)) ?? assert.fail();
    assert.equal(snapshot?.state, "\ufffd");
    await admin.query("drop table palimpsest.snapshot");
    await rejection(recorder.readFromSnapshot?.(page, 9) ?? assert.fail(), NotAStoreError);
  });

  it("answers the reads under way when it is closed, also those that wait for a connection", async () => {
    await recorder.append(saveOf([anEvent()]));
    const reading = Promise.all(upTo(20).map(() => recorder.head()));
    await recorder.close();
    assert.deepEqual(await reading, Array(20).fill(1));
  });

  it("does not let two writers of the same snapshots wait for each other", async () => {
    const snapshots = upTo(9).map(() => aSnapshot());
    const { originatorId } = snapshots[4] ?? aSnapshot();
    await admin.query("begin");
    await admin.query("insert into palimpsest.snapshot values (5, 5, 1, $1, 'Thing', 'json', '{}')", [originatorId]);
    const writing = [snapshots, snapshots.toReversed()].map((them) => recorder.snapshots.write(them));
    await untilWaiting(2);
    await admin.query("rollback");
    await Promise.all(writing);
    assert.equal((await recorder.snapshots.find(snapshots)).length, 9);
  });
});

it("loses nothing and records nothing twice on a server that is killed again and again", async () => {
  await using server = await startPostgres();
  const recorder = await openPostgresRecorder({ connectionString: server.connectionString, outcomeTimeout: 20_000 });
  const page = uuid7();
  const stop = new AbortController();
  const acknowledged: number[] = [];
  const saving = (async () => {
    for (let version = 1; !stop.signal.aborted; version += 1) {
      const save = saveOf(eventsOf(page, version));
      // What was not sent can be sent again; what was sent is pursued until the server is back.
      for (let done = false; !done; ) {
        done = await recorder.append(save).then(
          () => true,
          (error: unknown) => {
            if (error instanceof VersionConflictError || error instanceof OutcomeUnknownError) throw error;
            return false;
          },
        );
      }
      acknowledged.push(version);
    }
  })();
  for (const _ of upTo(3)) {
    const length = acknowledged.length;
    while (acknowledged.length < length + 50) await aTurn();
    await server.kill();
    await server.start();
  }
  stop.abort();
  await saving;
  assert.deepEqual(versionsOf(await recorder.readStream(page)), upTo(acknowledged.length));
  await recorder.close();
});
