import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Worker } from "node:worker_threads";
import { describe, it } from "vitest";
import { canMount, mountSmallDisk, remount } from "../../../test/sqlite/small-disk.ts";
import { temporaryFile } from "../../../test/sqlite/temporary-file.ts";
import { uuid7 } from "../../domain/uuid.ts";
import type { Recorder } from "../../persistence/recorder.ts";
import { OutcomeUnknownError, StoreFullError, StoreUnavailableError } from "../../persistence/store-errors.ts";
import {
  anEvent,
  aSnapshot,
  assertLength,
  eventsOf,
  expectError,
  rejection,
  saveOf,
  upTo,
  versionsOf,
  wholeLog,
} from "../../testing/contract-case.ts";
import { openSqliteRecorder } from "./sqlite-recorder.ts";

const unless = canMount ? "" : "NOT RUN, this system does not let us mount a disk: ";

describe("a full disk", () => {
  it.skipIf(!canMount)(
    `${unless}refuses saves and loses nothing, reading goes on, saving resumes by itself`,
    async () => {
      const disk = mountSmallDisk();
      const file = join(disk, "full.sqlite");
      const ballast = join(disk, "ballast");
      const recorder = await openSqliteRecorder({ file });
      writeFileSync(ballast, new Uint8Array(1_000_000));
      const state = JSON.stringify("x".repeat(40_000));
      const save = () => saveOf([anEvent({ state }), anEvent({ state })]);
      let saved = 0;
      let refused: unknown;
      while (refused === undefined && saved < 200) {
        await recorder.append(save()).then(
          () => saved++,
          (error: unknown) => {
            refused = error;
          },
        );
      }
      const error = expectError(refused, StoreFullError);
      assert.equal(error.code, "STORE_FULL");
      assert.match(error.message, /no room is left for .*full\.sqlite/);
      assert.ok(saved > 5, `only ${saved} saves had room`);
      const again = save();
      for (const _ of upTo(3)) await rejection(recorder.append(again), StoreFullError);
      await assertLength(recorder, saved * 2);
      const snapshot = aSnapshot({ state: JSON.stringify("x".repeat(2_000_000)) });
      await rejection(recorder.snapshots.write([snapshot]), StoreFullError);
      rmSync(ballast);
      assert.equal((await recorder.append(again)).firstPosition, saved * 2 + 1);
      await assertLength(recorder, saved * 2 + 2);
      for (const row of await wholeLog(recorder)) assert.equal(row.state, state);
      await recorder.close();
    },
  );

  it.skipIf(!canMount)(`${unless}refuses every save of a group, each by its own error`, async () => {
    const disk = mountSmallDisk();
    const file = join(disk, "group.sqlite");
    const recorder = await openSqliteRecorder({ file });
    const ballast = join(disk, "ballast");
    fill(ballast);
    const state = JSON.stringify("x".repeat(100_000));
    const saves = upTo(5).map(() => recorder.append(saveOf([anEvent({ state })])));
    for (const save of saves) await rejection(save, StoreFullError);
    await assertLength(recorder, 0);
    rmSync(ballast);
    await recorder.append(saveOf([anEvent({ state })]));
    await recorder.close();
  });
});

describe("a read-only disk", () => {
  it.skipIf(!canMount)(`${unless}is refused with a clear error, for a new store and an existing one`, async () => {
    const readOnly = mountSmallDisk();
    const existing = join(readOnly, "existing.sqlite");
    const recorder = await openSqliteRecorder({ file: existing });
    await recorder.append(saveOf([anEvent()]));
    await recorder.close();
    remount(readOnly, "ro");
    try {
      for (const file of [existing, join(readOnly, "new.sqlite")]) {
        const error = await rejection(openSqliteRecorder({ file }), StoreUnavailableError);
        assert.ok(error.message.includes(file), error.message);
        assert.match(error.message, /written/);
      }
    } finally {
      remount(readOnly, "rw");
    }
    const again = await openSqliteRecorder({ file: existing });
    await assertLength(again, 1);
    await again.close();
  });
});

