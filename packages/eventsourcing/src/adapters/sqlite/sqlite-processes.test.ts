import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { bankChecks } from "../../../test/crash/bank.ts";
import { startBank } from "../../../test/crash/client-process.ts";
import { assertHistory } from "../../../test/history/check-history.ts";
import { readHistory } from "../../../test/history/notes.ts";
import { temporaryFile } from "../../../test/sqlite/temporary-file.ts";
import { upTo, wholeLog } from "../../testing/contract-case.ts";
import { openSqliteRecorder } from "./sqlite-recorder.ts";

// What becomes of them when they are killed, or their disk fails, is tried in test/crash.
describe("processes on one SQLite store", () => {
  it("save to aggregates and to one log at once, each save recorded once, and claim names and versions that one gets", async () => {
    const file = temporaryFile();
    // Neither finds the file: they make it at the same time too. Few names make many conflicts.
    const clients = upTo(2).map((seed) => startBank({ file, seed, clients: 3, saves: 200, names: 12 }));
    for (const { ended } of clients) assert.deepEqual(await ended, { code: 0, signal: null, errors: "" });
    const recorder = await openSqliteRecorder({ file });
    const history = readHistory(clients.map(({ notes }) => notes));
    const counts = assertHistory({ log: await wholeLog(recorder), history, ...bankChecks });
    await recorder.close();
    assert.equal(counts.unknown, 0);
    assert.ok(counts.acknowledged > 100 && counts.refused > 20, JSON.stringify(counts));
  });
});
