import assert from "node:assert/strict";
import { StoreClosedError } from "../persistence/store-errors.ts";
import { anEvent, type ContractCase, rejection, saveOf, upTo } from "./contract-case.ts";

/** Waiting for the log to grow. */
export const waiting: readonly ContractCase[] = [
  {
    name: "resolves at once where the log is beyond a position already",
    async run({ open }) {
      const recorder = await open();
      await recorder.append(saveOf([anEvent(), anEvent()]));
      await Promise.all([0, 1].map((position) => recorder.waitBeyond(position)));
    },
  },
  {
    name: "waits until the log is beyond a position, and not for just any save",
    async run({ open }) {
      const recorder = await open();
      const reached: number[] = [];
      const waits = [0, 1, 2].map(async (position) => {
        await recorder.waitBeyond(position);
        reached.push(position);
        assert.ok((await recorder.head()) > position);
      });
      await recorder.append(saveOf([anEvent()]));
      await waits[0];
      assert.deepEqual(reached, [0]);
      await recorder.append(saveOf([anEvent(), anEvent()]));
      await Promise.all(waits);
    },
  },
  {
    name: "lets many wait for one save",
    async run({ open }) {
      const recorder = await open();
      const waits = upTo(50).map(() => recorder.waitBeyond(0));
      await recorder.append(saveOf([anEvent()]));
      await Promise.all(waits);
    },
  },
  {
    name: "stops waiting when it is aborted, before or meanwhile",
    async run({ open }) {
      const recorder = await open();
      await recorder.waitBeyond(0, AbortSignal.abort());
      const abort = new AbortController();
      const wait = recorder.waitBeyond(0, abort.signal);
      await recorder.head();
      abort.abort();
      await wait;
      assert.equal(await recorder.head(), 0);
    },
  },
  {
    name: "rejects the waits under way when it is closed",
    async run({ open }) {
      const recorder = await open();
      const refused = rejection(recorder.waitBeyond(0), StoreClosedError);
      await recorder.head();
      await recorder.close();
      await refused;
    },
  },
];
