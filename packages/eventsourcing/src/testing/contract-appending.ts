import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import { InvalidSaveError } from "../persistence/store-errors.ts";
import {
  anEvent,
  assertLength,
  type ContractCase,
  comparable,
  eventsOf,
  expectError,
  positionsOf,
  rejection,
  rowOf,
  saveOf,
  wholeLog,
} from "./contract-case.ts";

/** What a save records, and what it refuses to try. */
export const appending: readonly ContractCase[] = [
  {
    name: "numbers events 1, 2, 3 in the order of commits",
    async run({ open }) {
      const recorder = await open();
      const page = uuid7();
      const first = saveOf(eventsOf(page, 1));
      const second = saveOf(eventsOf(page, 2, 3));
      const receipts = [await recorder.append(first), await recorder.append(second)];
      assert.deepEqual(
        receipts.map(({ saveId, firstPosition, lastPosition, versions, repeated }) => ({
          saveId,
          firstPosition,
          lastPosition,
          versions,
          repeated,
        })),
        [
          { saveId: first.saveId, firstPosition: 1, lastPosition: 1, versions: [1], repeated: false },
          { saveId: second.saveId, firstPosition: 2, lastPosition: 3, versions: [2, 3], repeated: false },
        ],
      );
      assert.deepEqual(positionsOf(await wholeLog(recorder)), [1, 2, 3]);
    },
  },
  {
    name: "records the events of several originators in one save, consecutive and in their order",
    async run({ open }) {
      const recorder = await open();
      const [page, index, log] = [uuid7(), uuid7(), uuid7()];
      const events = [...eventsOf(page, 1), ...eventsOf(log, null), ...eventsOf(index, 1), ...eventsOf(page, 2)];
      const receipt = await recorder.append(saveOf(events));
      assert.deepEqual(receipt.versions, [1, 1, 1, 2]);
      assert.deepEqual(
        comparable(await wholeLog(recorder)),
        comparable(events.map((event, position) => rowOf(event, receipt, position))),
      );
    },
  },
  {
    name: "gives all events of one save the same time and the same save id",
    async run({ open }) {
      const recorder = await open();
      const save = saveOf([anEvent(), anEvent(), anEvent()]);
      const { recordedAt } = await recorder.append(save);
      for (const row of await wholeLog(recorder)) {
        assert.deepEqual([row.saveId, row.recordedAt], [save.saveId, recordedAt]);
      }
    },
  },
  {
    name: "refuses a save without events",
    async run({ open }) {
      const recorder = await open();
      await rejection(recorder.append(saveOf([])), InvalidSaveError);
      await assertLength(recorder, 0);
    },
  },
  {
    name: "refuses a save that holds one event twice",
    async run({ open }) {
      const recorder = await open();
      const [event, next] = eventsOf(uuid7(), null, null);
      assert.ok(event && next);
      const error = await rejection(recorder.append(saveOf([event, next, event])), InvalidSaveError);
      assert.match(error.message, new RegExp(event.eventId));
      await assertLength(recorder, 0);
    },
  },
  {
    name: "refuses a save whose versions of one originator do not rise by one from 1 on",
    async run({ open }) {
      const recorder = await open();
      for (const versions of [[1, 3], [2, 2], [2, 1], [1, null], [null, 1], [0], [-1], [1.5], [Number.NaN]]) {
        await rejection(recorder.append(saveOf([anEvent(), ...eventsOf(uuid7(), ...versions)])), InvalidSaveError);
      }
      await assertLength(recorder, 0);
    },
  },
  {
    name: "refuses an idempotency key that not all databases keep as it is",
    async run({ open }) {
      const recorder = await open();
      for (const idempotencyKey of ["", "a\0b", "\ud800", "k".repeat(256)]) {
        await rejection(recorder.append(saveOf([anEvent()], { idempotencyKey })), InvalidSaveError);
      }
      await assertLength(recorder, 0);
    },
  },
  {
    name: "refuses to record at what is no instant, and fails no other save of the group by it",
    async run({ open }) {
      const recorder = await open();
      for (const recordedAt of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, 9e15]) {
        const [refused, beside] = await Promise.allSettled([
          recorder.append(saveOf([anEvent()], { recordedAt })),
          recorder.append(saveOf([anEvent()], { recordedAt: 5 })),
        ]);
        assert.equal(beside.status, "fulfilled");
        expectError(refused.status === "rejected" && refused.reason, InvalidSaveError);
      }
      await assertLength(recorder, 5);
    },
  },
];
