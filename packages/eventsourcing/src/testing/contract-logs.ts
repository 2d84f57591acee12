import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import { VersionConflictError } from "../persistence/store-errors.ts";
import {
  anEvent,
  assertLength,
  type ContractCase,
  eventsOf,
  rejection,
  saveOf,
  upTo,
  versionsOf,
} from "./contract-case.ts";

/** Events that ask for the next version of a log. */
export const logs: readonly ContractCase[] = [
  {
    name: "numbers the events of a log 1, 2, 3 inside the commit",
    async run({ open }) {
      const recorder = await open();
      const log = uuid7();
      assert.deepEqual((await recorder.append(saveOf(eventsOf(log, null)))).versions, [1]);
      assert.deepEqual((await recorder.append(saveOf(eventsOf(log, null, null)))).versions, [2, 3]);
      assert.deepEqual(versionsOf(await recorder.readStream(log)), [1, 2, 3]);
    },
  },
  {
    name: "numbers two logs in one save each by itself",
    async run({ open }) {
      const recorder = await open();
      const [one, other] = [uuid7(), uuid7()];
      await recorder.append(saveOf(eventsOf(one, null, null)));
      const mixed = [...eventsOf(other, null), ...eventsOf(one, null), ...eventsOf(other, null)];
      assert.deepEqual((await recorder.append(saveOf(mixed))).versions, [1, 3, 2]);
    },
  },
  {
    name: "lets 30 saves to one log at once all succeed, with the versions 1 to 30",
    async run({ open }) {
      const recorder = await open();
      const log = uuid7();
      const receipts = await Promise.all(upTo(30).map(() => recorder.append(saveOf(eventsOf(log, null)))));
      const versions = receipts.flatMap((receipt) => receipt.versions);
      assert.deepEqual(
        versions.toSorted((a, b) => a - b),
        upTo(30),
      );
      assert.deepEqual(versionsOf(await recorder.readStream(log)), upTo(30));
      await assertLength(recorder, 30);
    },
  },
  {
    name: "lets 30 saves at once create an aggregate each and note it in one log",
    async run({ open }) {
      const recorder = await open();
      const log = uuid7();
      const saves = upTo(30).map(() => saveOf([anEvent(), ...eventsOf(log, null), anEvent()]));
      const receipts = await Promise.all(saves.map((save) => recorder.append(save)));
      for (const { firstPosition, lastPosition, versions } of receipts) {
        assert.equal(lastPosition, firstPosition + 2);
        assert.equal(versions.length, 3);
      }
      assert.deepEqual(versionsOf(await recorder.readStream(log)), upTo(30));
      await assertLength(recorder, 90);
    },
  },
  {
    name: "numbers the events of a log without a gap where a save to it conflicts",
    async run({ open }) {
      const recorder = await open();
      const [page, log] = [uuid7(), uuid7()];
      await recorder.append(saveOf(eventsOf(page, 1)));
      const before = recorder.append(saveOf(eventsOf(log, null)));
      const refused = recorder.append(saveOf([...eventsOf(log, null), ...eventsOf(page, 1)]));
      const after = recorder.append(saveOf(eventsOf(log, null)));
      await rejection(refused, VersionConflictError);
      assert.deepEqual([(await before).versions, (await after).versions], [[1], [2]]);
      await assertLength(recorder, 3);
    },
  },
  {
    name: "takes a save that expects a version of a log",
    async run({ open }) {
      const recorder = await open();
      const log = uuid7();
      await recorder.append(saveOf(eventsOf(log, null, null)));
      assert.deepEqual((await recorder.append(saveOf(eventsOf(log, 3)))).versions, [3]);
      const error = await rejection(recorder.append(saveOf(eventsOf(log, 3))), VersionConflictError);
      assert.equal(error.currentVersion, 3);
      assert.deepEqual((await recorder.append(saveOf(eventsOf(log, null)))).versions, [4]);
    },
  },
];
