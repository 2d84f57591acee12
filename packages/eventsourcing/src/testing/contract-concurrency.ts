import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import type { Recorder } from "../persistence/recorder.ts";
import { VersionConflictError } from "../persistence/store-errors.ts";
import type { RecordedEvent, StoredSave } from "../persistence/stored-event.ts";
import {
  anEvent,
  assertLength,
  type ContractCase,
  eventsOf,
  expectError,
  positionsOf,
  saveOf,
  upTo,
  versionsOf,
  wholeLog,
} from "./contract-case.ts";

/** Many saves at once, and readers among them. */
export const concurrency: readonly ContractCase[] = [
  {
    name: "lets 50 savers at once on different aggregates all succeed, without a gap",
    async run({ open }) {
      const recorder = await open();
      const saves = upTo(50).map(() => saveOf(eventsOf(uuid7(), 1, 2)));
      const receipts = await Promise.all(saves.map((save) => recorder.append(save)));
      const rows = await wholeLog(recorder);
      assert.deepEqual(positionsOf(rows), upTo(100));
      receipts.forEach(({ firstPosition, lastPosition }, index) => {
        const standing = rows.slice(firstPosition - 1, lastPosition);
        assert.deepEqual(
          standing.map(({ eventId, saveId }) => ({ eventId, saveId })),
          saves[index]?.events.map(({ eventId }) => ({ eventId, saveId: saves[index]?.saveId })),
        );
      });
    },
  },
  {
    name: "lets exactly one of two savers that race for a version win, twenty times over",
    async run({ open }) {
      const recorder = await open();
      const page = uuid7();
      for (const version of upTo(20))
        await assertOneWins(
          upTo(2).map(() => recorder),
          () => eventsOf(page, version),
        );
      assert.deepEqual(versionsOf(await recorder.readStream(page)), upTo(20));
      await assertLength(recorder, 20);
    },
  },
  {
    name: "lets exactly one of 20 savers win who claim one name at once",
    async run({ open }) {
      const recorder = await open();
      const name = uuid7();
      await assertOneWins(
        upTo(20).map(() => recorder),
        () => [anEvent(), ...eventsOf(name, 1), anEvent()],
      );
      await assertLength(recorder, 3);
    },
  },
  {
    name: "records saves that build on each other in the order they were given, without waiting in between",
    async run({ open }) {
      const recorder = await open();
      const page = uuid7();
      const receipts = await Promise.all(upTo(20).map((version) => recorder.append(saveOf(eventsOf(page, version)))));
      assert.deepEqual(
        receipts.map(({ firstPosition }) => firstPosition),
        upTo(20),
      );
    },
  },
  {
    name: "never shows a reader a part of a save, a gap or another order",
    async run({ open }) {
      const recorder = await open();
      const log = uuid7();
      const saves = upTo(60).map(() => saveOf([anEvent(), ...eventsOf(log, null), anEvent()]));
      // A reader that has yet to connect may come when all is saved.
      await recorder.head();
      assert.ok((await readWhile(recorder, appendBy(4, recorder, saves))) > 0, "the reader never came between");
      const rows = await wholeLog(recorder);
      assert.equal(rows.length, 180);
      assertWholeSaves(rows);
      // The control: this check does find a save of which a part is missing.
      assert.throws(() => assertWholeSaves(rows.slice(0, -1)));
    },
  },
  {
    name: "keeps two stores apart: one does not see the other's events",
    async run({ open }) {
      const [one, other] = [await open(), await open()];
      assert.notEqual(one.log.logId, other.log.logId);
      const page = uuid7();
      await one.append(saveOf(eventsOf(page, 1), { idempotencyKey: "same" }));
      assert.equal(await other.head(), 0);
      assert.deepEqual(await other.readStream(page), []);
      const receipt = await other.append(saveOf(eventsOf(page, 1), { idempotencyKey: "same" }));
      assert.deepEqual([receipt.firstPosition, receipt.repeated], [1, false]);
      await assertLength(one, 1);
    },
  },
];

/** Gives each recorder a save of such events at once: one is recorded, the others get `VersionConflictError`. */
export async function assertOneWins(
  recorders: readonly Recorder[],
  makeEvents: () => StoredSave["events"],
): Promise<void> {
  const results = await Promise.allSettled(recorders.map((recorder) => recorder.append(saveOf(makeEvents()))));
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  for (const error of refused) expectError(error, VersionConflictError);
  assert.equal(refused.length, recorders.length - 1);
}

/** Some savers work off a list of saves, each waiting for its own. */
async function appendBy(savers: number, recorder: Recorder, saves: readonly StoredSave[]): Promise<void> {
  const left = [...saves];
  const work = async () => {
    for (let save = left.shift(); save; save = left.shift()) {
      await recorder.append(save);
      await aTurn();
    }
  };
  await Promise.all(upTo(savers).map(work));
}

/** Reads the log over and over until the writing is done, and answers how often it found it half full. */
async function readWhile(recorder: Recorder, writing: Promise<void>): Promise<number> {
  const done = { yet: false };
  const written = writing.finally(() => {
    done.yet = true;
  });
  let between = 0;
  while (!done.yet) {
    const rows = await wholeLog(recorder);
    assertWholeSaves(rows);
    if (rows.length > 0 && !done.yet) between += 1;
    await aTurn();
  }
  await written;
  return between;
}

/** Lets others come between, also where an adapter answers without leaving this turn of the event loop. */
function aTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Asserts that positions are 1, 2, 3, … and that saves of three events stand whole and together. */
function assertWholeSaves(rows: readonly RecordedEvent[]): void {
  assert.deepEqual(positionsOf(rows), upTo(rows.length));
  assert.equal(rows.length % 3, 0, `a reader saw ${rows.length} events of saves of three`);
  for (let first = 0; first < rows.length; first += 3) {
    const saveIds = new Set(rows.slice(first, first + 3).map(({ saveId }) => saveId));
    assert.equal(saveIds.size, 1, `the events from position ${first + 1} on are not of one save`);
  }
}