describe("another program that holds the lock of the log", () => {
  it("does not hold up reading while a save waits for it", async () => {
    const { file, recorder } = await openStore();
    const page = uuid7();
    await recorder.append(saveOf(eventsOf(page, 1)));
    const release = lock(file);
    let settled = false;
    const save = recorder.append(saveOf(eventsOf(page, 2))).finally(() => {
      settled = true;
    });
    assert.equal(await recorder.head(), 1);
    assert.deepEqual(versionsOf(await recorder.readStream(page)), [1]);
    assert.equal((await wholeLog(recorder)).length, 1);
    assert.deepEqual(await recorder.snapshots.versions(page), []);
    // Long enough for the writing thread to stand before the lock: reading goes on behind it too.
    const until = performance.now() + 100;
    for (let reads = 0; reads < 10 || performance.now() < until; reads += 1) {
      assert.equal(await recorder.head(), 1);
      await new Promise(setImmediate);
    }
    assert.equal(settled, false, "the save did not wait for the lock");
    release();
    assert.deepEqual((await save).versions, [2]);
    await recorder.close();
  });

  it("fails a save that waits too long, records nothing of it, and does not harm the next", async () => {
    const { file, recorder } = await openStore();
    const release = lock(file);
    const save = saveOf([anEvent()]);
    const error = await rejection(recorder.append(save), StoreUnavailableError);
    assert.match(error.message, /locked by another program/);
    await assertLength(recorder, 0);
    release();
    const receipt = await recorder.append(save);
    assert.deepEqual([receipt.firstPosition, receipt.repeated], [1, false]);
    await recorder.close();
  });
});

describe("the writing thread", () => {
  it("is replaced where it has died", async () => {
    const { recorder, thread } = await openStore();
    await recorder.append(saveOf([anEvent()]));
    await thread.terminate();
    await recorder.append(saveOf([anEvent()]));
    await recorder.snapshots.write([aSnapshot()]);
    await assertLength(recorder, 2);
    await recorder.close();
  });

  it("leaves the outcome of a save unknown where it dies in the middle, and the same save can be tried again", async () => {
    const { file, recorder, thread } = await openStore();
    const release = lock(file);
    const save = saveOf([anEvent(), anEvent()]);
    const lost = rejection(recorder.append(save), OutcomeUnknownError);
    const snapshot = rejection(recorder.snapshots.write([aSnapshot()]), StoreUnavailableError);
    const ended = thread.terminate();
    release();
    await ended;
    assert.equal((await lost).saveId, save.saveId);
    await snapshot;
    await recorder.append(save);
    await assertLength(recorder, 2);
    await recorder.close();
  });

  it("does not keep a recorder from being closed where it has died", async () => {
    const { recorder, thread } = await openStore();
    await thread.terminate();
    await recorder.close();
  });
});

/** A store, and the thread that writes to it. */
async function openStore(): Promise<{ file: string; recorder: Recorder; thread: Worker }> {
  const file = temporaryFile();
  let thread: Worker | undefined;
  const started = (message: unknown) => {
    thread = (message as { worker: Worker }).worker;
  };
  subscribe("worker_threads", started);
  const recorder = await openSqliteRecorder({ file });
  unsubscribe("worker_threads", started);
  assert.ok(thread, "no thread was started");
  return { file, recorder, thread };
}

/** Takes the lock that every writer needs, and answers how to give it back. */
function lock(file: string): () => void {
  const db = new DatabaseSync(file);
  db.exec("begin immediate");
  return () => {
    db.exec("rollback");
    db.close();
  };
}

/** Writes a file until the disk has no room. */
function fill(file: string): void {
  for (const size of [1_000_000, 100_000, 10_000, 1_000]) {
    try {
      for (const _ of upTo(10)) writeFileSync(file, new Uint8Array(size), { flag: "a" });
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    }
  }
}
