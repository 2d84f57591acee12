import { expect, test } from "vitest";
import { z } from "zod";
import type { SnapshotSpec } from "../domain/aggregate-spec.ts";
import { defineAggregate } from "../domain/define-aggregate.ts";
import { uuid7 } from "../domain/uuid.ts";
import { Encoder } from "./encoder.ts";
import { SnapshotMapper } from "./snapshot-mapper.ts";
import { JsonTranscoder } from "./transcoder.ts";

const mapper = new SnapshotMapper(new Encoder({ transcoder: new JsonTranscoder() }));
const id = uuid7();

function counter(snapshots: SnapshotSpec, name = "Counter") {
  return defineAggregate({
    name,
    events: { Created: { start: z.number() } },
    create: ({ start }): object => ({ start }),
    apply: {},
    snapshots,
  });
}

const taken = (snapshots: SnapshotSpec, state: object) =>
  mapper.toStored(counter(snapshots), id, { version: 7, state });

test("gives back the state and its version, also what JSON lacks, and nobody can change it", async () => {
  const state = { at: new Date(5), tags: new Set(["a"]), list: [1n] };
  const found = mapper.toState(counter({}), await taken({}, state));
  expect(found).toEqual({ version: 7, state });
  expect(Object.isFrozen(found?.state)).toBe(true);
});

test("takes an older state through each version to today's", async () => {
  const today = counter({
    version: 3,
    upcast: {
      1: ({ n }) => ({ count: n }),
      2: (state) => ({ ...state, step: 1 }),
    },
  });
  expect(mapper.toState(today, await taken({}, { n: 5 }))?.state).toEqual({ count: 5, step: 1 });
  expect(mapper.toState(today, await taken({ version: 2 }, { count: 6 }))?.state).toEqual({ count: 6, step: 1 });
  expect(mapper.toState(today, await taken({ version: 3 }, { count: 7, step: 2 }))?.state).toEqual({
    count: 7,
    step: 2,
  });
});

test("passes over what cannot be used: no upcast, a newer version, another aggregate, a damaged row", async () => {
  const old = await taken({}, { n: 5 });
  expect(mapper.toState(counter({ version: 2 }), old)).toBeUndefined();
  const thrown = { 1: () => JSON.parse("{") };
  expect(mapper.toState(counter({ version: 2, upcast: thrown }), old)).toBeUndefined();
  expect(mapper.toState(counter({}), await taken({ version: 2 }, { n: 5 }))).toBeUndefined();
  expect(mapper.toState(counter({}, "Other"), old)).toBeUndefined();
  expect(mapper.toState(counter({}), { ...old, checksum: old.checksum ^ 1 })).toBeUndefined();
  expect(mapper.toState(counter({}), { ...old, originatorVersion: 8 })).toBeUndefined();
});
