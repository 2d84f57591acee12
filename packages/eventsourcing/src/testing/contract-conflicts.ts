import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import { InvalidSaveError, VersionConflictError } from "../persistence/store-errors.ts";
import { anEvent, assertLength, type ContractCase, eventsOf, rejection, saveOf, upTo } from "./contract-case.ts";

/** A save that does not fit is refused whole, and alone. */
export const conflicts: readonly ContractCase[] = [
  ...[
    { what: "creates an originator that exists", version: 1 },
    { what: "builds on a version that is not the last", version: 2 },
    { what: "leaves a gap after the last version", version: 5 },
  ].map(
    ({ what, version }): ContractCase => ({
      name: `refuses a save that ${what}, and names both versions`,
      async run({ open }) {
        const recorder = await open();
        const page = uuid7();
        await recorder.append(saveOf(eventsOf(page, 1, 2, 3)));
        const error = await rejection(recorder.append(saveOf(eventsOf(page, version))), VersionConflictError);
        assert.deepEqual(
          [error.code, error.originatorId, error.expectedVersion, error.currentVersion],
          ["VERSION_CONFLICT", page, version - 1, 3],
        );
        await assertLength(recorder, 3);
        assert.deepEqual((await recorder.append(saveOf(eventsOf(page, 4)))).versions, [4]);
      },
    }),
  ),
  {
    name: "refuses a save for a later version of an originator that does not exist",
    async run({ open }) {
      const recorder = await open();
      const error = await rejection(recorder.append(saveOf(eventsOf(uuid7(), 2, 3))), VersionConflictError);
      assert.deepEqual([error.expectedVersion, error.currentVersion], [1, 0]);
      await assertLength(recorder, 0);
    },
  },
  {
    name: "records nothing of a save of which one originator conflicts, wherever it stands in the save",
    async run({ open }) {
      const recorder = await open();
      const [page, log] = [uuid7(), uuid7()];
      await recorder.append(saveOf(eventsOf(page, 1)));
      for (const place of [0, 1, 3]) {
        const events = [anEvent(), ...eventsOf(log, null), anEvent()];
        const fresh = events[0]?.originatorId ?? page;
        events.splice(place, 0, ...eventsOf(page, 1));
        const error = await rejection(recorder.append(saveOf(events)), VersionConflictError);
        assert.equal(error.originatorId, page);
        assert.deepEqual(await recorder.readStream(fresh), []);
        assert.deepEqual(await recorder.readStream(log), []);
      }
      await assertLength(recorder, 1);
    },
  },
  {
    name: "fails one save alone among many that come at once",
    async run({ open }) {
      const recorder = await open();
      const page = uuid7();
      await recorder.append(saveOf(eventsOf(page, 1)));
      const saves = upTo(30).map((n) =>
        saveOf(n % 10 === 5 ? [anEvent(), ...eventsOf(page, 1)] : [anEvent(), anEvent()]),
      );
      const results = await Promise.allSettled(saves.map((save) => recorder.append(save)));
      const failed = results.flatMap((result, index) => (result.status === "rejected" ? [index + 1] : []));
      assert.deepEqual(failed, [5, 15, 25]);
      for (const result of results) {
        if (result.status === "rejected")
          assert.ok(result.reason instanceof VersionConflictError, String(result.reason));
      }
      await assertLength(recorder, 1 + 27 * 2);
    },
  },
  {
    name: "refuses an event of a log that another save recorded",
    async run({ open }) {
      const recorder = await open();
      const log = uuid7();
      const [recorded, fresh] = eventsOf(log, null, null);
      assert.ok(recorded && fresh);
      await recorder.append(saveOf([recorded]));
      for (const events of [
        [fresh, recorded],
        [recorded, fresh],
      ]) {
        const error = await rejection(recorder.append(saveOf(events)), InvalidSaveError);
        assert.match(error.message, new RegExp(recorded.eventId));
      }
      await assertLength(recorder, 1);
    },
  },
  {
    name: "refuses an event id that was recorded for another originator",
    async run({ open }) {
      const recorder = await open();
      const recorded = anEvent();
      await recorder.append(saveOf([recorded]));
      for (const originatorVersion of [1, null]) {
        const events = [{ ...recorded, originatorId: uuid7(), originatorVersion }];
        await rejection(recorder.append(saveOf(events)), InvalidSaveError);
      }
      await assertLength(recorder, 1);
    },
  },
  {
    name: "refuses at least one of two saves at once that hold the same event, and names it",
    async run({ open }) {
      const recorder = await open();
      const log = uuid7();
      const [shared, ...others] = eventsOf(log, null, null, null);
      assert.ok(shared);
      const saves = others.map((other) => recorder.append(saveOf([other, shared])));
      const results = await Promise.allSettled([...saves, recorder.append(saveOf([anEvent()]))]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled"],
      );
      await rejection(saves[1] ?? Promise.resolve(), InvalidSaveError);
      await assertLength(recorder, 3);
    },
  },
];
