import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import {
  anEvent,
  assertLength,
  type ContractCase,
  comparable,
  eventsOf,
  saveOf,
  upTo,
  versionsOf,
  wholeLog,
} from "./contract-case.ts";
import { assertOneWins } from "./contract-concurrency.ts";

/** What outlives a recorder, and what two of them on one store do. For stores that can be opened again. */
export const reopening: readonly ContractCase[] = [
  {
    name: "is the same log after it was closed and opened again, with all events",
    async run({ open, reopen }) {
      const recorder = await open();
      const page = uuid7();
      const save = saveOf(eventsOf(page, 1, 2), { idempotencyKey: "key" });
      const receipt = await recorder.append(save);
      const before = comparable(await wholeLog(recorder));
      await recorder.close();
      const again = await reopen(recorder);
      assert.deepEqual(again.log, recorder.log);
      assert.deepEqual(comparable(await wholeLog(again)), before);
      assert.deepEqual(await again.append(save), { ...receipt, repeated: true });
      assert.deepEqual(await again.append(saveOf([anEvent()], { idempotencyKey: "key" })), {
        ...receipt,
        repeated: true,
      });
      assert.deepEqual((await again.append(saveOf(eventsOf(page, 3)))).firstPosition, 3);
    },
  },
  {
    name: "wakes who waits on another recorder of the same store",
    async run({ open, reopen }) {
      const recorder = await open();
      const other = await reopen(recorder);
      const wait = other.waitBeyond(0);
      await other.head();
      await recorder.append(saveOf([anEvent()]));
      await wait;
      assert.equal(await other.head(), 1);
    },
  },
  {
    name: "shows another recorder on the same store what was saved, at once",
    async run({ open, reopen }) {
      const recorder = await open();
      const other = await reopen(recorder);
      assert.deepEqual(other.log, recorder.log);
      const page = uuid7();
      for (const version of upTo(5)) {
        await recorder.append(saveOf(eventsOf(page, version)));
        assert.deepEqual(versionsOf(await other.readStream(page)), upTo(version));
      }
    },
  },
  {
    name: "lets exactly one of two recorders that race for a version win, twenty times over",
    async run({ open, reopen }) {
      const recorder = await open();
      const other = await reopen(recorder);
      const page = uuid7();
      for (const version of upTo(20)) {
        const racers = version % 2 ? [recorder, other] : [other, recorder];
        await assertOneWins(racers, () => eventsOf(page, version));
      }
      assert.deepEqual(versionsOf(await other.readStream(page)), upTo(20));
      await assertLength(recorder, 20);
    },
  },
  {
    name: "numbers one log without a gap for two recorders that save to it at once",
    async run({ open, reopen }) {
      const recorder = await open();
      const other = await reopen(recorder);
      const log = uuid7();
      const saveTwenty = async (saver: typeof recorder) => {
        for (const _ of upTo(20)) await saver.append(saveOf([anEvent(), ...eventsOf(log, null)]));
      };
      await Promise.all([saveTwenty(recorder), saveTwenty(other), saveTwenty(recorder), saveTwenty(other)]);
      assert.deepEqual(versionsOf(await recorder.readStream(log)), upTo(80));
      await assertLength(other, 160);
    },
  },
  {
    name: "records a save once that two recorders try at once",
    async run({ open, reopen }) {
      const recorder = await open();
      const other = await reopen(recorder);
      for (const n of upTo(10)) {
        const save = saveOf([anEvent(), anEvent()], n % 2 ? {} : { idempotencyKey: `key ${n}` });
        const receipts = await Promise.all([recorder.append(save), other.append(save)]);
        assert.deepEqual(receipts.map(({ repeated }) => repeated).toSorted(), [false, true]);
      }
      await assertLength(recorder, 20);
    },
  },
  {
    name: "takes no version for the last one of a stream once another recorder has recorded more",
    async run({ open, reopen }) {
      const recorder = await open();
      const other = await reopen(recorder);
      const pages = upTo(3).map(() => uuid7());
      for (const version of upTo(10)) {
        for (const page of pages) {
          await (version % 2 ? other : recorder).append(saveOf(eventsOf(page, version)));
          for (const each of [recorder, other]) {
            assert.equal(each.isLast(page, version - 1), false);
            await each.readStream(page, { after: version - 1 });
          }
        }
      }
    },
  },
  {
    name: "keeps read models for the next one that opens the store, and shows them to the other at once",
    async run({ open, reopen }) {
      const first = await open();
      await first.readModels.transaction((sql) => sql.query(`create table ${sql.qualify("item")} (n bigint)`));
      const second = await reopen(first);
      await second.readModels.transaction((sql) => sql.query(`insert into ${sql.qualify("item")} values (7)`));
      const { reader } = first.readModels;
      assert.deepEqual(
        (await reader.query(`select n from ${reader.qualify("item")}`)).map(({ n }) => n),
        [7],
      );
    },
  },
];
