import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import { ProgrammingError } from "../domain/errors.ts";
import { uuid7 } from "../domain/uuid.ts";
import { anEvent, eventsOf, expectError, rejection, saveOf, upTo } from "../testing/contract-case.ts";
import { GroupCommitter, type Outcome, UnknownGroupOutcome } from "./group-committer.ts";
import {
  InvalidSaveError,
  OutcomeUnknownError,
  StoreClosedError,
  StoreFullError,
  VersionConflictError,
} from "./store-errors.ts";
import type { Receipt, StoredSave } from "./stored-event.ts";

describe("the group committer", () => {
  it("gathers the saves of one turn into one group, and those that come during a commit into the next", async () => {
    const { committer, groups, finish } = committerByHand();
    const first = upTo(3).map(() => committer.submit(saveOf([anEvent()])));
    await aTurn();
    const second = upTo(5).map(() => committer.submit(saveOf([anEvent()])));
    await aTurn();
    assert.deepEqual(
      groups.map(({ length }) => length),
      [3],
    );
    finish();
    await Promise.all(first);
    await aTurn();
    assert.deepEqual(
      groups.map(({ length }) => length),
      [3, 5],
    );
    finish();
    await Promise.all(second);
  });

  it("never has two commits under way", async () => {
    let running = 0;
    const committer = new GroupCommitter(async (saves) => {
      running += 1;
      assert.equal(running, 1);
      await aTurn();
      running -= 1;
      return saves.map(recorded);
    });
    const submitLater = async (n: number) => {
      for (const _ of upTo(n)) await aTurn();
      await committer.submit(saveOf([anEvent()]));
    };
    await Promise.all(upTo(20).map((n) => submitLater(n % 7)));
  });

  it("gives each save its own outcome", async () => {
    const page = uuid7();
    const event = anEvent();
    const committer = new GroupCommitter(async (saves) =>
      saves.map((save, index): Outcome => {
        if (index === 1) return { kind: "conflict", originatorId: page, expectedVersion: 2, currentVersion: 7 };
        if (index === 2) return { kind: "duplicate", eventId: event.eventId };
        return recorded(save);
      }),
    );
    const saves = upTo(4).map(() => saveOf([anEvent()]));
    const [one, two, three, four] = await Promise.allSettled(saves.map((save) => committer.submit(save)));
    assert.deepEqual(
      [one, four].map((result) => result?.status === "fulfilled" && result.value.saveId),
      [saves[0]?.saveId, saves[3]?.saveId],
    );
    const conflict = expectError(two?.status === "rejected" && two.reason, VersionConflictError);
    assert.deepEqual([conflict.originatorId, conflict.expectedVersion, conflict.currentVersion], [page, 2, 7]);
    const duplicate = expectError(three?.status === "rejected" && three.reason, InvalidSaveError);
    assert.ok(duplicate.message.includes(event.eventId));
  });

  for (const [what, make] of Object.entries<() => [StoredSave, StoredSave]>({
    "the same aggregate": () => {
      const id = uuid7();
      return [saveOf(eventsOf(id, 1)), saveOf([anEvent(), ...eventsOf(id, 2)])];
    },
    "the same idempotency key": () => [
      saveOf([anEvent()], { idempotencyKey: "k" }),
      saveOf([anEvent()], { idempotencyKey: "k" }),
    ],
    "the same event": () => {
      const [event] = eventsOf(uuid7(), null);
      assert.ok(event);
      return [saveOf([anEvent(), event]), saveOf([event, anEvent()])];
    },
    "a log that one of them expects at a version": () => {
      const log = uuid7();
      return [saveOf(eventsOf(log, null)), saveOf(eventsOf(log, 2))];
    },
    "the clock's time and a given time": () => [saveOf([anEvent()]), saveOf([anEvent()], { recordedAt: 5 })],
  })) {
    it(`never puts two saves with ${what} into one group`, async () => {
      const pairs = [make(), make().toReversed()];
      for (const pair of pairs) {
        const groups = await groupsOf(pair);
        assert.deepEqual(
          groups,
          pair.map((save) => [save]),
        );
      }
    });
  }

  it("puts saves to one log and saves with keys of their own into one group", async () => {
    const log = uuid7();
    const saves = upTo(10).map((n) => saveOf([anEvent(), ...eventsOf(log, null)], { idempotencyKey: `k${n}` }));
    assert.deepEqual(await groupsOf(saves), [saves]);
  });

  it("commits every save once, and saves with the same claims in the order they came", async () => {
    const ids = upTo(4).map(() => uuid7());
    const save = fc
      .record({
        aggregates: fc.subarray([0, 1, 2], { minLength: 1 }),
        logs: fc.subarray([3]),
        key: fc.option(fc.constantFrom("k", "l"), { nil: undefined }),
        time: fc.option(fc.nat(5), { nil: undefined }),
      })
      .map(({ aggregates, logs, key, time }) => {
        const events = [...aggregates, ...logs].map((at) =>
          anEvent({ originatorId: ids[at] ?? uuid7(), originatorVersion: at === 3 ? null : 1 }),
        );
        return saveOf(events, {
          ...(key === undefined ? {} : { idempotencyKey: key }),
          ...(time === undefined ? {} : { recordedAt: time }),
        });
      });
    await fc.assert(
      fc.asyncProperty(fc.array(save, { maxLength: 30 }), async (saves) => {
        const groups = await groupsOf(saves);
        const committed = groups.flat();
        assert.deepEqual(new Set(committed), new Set(saves));
        assert.equal(committed.length, saves.length);
        for (const id of [...ids.slice(0, 3), "k", "l"]) {
          const claims = (save: StoredSave) =>
            save.idempotencyKey === id || save.events.some(({ originatorId }) => originatorId === id);
          assert.deepEqual(committed.filter(claims), saves.filter(claims));
          for (const group of groups) assert.ok(group.filter(claims).length <= 1, `${id} twice in a group`);
        }
      }),
    );
  });

  it("bounds a group in saves and in bytes, and still takes one save beyond the bound", async () => {
    const many = upTo(1_200).map(() => saveOf([anEvent()]));
    assert.deepEqual(
      (await groupsOf(many)).map(({ length }) => length),
      [512, 512, 176],
    );
    const state = "x".repeat(3 * 1024 * 1024);
    const large = upTo(3).map(() => saveOf([anEvent({ state }), anEvent({ state })]));
    assert.deepEqual(
      (await groupsOf(large)).map(({ length }) => length),
      [1, 1, 1],
    );
  });

  it("fails every save of a group that the store fails, and goes on with the next", async () => {
    const failures: unknown[] = [new StoreFullError("full"), new UnknownGroupOutcome("gone", { cause: "cut" })];
    const committer = new GroupCommitter(async (saves) => {
      const failure = failures.shift();
      if (failure) throw failure;
      return saves.map(recorded);
    });
    const full = upTo(3).map(() => rejection(committer.submit(saveOf([anEvent()])), StoreFullError));
    await Promise.all(full);
    const saves = upTo(3).map(() => saveOf([anEvent()]));
    const unknown = saves.map((save) => rejection(committer.submit(save), OutcomeUnknownError));
    assert.deepEqual(
      (await Promise.all(unknown)).map(({ saveId, cause }) => [saveId, cause]),
      saves.map(({ saveId }) => [saveId, "cut"]),
    );
    assert.ok(await committer.submit(saveOf([anEvent()])));
  });

  it("does not leave a save waiting where an adapter forgets its outcome", async () => {
    const committer = new GroupCommitter(async () => []);
    await rejection(committer.submit(saveOf([anEvent()])), ProgrammingError);
  });

  it("finishes what it has taken when it is closed, and takes no more", async () => {
    const { committer, groups, finish } = committerByHand();
    const first = committer.submit(saveOf([anEvent()]));
    await aTurn();
    const second = committer.submit(saveOf([anEvent()]));
    let closed = false;
    const closing = committer.close().then(() => {
      closed = true;
    });
    await rejection(committer.submit(saveOf([anEvent()])), StoreClosedError);
    finish();
    await first;
    await aTurn();
    assert.equal(closed, false);
    finish();
    await Promise.all([second, closing]);
    assert.equal(groups.length, 2);
  });
});

function recorded(save: StoredSave): Outcome {
  const receipt: Receipt = {
    saveId: save.saveId,
    firstPosition: 1,
    lastPosition: save.events.length,
    recordedAt: 0,
    versions: save.events.map(() => 1),
    repeated: false,
  };
  return { kind: "recorded", receipt };
}

/** The groups in which saves that come at once are committed. */
async function groupsOf(saves: readonly StoredSave[]): Promise<(readonly StoredSave[])[]> {
  const groups: (readonly StoredSave[])[] = [];
  const committer = new GroupCommitter(async (group) => {
    groups.push(group);
    return group.map(recorded);
  });
  await Promise.all(saves.map((save) => committer.submit(save)));
  return groups;
}

/** A committer whose commits end when they are told to. */
function committerByHand() {
  const groups: (readonly StoredSave[])[] = [];
  let finish: () => void = () => undefined;
  const committer = new GroupCommitter((saves) => {
    groups.push(saves);
    return new Promise((resolve) => {
      finish = () => resolve(saves.map(recorded));
    });
  });
  return { committer, groups, finish: () => finish() };
}

function aTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
