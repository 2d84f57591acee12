import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../../tools/testing/test-database.ts";
import { CuttingProxy, type Fault } from "../../../test/postgres/cutting-proxy.ts";
import { uuid7 } from "../../domain/uuid.ts";
import type { Recorder } from "../../persistence/recorder.ts";
import {
  ClockSkewError,
  OutcomeUnknownError,
  StoreUnavailableError,
  VersionConflictError,
} from "../../persistence/store-errors.ts";
import { anEvent, assertLength, eventsOf, rejection, saveOf, upTo, versionsOf } from "../../testing/contract-case.ts";
import { openPostgresRecorder, type PostgresRecorderOptions } from "./postgres-recorder.ts";

// How long an answer is waited for in milliseconds: longer than any server takes that answers, a busy one too.
const LONG_ENOUGH = 1_000;

describe("a connection to PostgreSQL that is lost while it saves", () => {
  let database: TestDatabase;
  let proxy: CuttingProxy;
  let opened: Recorder[];

  /** Saves through the proxy. */
  const openThrough = (options: PostgresRecorderOptions = {}) =>
    openOn({ connectionString: proxy.through(database.connectionString), ...options });
  /** What is there, whatever the proxy does. */
  const openBeside = (options: PostgresRecorderOptions = {}) =>
    openOn({ connectionString: database.connectionString, ...options });

  async function openOn(options: PostgresRecorderOptions): Promise<Recorder> {
    const recorder = await openPostgresRecorder({ poolSize: 2, ...options });
    opened.push(recorder);
    return recorder;
  }

  beforeEach(async () => {
    opened = [];
    database = await createTestDatabase();
    const { hostname, port } = new URL(database.connectionString);
    proxy = await CuttingProxy.start({ host: hostname, port: Number(port) }, "append_");
  });
  afterEach(async () => {
    for (const recorder of opened) await recorder.close();
    await proxy[Symbol.asyncDispose]();
    await database.drop();
  });

  const faults: readonly Fault[] = ["lose-request", "lose-half", "lose-answer", "hold-request"];
  for (const fault of faults) {
    for (const serialiser of ["advisory-lock", "row-lock"] as const) {
      it(`records every save of the group once, and answers it: ${fault}, ${serialiser}`, async () => {
        const recorder = await openThrough({ serialiser });
        const [page, log] = [uuid7(), uuid7()];
        await recorder.append(saveOf(eventsOf(page, 1)));
        proxy.plan(fault);
        const receipts = await Promise.all([
          recorder.append(saveOf(eventsOf(page, 2, 3))),
          recorder.append(saveOf([anEvent(), ...eventsOf(log, null)], { idempotencyKey: "key" })),
          recorder.append(saveOf(eventsOf(log, null, null))),
        ]);
        assert.equal(proxy.met, 1);
        assert.deepEqual(
          receipts.map(({ firstPosition, versions }) => [firstPosition, versions]),
          [
            [2, [2, 3]],
            [4, [1, 1]],
            [6, [2, 3]],
          ],
        );
        assert.deepEqual(
          receipts.map(({ repeated }) => repeated),
          Array(3).fill(fault === "lose-answer"),
        );
        await proxy.release();
        await assertLength(await openBeside(), 7);
      });
    }
  }

  it("goes on after the connection was lost at every other group, also twice for one", async () => {
    const recorder = await openThrough();
    const page = uuid7();
    for (const version of upTo(12)) {
      proxy.plan(...faults.slice(version % 4, (version % 4) + (version % 3)));
      await recorder.append(saveOf(eventsOf(page, version)));
    }
    assert.ok(proxy.met > 6);
    assert.deepEqual(versionsOf(await (await openBeside()).readStream(page)), upTo(12));
  });

  it("tells a conflict by others from a save of its own that was recorded", async () => {
    const recorder = await openThrough();
    const page = uuid7();
    await recorder.append(saveOf(eventsOf(page, 1)));
    await (await openBeside()).append(saveOf(eventsOf(page, 2)));
    for (const fault of faults) {
      proxy.plan(fault);
      await rejection(recorder.append(saveOf(eventsOf(page, 2))), VersionConflictError);
    }
    await proxy.release();
    assert.equal(proxy.met, faults.length);
    await assertLength(recorder, 2);
  });

  it("never records a save late that was refused in the meantime", async () => {
    let now = 10_000_000;
    const recorder = await openThrough({ clock: () => now });
    const beside = await openBeside({ clock: () => 10_000_000 });
    const page = uuid7();
    await recorder.append(saveOf(eventsOf(page, 1)));
    proxy.plan("hold-request");
    // Version 3 does not follow: refused now. Were the request still alive, it would fit once another saves version 2.
    await rejection(recorder.append(saveOf(eventsOf(page, 3))), VersionConflictError);
    await beside.append(saveOf(eventsOf(page, 2)));
    await proxy.release();
    assert.deepEqual(versionsOf(await beside.readStream(page)), [1, 2]);

    now = 1;
    proxy.plan("hold-request");
    await rejection(recorder.append(saveOf([anEvent()])), ClockSkewError);
    await proxy.release();
    await assertLength(beside, 2);
  });

  it("says that the outcome is unknown where the server does not come back in time, and resolves it later", async () => {
    const recorder = await openThrough({ outcomeTimeout: LONG_ENOUGH });
    for (const [fault, wasRecorded] of [
      ["lose-answer", true],
      ["lose-request", false],
    ] as const) {
      const save = saveOf([anEvent()]);
      proxy.plan(fault);
      proxy.isOpen = false;
      const error = await rejection(recorder.append(save), OutcomeUnknownError);
      assert.equal(error.saveId, save.saveId);
      assert.ok(error.cause instanceof StoreUnavailableError);
      proxy.isOpen = true;
      assert.equal((await recorder.append(save)).repeated, wasRecorded);
    }
    await assertLength(recorder, 2);
  });

  it("gives up a connection on which no answer comes", async () => {
    const recorder = await openThrough({ outcomeTimeout: LONG_ENOUGH });
    proxy.plan("swallow-answer");
    const receipt = await recorder.append(saveOf([anEvent()]));
    assert.deepEqual([receipt.firstPosition, proxy.met], [1, 1]);
    await assertLength(recorder, 1);
  });

  it("says that the store is unavailable where nothing was sent, and goes on when it is back", async () => {
    const recorder = await openThrough();
    await recorder.append(saveOf([anEvent()]));
    proxy.isOpen = false;
    proxy.cut();
    // By the time that reading has failed, the loss of the connection that writes was noticed too.
    await rejection(recorder.head(), StoreUnavailableError);
    const error = await rejection(recorder.append(saveOf([anEvent()])), StoreUnavailableError);
    assert.match(error.message, /cannot be reached/);
    proxy.isOpen = true;
    assert.equal((await recorder.append(saveOf([anEvent()]))).firstPosition, 2);
    assert.equal(await recorder.head(), 2);
  });

  it("reads on when idle connections were lost", async () => {
    const recorder = await openThrough();
    await recorder.append(saveOf([anEvent()]));
    for (const _ of upTo(3)) {
      await Promise.all([recorder.head(), recorder.head()]);
      proxy.cut();
      assert.equal(await recorder.head(), 1);
    }
  });
});
