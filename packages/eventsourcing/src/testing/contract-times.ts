import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import { ClockSkewError, VersionConflictError } from "../persistence/store-errors.ts";
import {
  anEvent,
  assertLength,
  type ContractCase,
  eventsOf,
  rejection,
  saveOf,
  upTo,
  wholeLog,
} from "./contract-case.ts";

const NOON = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;

/** When events were recorded, and what was there at an instant. */
export const times: readonly ContractCase[] = [
  {
    name: "records at the time of the clock, and by default at that of the machine",
    async run({ open }) {
      const set = await open({ clock: () => NOON });
      assert.equal((await set.append(saveOf([anEvent()]))).recordedAt, NOON);
      const before = Date.now();
      const { recordedAt } = await (await open()).append(saveOf([anEvent()]));
      assert.ok(recordedAt >= before && recordedAt <= Date.now(), `${recordedAt} lies outside the test`);
    },
  },
  {
    name: "never lets the time of the log go back, where the clock goes back by less than a minute",
    async run({ open }) {
      let now = NOON;
      const recorder = await open({ clock: () => now });
      for (const reading of [NOON, NOON + 10, NOON - MINUTE + 11, NOON + 5, NOON + 20]) {
        now = reading;
        await recorder.append(saveOf([anEvent()]));
      }
      const recorded = (await wholeLog(recorder)).map(({ recordedAt }) => recordedAt - NOON);
      assert.deepEqual(recorded, [0, 10, 10, 10, 20]);
    },
  },
  {
    name: "refuses to record where the clock has gone back by more than a minute, and goes on when it is right",
    async run({ open }) {
      let now = NOON;
      const recorder = await open({ clock: () => now });
      await recorder.append(saveOf([anEvent()]));
      now = NOON - MINUTE - 1;
      const save = saveOf([anEvent()]);
      const error = await rejection(recorder.append(save), ClockSkewError);
      assert.deepEqual([error.code, error.now, error.lastRecordedAt], ["CLOCK_SKEW", now, NOON]);
      await assertLength(recorder, 1);
      now = NOON + 1;
      assert.deepEqual((await recorder.append(save)).recordedAt, NOON + 1);
    },
  },
  {
    name: "records at a given time, clamped where the log is later",
    async run({ open }) {
      const recorder = await open({ clock: () => NOON });
      const given = [1_000, 5_000, 4_000, 6_000];
      const receipts = [];
      for (const recordedAt of given) receipts.push(await recorder.append(saveOf([anEvent()], { recordedAt })));
      assert.deepEqual(
        receipts.map(({ recordedAt }) => recordedAt),
        [1_000, 5_000, 5_000, 6_000],
      );
      assert.equal((await recorder.append(saveOf([anEvent()]))).recordedAt, NOON);
    },
  },
  {
    name: "takes a save with a given time whatever the clock says, also beside one that the clock refuses",
    async run({ open }) {
      let now = NOON;
      const recorder = await open({ clock: () => now });
      await recorder.append(saveOf([anEvent()]));
      now = NOON - 2 * MINUTE;
      const results = await Promise.allSettled([
        recorder.append(saveOf([anEvent()], { recordedAt: NOON + 1 })),
        recorder.append(saveOf([anEvent()])),
        recorder.append(saveOf([anEvent()], { recordedAt: NOON + 2 })),
      ]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled"],
      );
      assert.deepEqual(
        (await wholeLog(recorder)).map(({ recordedAt }) => recordedAt - NOON),
        [0, 1, 2],
      );
    },
  },
  {
    name: "does not take the time of a save that was refused",
    async run({ open }) {
      const recorder = await open({ clock: () => NOON });
      const refused = saveOf(eventsOf(uuid7(), 2), { recordedAt: NOON + 10 * MINUTE });
      await rejection(recorder.append(refused), VersionConflictError);
      assert.equal((await recorder.append(saveOf([anEvent()]))).recordedAt, NOON);
    },
  },
  {
    name: "finds the last position at, before, between and after instants",
    async run({ open }) {
      const recorder = await open();
      assert.equal(await recorder.positionAt(NOON), 0);
      for (const [recordedAt, length] of [
        [1_000, 2],
        [1_000, 1],
        [2_000, 1],
        [3_000, 3],
      ] as const) {
        await recorder.append(
          saveOf(
            upTo(length).map(() => anEvent()),
            { recordedAt },
          ),
        );
      }
      const instants = [0, 999, 1_000, 1_001, 1_999, 2_000, 2_999, 3_000, 3_001, NOON];
      const positions = await Promise.all(instants.map((instant) => recorder.positionAt(instant)));
      assert.deepEqual(positions, [0, 0, 3, 3, 3, 4, 4, 7, 7, 7]);
    },
  },
  {
    name: "finds the version of an originator at a position",
    async run({ open }) {
      const recorder = await open();
      const [page, other] = [uuid7(), uuid7()];
      for (const [id, ...versions] of [
        [page, 1, 2],
        [other, 1],
        [page, 3],
        [other, 2],
      ] as const) {
        await recorder.append(saveOf(eventsOf(id, ...versions)));
      }
      const at = (id: typeof page) => Promise.all([0, 1, 2, 3, 4, 5, 99].map((n) => recorder.versionAt(id, n)));
      assert.deepEqual(await at(page), [0, 1, 2, 2, 3, 3, 3]);
      assert.deepEqual(await at(other), [0, 0, 0, 1, 1, 2, 2]);
      assert.deepEqual(await at(uuid7()), [0, 0, 0, 0, 0, 0, 0]);
    },
  },
];
