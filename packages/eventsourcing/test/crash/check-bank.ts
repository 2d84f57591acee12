import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { openSqliteRecorder } from "../../src/adapters/sqlite/sqlite-recorder.ts";
import { wholeLog } from "../../src/testing/contract-case.ts";
import { assertHistory, type HistoryCounts, violationsOf } from "../history/check-history.ts";
import type { History } from "../history/history.ts";
import { joined, Notes, readHistory } from "../history/notes.ts";
import type { ViolationKind } from "../history/violation.ts";
import { temporaryFile } from "../sqlite/temporary-file.ts";
import { Bank, bankChecks } from "./bank.ts";
import type { ClientProcess } from "./client-process.ts";

let checked = 0;

/** What was counted, and the history that now also holds what was done to check it. */
export interface CheckedBank {
  readonly counts: HistoryCounts;
  readonly history: History;
}

/**
 * Opens a store whose clients have ended, checks their history, loads every account, goes on working for a moment, and
 * checks again.
 */
export async function checkBank(file: string, history: History): Promise<CheckedBank> {
  checked += 1;
  const recorder = await openSqliteRecorder({ file });
  assertHistory({ log: await wholeLog(recorder), history, ...bankChecks });
  const notes = temporaryFile("notes");
  const work = { clients: 2, saves: 8, names: 1_000_000, seed: 1_000_000 + checked };
  const bank = await Bank.open(recorder, new Notes(notes, `check ${checked}`), work);
  await bank.inspect();
  await bank.run();
  await bank.inspect();
  const log = await wholeLog(recorder);
  await bank.close();
  const since = readHistory([notes]);
  const isRecorded = since.saves.some(({ outcome }) => outcome.kind === "recorded");
  assert.ok(isRecorded, "the store takes no saves any more");
  const all = joined(history, since);
  return { counts: assertHistory({ log, history: all, ...bankChecks }), history: all };
}

/** What clients noted; one that was killed before it began has no notes. */
export function historyOf(clients: readonly Pick<ClientProcess, "notes">[]): History {
  return readHistory(clients.map(({ notes }) => notes).filter((notes) => existsSync(notes)));
}

/** What is wrong with a store after processes that made a mistake, by kind. */
export async function mistakesOf(file: string, history: History): Promise<ReadonlySet<ViolationKind>> {
  const recorder = await openSqliteRecorder({ file });
  const log = await wholeLog(recorder);
  await recorder.close();
  return new Set(violationsOf({ log, history }).map(({ kind }) => kind));
}
