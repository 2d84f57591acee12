import assert from "node:assert/strict";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import type { History } from "./history.ts";
import { Log } from "./log.ts";
import { violationsOfLog } from "./log-violations.ts";
import { violationsOfOrder } from "./order-violations.ts";
import type { StateOf } from "./reads.ts";
import type { LogRule } from "./rules.ts";
import { violationsOfSaves } from "./save-violations.ts";
import type { Violation } from "./violation.ts";

export interface CheckedHistory {
  /** The whole log, as it stands in the end. */
  readonly log: readonly RecordedEvent[];
  readonly history: History;
  /** What must be true of the log at every prefix of whole saves. */
  readonly rules?: readonly LogRule[];
  /** Needed where states were noted: the state of an aggregate by its events, from the first. */
  readonly stateOf?: StateOf;
}

/** What a history was made of: a run that saved nothing shows nothing. */
export interface HistoryCounts {
  readonly events: number;
  readonly calls: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Calls whose clients were never told, and how many of their saves stand in the log. */
  readonly unknown: number;
  readonly unknownRecorded: number;
  readonly reads: number;
}

/** Everything that is wrong with a history; nothing where the store kept its promises. */
export function violationsOf({ log: rows, history, rules = [], stateOf }: CheckedHistory): readonly Violation[] {
  const log = new Log(rows);
  return [
    ...violationsOfLog(log, rules),
    ...violationsOfSaves(log, history.saves),
    ...violationsOfOrder(log, history, stateOf),
  ];
}

/** Throws an error that names what is wrong, or answers what was counted. */
export function assertHistory(checked: CheckedHistory): HistoryCounts {
  const violations = violationsOf(checked);
  const messages = violations.slice(0, 10).map(({ kind, message }) => `${kind}: ${message}`);
  const more = violations.length > 10 ? `\nand ${violations.length - 10} more` : "";
  assert.ok(violations.length === 0, `the history is not right\n${messages.join("\n")}${more}`);
  return countsOf(checked);
}

function countsOf({ log, history: { saves, reads } }: CheckedHistory): HistoryCounts {
  const standing = new Set(log.map(({ saveId }) => saveId));
  const unknown = saves.filter(({ outcome }) => outcome.kind === "unknown");
  return {
    events: log.length,
    calls: saves.length,
    acknowledged: saves.filter(({ outcome }) => outcome.kind === "recorded").length,
    refused: saves.filter(({ outcome }) => outcome.kind === "refused").length,
    unknown: unknown.length,
    unknownRecorded: unknown.filter(({ save }) => standing.has(save.saveId)).length,
    reads: reads.length,
  };
}
