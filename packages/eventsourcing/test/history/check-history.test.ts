import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import { openMemoryRecorder } from "../../src/adapters/memory/memory-recorder.ts";
import { uuid7 } from "../../src/domain/uuid.ts";
import { VersionConflictError } from "../../src/persistence/store-errors.ts";
import { anEvent, eventsOf, rejection, saveOf, upTo, wholeLog } from "../../src/testing/contract-case.ts";
import { temporaryFile } from "../sqlite/temporary-file.ts";
import { assertHistory, type CheckedHistory, violationsOf } from "./check-history.ts";
import { mutations } from "./mutations.ts";
import { Notes, readHistory } from "./notes.ts";
import { noting } from "./noting-recorder.ts";
import { nameBelongsToOne } from "./rules.ts";
import { idOf, type ReadStep, type SaveStep, type Step, simulate } from "./simulated-history.ts";
import type { ViolationKind } from "./violation.ts";

const save = (number: number, at: number, given: Partial<SaveStep> = {}): Step => {
  const when = { calledAt: at, effectAt: at + 1, answeredAt: at + 2 };
  return { kind: "save", save: number, originators: [0, number], fate: "answered", ...when, ...given };
};
const head = (at: number): ReadStep => ({
  kind: "head",
  calledAt: at,
  effectAt: at + 1,
  answeredAt: at + 2,
});
const whole = (at: number): ReadStep => ({ ...head(at), kind: "events", selection: { from: 1, limit: 100 } });

// Saves 1 and 2 in turn, 3 without an answer, 4 refused, and reads between them.
const steps = [
  save(1, 0),
  head(10),
  save(2, 20),
  whole(30),
  save(3, 40, { fate: "lost answer" }),
  save(4, 50, { fate: "refused" }),
  head(60),
];
const event = (number: number) => idOf("event", number);

describe("a history that is as promised", () => {
  it("passes, and says what it was made of", () => {
    assert.deepEqual(assertHistory(simulate(steps)), {
      events: 6,
      calls: 4,
      acknowledged: 2,
      refused: 1,
      unknown: 1,
      unknownRecorded: 1,
      reads: 3,
    });
  });

  it("passes with any calls at once, calls without an answer, repetitions and reads", () => {
    fc.assert(fc.property(anySteps, (any) => assert.deepEqual(violationsOf(simulate(any)), [])));
  });

  it("passes for a store in memory with clients at work at once", async () => {
    const file = temporaryFile("notes");
    const memory = await openMemoryRecorder();
    const recorder = noting(memory, new Notes(file, "client"));
    const [log, contested] = [uuid7(), uuid7()];
    await Promise.all(
      upTo(8).map(async (n) => {
        for (const version of upTo(20)) {
          await recorder.append(
            saveOf([...eventsOf(log, null), anEvent()], { idempotencyKey: `${n} ${version % 15}` }),
          );
          const claim = saveOf(eventsOf(contested, version));
          await recorder.append(claim).catch((error) => rejection(Promise.reject(error), VersionConflictError));
          await recorder.readStream(log, { after: version, limit: 5 });
          await recorder.readStream(log, { descending: true, limit: 3 });
          await recorder.readStreams([
            { originatorId: contested, after: 0 },
            { originatorId: log, after: version },
          ]);
          await recorder.readLog({ start: version, limit: 4, topics: ["Thing.Changed"] });
          await recorder.findReceipt(`${n} ${version}`);
          assert.ok((await recorder.head()) > 0);
        }
      }),
    );
    const counts = assertHistory({ log: await wholeLog(memory), history: readHistory([file]) });
    assert.deepEqual([counts.calls, counts.reads], [320, 960]);
    assert.ok(counts.refused > 100, `only ${counts.refused} saves were refused`);
  });
});

