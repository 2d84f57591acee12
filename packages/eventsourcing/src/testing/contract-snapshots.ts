import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import { aSnapshot, type ContractCase, comparable } from "./contract-case.ts";

/** Snapshots: derived, but not in doubt. */
export const snapshots: readonly ContractCase[] = [
  {
    name: "finds the newest snapshot, and the newest at or before a version",
    async run({ open }) {
      const { snapshots } = await open();
      const originatorId = uuid7();
      await snapshots.write([10, 5, 15].map((originatorVersion) => aSnapshot({ originatorId, originatorVersion })));
      const found = async (upTo?: number) => {
        const rows = await snapshots.find([upTo === undefined ? { originatorId } : { originatorId, upTo }]);
        return rows.map(({ originatorVersion }) => originatorVersion);
      };
      assert.deepEqual(await found(), [15]);
      assert.deepEqual(await found(15), [15]);
      assert.deepEqual(await found(14), [10]);
      assert.deepEqual(await found(5), [5]);
      assert.deepEqual(await found(4), []);
      assert.deepEqual(await found(0), []);
    },
  },
  {
    name: "finds the snapshots of many aggregates at once, and leaves out those that have none",
    async run({ open }) {
      const { snapshots } = await open();
      const written = [aSnapshot(), aSnapshot({ originatorVersion: 10, topic: "Page", schemaVersion: 3 }), aSnapshot()];
      await snapshots.write(written);
      const found = await snapshots.find([
        ...written.map(({ originatorId }) => ({ originatorId })),
        { originatorId: uuid7() },
      ]);
      const byId = (rows: readonly { originatorId: string }[]) =>
        rows.toSorted((a, b) => (a.originatorId < b.originatorId ? -1 : 1));
      assert.deepEqual(byId(comparable(found)), byId(comparable(written)));
      assert.deepEqual(await snapshots.find([]), []);
    },
  },
  {
    name: "puts a snapshot in the place of the one at its version",
    async run({ open }) {
      const { snapshots } = await open();
      const first = aSnapshot({ state: '"first"' });
      await snapshots.write([first]);
      await snapshots.write([{ ...first, state: '"second"' }, aSnapshot()]);
      const found = await snapshots.find([{ originatorId: first.originatorId }]);
      assert.deepEqual(comparable(found), comparable([{ ...first, state: '"second"' }]));
    },
  },
  {
    name: "lists the versions of snapshots, ascending, and removes some",
    async run({ open }) {
      const { snapshots } = await open();
      const [originatorId, other] = [uuid7(), uuid7()];
      for (const originatorVersion of [100, 5, 20, 10])
        await snapshots.write([aSnapshot({ originatorId, originatorVersion })]);
      await snapshots.write([aSnapshot({ originatorId: other })]);
      assert.deepEqual(await snapshots.versions(originatorId), [5, 10, 20, 100]);
      await snapshots.remove(originatorId, [5, 20, 99]);
      assert.deepEqual(await snapshots.versions(originatorId), [10, 100]);
      await snapshots.remove(originatorId, []);
      await snapshots.write([]);
      assert.deepEqual(await snapshots.versions(originatorId), [10, 100]);
      assert.deepEqual(await snapshots.versions(other), [5]);
      assert.deepEqual(await snapshots.versions(uuid7()), []);
    },
  },
  {
    name: "does not count snapshots among the events",
    async run({ open }) {
      const recorder = await open();
      const snapshot = aSnapshot();
      await recorder.snapshots.write([snapshot]);
      assert.equal(await recorder.head(), 0);
      assert.deepEqual(await recorder.readStream(snapshot.originatorId), []);
    },
  },
];
