import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import type { Recorder } from "../persistence/recorder.ts";
import { StoreClosedError } from "../persistence/store-errors.ts";
import { anEvent, aSnapshot, type ContractCase, rejection, saveOf, upTo } from "./contract-case.ts";

const CALLS: { readonly [name: string]: (recorder: Recorder) => Promise<unknown> } = {
  append: (recorder) => recorder.append(saveOf([anEvent()])),
  readStream: (recorder) => recorder.readStream(uuid7()),
  readStreams: (recorder) => recorder.readStreams([{ originatorId: uuid7(), after: 0 }]),
  readLog: (recorder) => recorder.readLog({ limit: 1 }),
  findReceipt: (recorder) => recorder.findReceipt("key"),
  head: (recorder) => recorder.head(),
  waitBeyond: (recorder) => recorder.waitBeyond(0),
  positionAt: (recorder) => recorder.positionAt(0),
  versionAt: (recorder) => recorder.versionAt(uuid7(), 1),
  "snapshots.write": ({ snapshots }) => snapshots.write([aSnapshot()]),
  "snapshots.find": ({ snapshots }) => snapshots.find([{ originatorId: uuid7() }]),
  "snapshots.versions": ({ snapshots }) => snapshots.versions(uuid7()),
  "snapshots.remove": ({ snapshots }) => snapshots.remove(uuid7(), [1]),
};

/** The end of a recorder. */
export const closing: readonly ContractCase[] = [
  {
    name: "rejects every call after it was closed",
    async run({ open }) {
      const recorder = await open();
      for (const call of Object.values(CALLS)) await call(recorder);
      await recorder.close();
      for (const [name, call] of Object.entries(CALLS)) {
        const error = await rejection(call(recorder), StoreClosedError);
        assert.equal(error.code, "STORE_CLOSED", name);
      }
    },
  },
  {
    name: "waits for the saves under way when it is closed, and takes no more",
    async run({ open }) {
      const recorder = await open();
      const saves = upTo(20).map(() => recorder.append(saveOf([anEvent()])));
      const snapshot = recorder.snapshots.write([aSnapshot()]);
      const settled: number[] = [];
      for (const [index, save] of saves.entries()) void save.then(() => settled.push(index));
      const closed = recorder.close();
      await rejection(recorder.append(saveOf([anEvent()])), StoreClosedError);
      await closed;
      assert.equal(settled.length, 20);
      await snapshot;
    },
  },
  {
    name: "takes no harm from being closed twice, also at once",
    async run({ open }) {
      const recorder = await open();
      await recorder.append(saveOf([anEvent()]));
      await Promise.all([recorder.close(), recorder.close(), recorder.close()]);
      await recorder.close();
    },
  },
];