describe("a history is reported, with its events named,", () => {
  const { log, history } = simulate(steps);
  const [first, second] = history.saves;
  const lastRead = history.reads.at(-1);
  assert.ok(first && second && lastRead && first.outcome.kind === "recorded");
  const rowsBut = (change: (row: (typeof log)[number]) => object | undefined): CheckedHistory => ({
    log: log.flatMap((row) => {
      const changed = change(row);
      return changed ? [{ ...row, ...changed }] : [];
    }),
    history,
  });
  const at = (position: number, change: object) => rowsBut((row) => (row.position === position ? change : {}));
  const without = (...positions: number[]) => rowsBut((row) => (positions.includes(row.position) ? undefined : {}));
  const renumbered = (rows: CheckedHistory["log"]): CheckedHistory => ({
    log: rows.map((row, index) => ({ ...row, position: index + 1 })),
    history,
  });
  const cases: readonly [what: string, ViolationKind, CheckedHistory, string][] = [
    ["where a position is left out", "gap", at(6, { position: 7 }), event(31)],
    ["where a version is left out", "version", at(4, { originatorVersion: 2 }), event(21)],
    ["where the time goes back", "time", at(3, { recordedAt: 0 }), event(20)],
    ["where an event stands twice", "twice", at(3, { eventId: event(10) }), `${event(10)} at position 3`],
    [
      "where a save is torn apart",
      "torn",
      renumbered([log[0], log[2], log[1], log[3]].filter((row) => !!row)),
      event(11),
    ],
    [
      "where a rule is broken",
      "rule",
      {
        ...simulate(steps),
        rules: [
          {
            name: "none of originator 2",
            begin:
              () =>
              ([, row]) =>
                row?.originatorId === idOf("originator", 2) ? row.eventId : undefined,
          },
        ],
      },
      event(21),
    ],
    [
      "where nobody called for what stands",
      "foreign",
      { log, history: { ...history, saves: history.saves.slice(1) } },
      `${event(10)}, ${event(11)}`,
    ],
    ["where a save stands in part", "half", renumbered(log.slice(0, -1)), event(31)],
    ["where an event is another than was saved", "altered", at(6, { state: '{"n":666}' }), event(31)],
    ["where a save that was acknowledged is lost", "lost", without(3, 4), `${event(20)}, ${event(21)}`],
    [
      "where a save stands elsewhere than was told",
      "misplaced",
      renumbered(log.slice(2)),
      `${event(20)}, ${event(21)}`,
    ],
    ["where a save has another time than was told", "misplaced", at(3, { recordedAt: 2 }), event(20)],
    [
      "where a save was told to be recorded as another",
      "misplaced",
      {
        log,
        history: {
          ...history,
          saves: [
            first,
            { ...second, outcome: { ...first.outcome, receipt: { ...first.outcome.receipt, repeated: true } } },
          ],
        },
      },
      idOf("save", 1),
    ],
    [
      "where a refused save stands",
      "refused",
      {
        log,
        history: {
          ...history,
          saves: [{ ...first, outcome: { kind: "refused", code: "STORE_FULL" } }, ...history.saves.slice(1)],
        },
      },
      event(10),
    ],
    [
      "where a client was told of a driver's error",
      "failed",
      {
        log,
        history: {
          ...history,
          saves: [
            ...history.saves,
            {
              ...second,
              call: "another",
              save: { ...second.save, saveId: idOf("save", 9) },
              outcome: { kind: "failed", error: "Error: database is locked" },
            },
          ],
        },
      },
      "database is locked",
    ],
    [
      "where one key let two saves in",
      "twice",
      {
        log,
        history: {
          ...history,
          saves: history.saves.map((call) => ({ ...call, save: { ...call.save, idempotencyKey: "key" } })),
        },
      },
      event(20),
    ],
    [
      "where a save stands before what was answered before its call",
      "order",
      { log, history: { ...history, saves: [{ ...first, calledAt: 25, answeredAt: 26 }, ...history.saves.slice(1)] } },
      event(10),
    ],
    ["where a read saw what does not stand", "unseen", at(2, { topic: "Another" }), event(11)],
    [
      "where a read saw half a save",
      "unseen",
      {
        log,
        history: {
          ...history,
          reads: [...history.reads.slice(0, -1), { ...lastRead, seen: [{ kind: "head", position: 5 }] }],
        },
      },
      `${event(31)} at position 6, which is of the same save`,
    ],
    [
      "where a read missed an event in the middle",
      "unseen",
      readsOnly((seen) => ({ ...seen, events: seen.events.filter((_, index) => index !== 1) })),
      "positions 1, 3, 4",
    ],
    [
      "where a read does not see what was answered before",
      "stale",
      { log, history: { ...history, reads: history.reads.map((read) => ({ ...read, calledAt: 70, answeredAt: 71 })) } },
      event(20),
    ],
    [
      "where a read sees what is called for later",
      "early",
      { log, history: { ...history, reads: history.reads.map((read) => ({ ...read, calledAt: -2, answeredAt: -1 })) } },
      event(10),
    ],
  ];
  for (const [what, kind, checked, named] of cases) {
    it(`${what}: ${kind}`, () => {
      const found = violationsOf({ stateOf: undefined, ...checked } as CheckedHistory);
      const ofKind = found.filter((violation) => violation.kind === kind);
      assert.ok(ofKind.length > 0, `nothing but ${found.map((violation) => violation.kind).join(", ")}`);
      assert.ok(
        ofKind.some(({ message }) => message.includes(named)),
        ofKind.map(({ message }) => message).join("\n"),
      );
      assert.throws(
        () => assertHistory(checked),
        new RegExp(`^AssertionError.*: the history is not right\n.*${kind}: `, "s"),
      );
    });
  }

  function readsOnly(change: (seen: { events: readonly (readonly [number, string])[] }) => object): CheckedHistory {
    const reads = history.reads.map((read) => ({
      ...read,
      seen: read.seen.map((seen) => (seen.kind === "events" ? { ...seen, ...change(seen) } : seen)),
    }));
    return { log, history: { ...history, reads } as CheckedHistory["history"] };
  }

  it("whatever is dropped, repeated, moved or altered in it", () => {
    let tried = 0;
    fc.assert(
      fc.property(anySteps, fc.constantFrom(...mutations), fc.nat(), (any, mutation, which) => {
        const valid = simulate(any);
        const mutated = mutation.apply(valid, which);
        fc.pre(mutated !== undefined);
        tried += 1;
        assert.notDeepEqual(violationsOf(mutated), [], `${mutation.name} was not found`);
      }),
      { numRuns: 2_000, maxSkipsPerRun: 20 },
    );
    assert.equal(tried, 2_000);
  });
});

