import assert from "node:assert/strict";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import { positionsOf, upTo } from "../../src/testing/contract-case.ts";
import type { SaveOutcome } from "./saver.ts";

/** Asserts that the log has no gap, holds whole saves of three, and each acknowledged save where it was acknowledged. */
export function assertHistory(rows: readonly RecordedEvent[], outcomes: readonly SaveOutcome[]): void {
  assert.deepEqual(positionsOf(rows), upTo(rows.length));
  const standing = new Map<string, RecordedEvent[]>();
  for (const row of rows) standing.set(row.saveId, [...(standing.get(row.saveId) ?? []), row]);
  for (const [saveId, [first, second, third, ...more]] of standing) {
    assert.ok(first && second && third && more.length === 0, `save ${saveId} is recorded in part`);
    assert.equal(third.position, first.position + 2, `save ${saveId} is torn apart`);
  }
  for (const { saveId, eventIds, outcome } of outcomes) {
    const saved = standing.get(saveId) ?? [];
    if (typeof outcome === "number") {
      assert.deepEqual(
        saved.map(({ eventId }) => eventId),
        eventIds,
        `save ${saveId} was acknowledged and is lost`,
      );
      assert.equal(saved[0]?.position, outcome);
    } else if (outcome !== "OUTCOME_UNKNOWN") {
      assert.deepEqual(saved, [], `save ${saveId} was refused (${outcome}) and is recorded`);
    }
  }
}

/** Asserts that `assertHistory` does find a lost save, a half save and a refused one that stands: the control of it. */
export function assertHistoryCanFail(rows: readonly RecordedEvent[], outcomes: readonly SaveOutcome[]): void {
  const last = outcomes.findLast(({ outcome }) => typeof outcome === "number");
  assert.ok(last && typeof last.outcome === "number", "no save was acknowledged");
  const { outcome } = last;
  const acknowledgedOnly = outcomes.filter(({ saveId }) => saveId !== last.saveId);
  assert.throws(() => assertHistory(rows.slice(0, outcome - 1), outcomes), /acknowledged and is lost/);
  assert.throws(() => assertHistory(rows.slice(0, outcome), acknowledgedOnly), /recorded in part/);
  assert.throws(() => assertHistory(rows, [{ ...last, outcome: "VERSION_CONFLICT" }]), /refused .* and is recorded/);
}
