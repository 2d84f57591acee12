import assert from "node:assert/strict";
import { type Uuid, uuid7 } from "../domain/uuid.ts";
import type { LogRange, Recorder, StreamRange } from "../persistence/recorder.ts";
import { InvalidRangeError } from "../persistence/store-errors.ts";
import {
  anEvent,
  type ContractCase,
  eventsOf,
  positionsOf,
  rejection,
  saveOf,
  upTo,
  versionsOf,
} from "./contract-case.ts";

/** Ranges of streams and of the log. */
export const reading: readonly ContractCase[] = [
  {
    name: "reads an empty store",
    async run({ open }) {
      const recorder = await open();
      assert.equal(await recorder.head(), 0);
      assert.deepEqual(await recorder.readLog({ limit: 10 }), []);
      assert.deepEqual(await recorder.readStream(uuid7()), []);
      assert.deepEqual(await recorder.readStreams([{ originatorId: uuid7(), after: 0 }]), []);
      assert.deepEqual(await recorder.readStreams([]), []);
    },
  },
  {
    name: "reads any part of a stream, in both directions",
    async run({ open }) {
      const recorder = await open();
      const page = uuid7();
      await recorder.append(saveOf([...eventsOf(page, ...upTo(6)), anEvent()]));
      const parts: readonly [StreamRange, number[]][] = [
        [{}, [1, 2, 3, 4, 5, 6]],
        [{ after: 0 }, [1, 2, 3, 4, 5, 6]],
        [{ after: 4 }, [5, 6]],
        [{ after: 6 }, []],
        [{ after: 99 }, []],
        [{ upTo: 0 }, []],
        [{ upTo: 2 }, [1, 2]],
        [{ upTo: 99 }, [1, 2, 3, 4, 5, 6]],
        [{ after: 2, upTo: 4 }, [3, 4]],
        [{ after: 4, upTo: 2 }, []],
        [{ limit: 0 }, []],
        [{ limit: 2 }, [1, 2]],
        [{ after: 3, limit: 2 }, [4, 5]],
        [{ descending: true }, [6, 5, 4, 3, 2, 1]],
        [{ descending: true, limit: 2 }, [6, 5]],
        [{ descending: true, upTo: 4, limit: 2 }, [4, 3]],
        [{ descending: true, after: 2, upTo: 4 }, [4, 3]],
        [{ descending: true, limit: 0 }, []],
      ];
      for (const [range, versions] of parts) {
        const rows = await recorder.readStream(page, range);
        assert.deepEqual(versionsOf(rows), versions, JSON.stringify(range));
        assert.ok(rows.every(({ originatorId }) => originatorId === page));
      }
    },
  },
  {
    name: "reads the rest of many streams at once, each in the order of versions",
    async run({ open }) {
      const recorder = await open();
      const ids = upTo(40).map(() => uuid7());
      // Round by round, so that the versions of one stream do not stand together in the log.
      for (const version of upTo(3)) await recorder.append(saveOf(ids.flatMap((id) => eventsOf(id, version))));
      const [one, two, three] = ids;
      assert.ok(one && two && three);
      const some = await recorder.readStreams([
        { originatorId: three, after: 0, upTo: 2 },
        { originatorId: one, after: 1 },
        { originatorId: uuid7(), after: 0 },
        { originatorId: two, after: 3 },
      ]);
      assert.deepEqual(versionsOf(some.filter((row) => row.originatorId === one)), [2, 3]);
      assert.deepEqual(versionsOf(some.filter((row) => row.originatorId === three)), [1, 2]);
      assert.equal(some.length, 4);
      const all = await recorder.readStreams(ids.map((originatorId) => ({ originatorId, after: 0 })));
      for (const id of ids) assert.deepEqual(versionsOf(all.filter((row) => row.originatorId === id)), [1, 2, 3]);
      assert.equal(all.length, 120);
    },
  },
  {
    name: "reads any part of the log, of all topics or some",
    async run({ open }) {
      const recorder = await open();
      const topics = ["a", "b", "c", "a", "b", "a"];
      await recorder.append(saveOf(topics.map((topic) => anEvent({ topic }))));
      const parts: readonly [LogRange, number[]][] = [
        [{ limit: 10 }, [1, 2, 3, 4, 5, 6]],
        [{ limit: 0 }, []],
        [{ start: 1, limit: 2 }, [1, 2]],
        [{ start: 5, limit: 10 }, [5, 6]],
        [{ start: 7, limit: 10 }, []],
        [{ stop: 0, limit: 10 }, []],
        [{ stop: 2, limit: 10 }, [1, 2]],
        [{ start: 3, stop: 4, limit: 10 }, [3, 4]],
        [{ start: 4, stop: 3, limit: 10 }, []],
        [{ start: 2, stop: 99, limit: 3 }, [2, 3, 4]],
        [{ topics: ["a"], limit: 10 }, [1, 4, 6]],
        [{ topics: ["a"], limit: 2 }, [1, 4]],
        [{ topics: ["c", "b", "none"], limit: 10 }, [2, 3, 5]],
        [{ topics: ["a", "b"], start: 2, stop: 5, limit: 2 }, [2, 4]],
        [{ topics: ["A"], limit: 10 }, []],
        [{ topics: [], limit: 10 }, []],
      ];
      for (const [range, positions] of parts) {
        assert.deepEqual(positionsOf(await recorder.readLog(range)), positions, JSON.stringify(range));
      }
    },
  },
  {
    name: "takes no version for the last one of a stream that is not",
    async run({ open }) {
      const recorder = await open();
      const [page, other] = [uuid7(), uuid7()];
      await recorder.append(saveOf(eventsOf(page, 1, 2)));
      await recorder.readStream(page);
      await recorder.readStream(page, { upTo: 1 });
      await recorder.readStream(page, { descending: true, limit: 1 });
      await recorder.readStream(page, { limit: 1 });
      await recorder.readStreams([
        { originatorId: page, after: 0, upTo: 1 },
        { originatorId: other, after: 0 },
      ]);
      const taken = (ids: readonly Uuid[]) =>
        ids.flatMap((id) => [0, 1, 2, 3, 4].filter((version) => recorder.isLast(id, version)));
      assert.deepEqual(
        taken([page]).filter((version) => version !== 2),
        [],
      );
      await recorder.append(saveOf([...eventsOf(page, 3), ...eventsOf(other, 1)]));
      assert.deepEqual(
        taken([page]).filter((version) => version !== 3),
        [],
      );
      assert.deepEqual(
        taken([other]).filter((version) => version !== 1),
        [],
      );
    },
  },
  {
    name: "refuses ranges that are none",
    async run({ open }) {
      const recorder = await open();
      const page = uuid7();
      await recorder.append(saveOf(eventsOf(page, 1)));
      for (const wrong of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        for (const call of callsWith(recorder, page, wrong)) {
          const error = await rejection(call(), InvalidRangeError);
          assert.match(error.message, new RegExp(String(wrong).replace(".", "\\.")));
        }
      }
      await rejection(recorder.readLog({ start: 0, limit: 1 }), InvalidRangeError);
    },
  },
];

function callsWith(
  recorder: Recorder,
  originatorId: ReturnType<typeof uuid7>,
  wrong: number,
): (() => Promise<unknown>)[] {
  return [
    () => recorder.readStream(originatorId, { after: wrong }),
    () => recorder.readStream(originatorId, { upTo: wrong }),
    () => recorder.readStream(originatorId, { limit: wrong }),
    () =>
      recorder.readStreams([
        { originatorId, after: 0 },
        { originatorId, after: wrong },
      ]),
    () => recorder.readStreams([{ originatorId, after: 0, upTo: wrong }]),
    () => recorder.readLog({ start: wrong, limit: 1 }),
    () => recorder.readLog({ stop: wrong, limit: 1 }),
    () => recorder.readLog({ limit: wrong }),
  ];
}