describe("the rule that a name belongs to one originator", () => {
  const names = nameBelongsToOne(({ state }) => (state === "-" ? null : String(state)));
  const broken = (...saves: readonly (readonly (readonly [originator: number, name: string])[])[]) => {
    let position = 0;
    const log = saves.flatMap((rows, number) =>
      rows.map(([originator, state]) => {
        position += 1;
        const row = anEvent({ originatorId: idOf("originator", originator), state, eventId: idOf("event", position) });
        return { ...row, position, saveId: idOf("save", number), recordedAt: 1, originatorVersion: 1 };
      }),
    );
    return violationsOf({ log, history: { saves: [], reads: [] }, rules: [names] }).filter(
      ({ kind }) => kind === "rule",
    );
  };

  it("holds where names are taken, given up, taken again and exchanged within a save", () => {
    assert.deepEqual(broken([[1, "a"]], [[2, "b"]], [[1, "-"]], [[2, "a"]], [[1, "b"]]), []);
    assert.deepEqual(
      broken(
        [
          [1, "a"],
          [2, "b"],
        ],
        [
          [1, "b"],
          [2, "a"],
        ],
      ),
      [],
    );
    assert.deepEqual(
      broken(
        [[1, "a"]],
        [
          [1, "b"],
          [2, "a"],
        ],
        [
          [2, "-"],
          [3, "a"],
        ],
      ),
      [],
    );
  });

  it("is broken where two have one name, after one save or two", () => {
    for (const saves of [
      [[[1, "a"]], [[2, "a"]]],
      [
        [
          [1, "a"],
          [2, "a"],
        ],
      ],
      [[[1, "b"]], [[1, "a"]], [[2, "b"]], [[2, "a"]]],
    ] as const) {
      const [violation, ...more] = broken(...saves);
      assert.ok(violation && more.length === 0);
      assert.match(violation.message, /gives "a" to .* belongs to/);
      assert.ok(violation.message.includes(idOf("originator", 1)) && violation.message.includes(idOf("originator", 2)));
    }
  });
});

const instant = fc.nat(200);
const when = fc.tuple(instant, instant, instant).map((times) => {
  const [calledAt = 0, effectAt = 0, answeredAt = 0] = times.toSorted((one, other) => one - other);
  return { calledAt, effectAt, answeredAt };
});
const place = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined });
const selection = fc.record({
  originatorId: fc.option(
    fc.nat(3).map((number) => idOf("originator", number)),
    { nil: undefined },
  ),
  topics: fc.constantFrom(undefined, ["Thing.Changed"], ["Another"]),
  from: place,
  to: place,
  limit: place,
  descending: fc.boolean(),
});
const anyStep = fc
  .tuple(
    when,
    fc.oneof(
      fc.record({
        kind: fc.constant("save" as const),
        save: fc.nat(12),
        originators: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
        key: fc.constantFrom(undefined, undefined, "one", "two"),
        fate: fc.constantFrom("answered", "answered", "answered", "refused", "lost answer", "lost call"),
      }),
      fc.record({ kind: fc.constant("head" as const) }),
      fc.record({ kind: fc.constant("state" as const), originator: fc.nat(3) }),
      fc.record({ kind: fc.constant("events" as const), selection }),
    ),
  )
  .map(([times, what]) => ({ ...times, ...what }) as Step);
// Two calls of one save hold the same.
const anySteps = fc.array(anyStep, { minLength: 1, maxLength: 30 }).map((any) =>
  any.map((step) => {
    const first = any.find((other) => other.kind === "save" && step.kind === "save" && other.save === step.save);
    if (step.kind !== "save" || first?.kind !== "save") return step;
    return { ...step, originators: first.originators, key: first.key };
  }),
);
