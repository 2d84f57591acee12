import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { assertHistory, assertHistoryCanFail } from "../../../test/sqlite/history.ts";
import { hasStrace, type SaverProcess, startSaver } from "../../../test/sqlite/saver-process.ts";
import { temporaryFile } from "../../../test/sqlite/temporary-file.ts";
import { uuid7 } from "../../domain/uuid.ts";
import type { Recorder } from "../../persistence/recorder.ts";
import { eventsOf, saveOf, upTo, versionsOf, wholeLog } from "../../testing/contract-case.ts";
import { openSqliteRecorder } from "./sqlite-recorder.ts";

const unless = hasStrace ? "" : "NOT RUN, there is no strace here: ";

describe("processes on one SQLite store", () => {
  it("both save to aggregates and to one log at once, each save recorded once and without a gap", async () => {
    const file = temporaryFile();
    const originatorId = uuid7();
    // Neither finds the file: they make it at the same time too.
    const savers = upTo(2).map(() => startSaver({ file, originatorId, saves: 150 }));
    await allEnded(savers);
    const recorder = await openSqliteRecorder({ file });
    const rows = await wholeLog(recorder);
    const outcomes = savers.flatMap((saver) => saver.outcomes());
    assert.equal(rows.length, 900);
    assert.equal(outcomes.filter(({ outcome }) => typeof outcome === "number").length, 300);
    assertHistory(rows, outcomes);
    assertHistoryCanFail(rows, outcomes);
    assert.deepEqual(versionsOf(await recorder.readStream(originatorId)), upTo(300));
    await recorder.close();
  });

  it("race for versions: exactly one wins each, the other is told of the conflict", async () => {
    const file = temporaryFile();
    const originatorId = uuid7();
    const recorder = await openSqliteRecorder({ file });
    const savers = upTo(2).map(() => startSaver({ file, kind: "race", originatorId, saves: 100 }));
    await allEnded(savers);
    const [one, other] = savers.map((saver) => saver.outcomes().map(({ outcome }) => outcome));
    assert.ok(one && other);
    one.forEach((outcome, index) => {
      const both = [outcome, other[index]];
      assert.deepEqual(both.toSorted(), [index + 1, "VERSION_CONFLICT"], `version ${index + 1}: ${both.join(", ")}`);
    });
    assert.deepEqual(versionsOf(await recorder.readStream(originatorId)), upTo(100));
    await recorder.close();
  });
});

describe("a process that is killed while it saves", () => {
  for (const saves of [1, 40, 120]) {
    it(`loses nothing acknowledged and leaves nothing half-saved, after ${saves} saves`, async () => {
      const file = temporaryFile();
      const saver = startSaver({ file, savers: 8, saves: 1_000_000 });
      while (saver.outcomes().length < saves && saver.isRunning()) await new Promise(setImmediate);
      saver.kill();
      assert.equal((await saver.ended).signal, "SIGKILL");
      await assertSurvived(file, saver);
    });
  }

  // By the fiftieth write call the store is made. Each one after it is a place to die at.
  it.skipIf(!hasStrace)(`${unless}loses nothing acknowledged, killed at this or that write call`, async () => {
    let acknowledged = 0;
    for (const when of [55, 70, 101, 152, 203, 334]) {
      const file = temporaryFile();
      const saver = startSaver(
        { file, savers: 3, saves: 1_000_000 },
        strace("pwrite64", `inject=pwrite64:signal=SIGKILL:when=${when}`),
      );
      const { code, signal } = await saver.ended;
      assert.ok(signal === "SIGKILL" || code === 137, `it ended with ${code ?? signal}`);
      acknowledged += await assertSurvived(file, saver);
    }
    assert.ok(acknowledged > 10, `only ${acknowledged} saves were acknowledged before the kills`);
  });
});

describe("the disk under SQLite", () => {
  it.skipIf(!hasStrace)(`${unless}is waited for at every acknowledged save`, async () => {
    const file = temporaryFile();
    const trace = `${file}.trace`;
    const saver = startSaver({ file, savers: 1, saves: 50 }, strace("fsync,fdatasync", undefined, trace));
    await allEnded([saver]);
    assert.equal(saver.outcomes().length, 50);
    assert.ok(readFileSync(trace, "utf8").split("\n").length > 50, "there were fewer fsyncs than saves");
  });

  it.skipIf(!hasStrace)(`${unless}may fail once: the log is verified, and no save is lost or refused`, async () => {
    for (const at of ["15", "20", "31"]) {
      const { outcomes, syncs } = await saveWithFailingSyncs(at);
      assert.ok(outcomes.every(({ outcome }) => typeof outcome === "number"));
      // After the failure SQLite would go on by itself: what is in the WAL must come into the database before the next save.
      const failure = syncs.findIndex((line) => line.includes("INJECTED"));
      const next = syncs.slice(failure + 1, failure + 4);
      assert.ok(
        next.some((line) => /store\.sqlite>\) += 0/.test(line)),
        `the log was not verified: ${next.join("\n")}`,
      );
    }
  });

  it.skipIf(!hasStrace)(`${unless}may fail from now on: nothing is acknowledged any more`, async () => {
    for (const at of ["15+", "25+"]) {
      const { outcomes } = await saveWithFailingSyncs(at);
      const failed = outcomes.findIndex(({ outcome }) => typeof outcome === "string");
      assert.ok(failed >= 0, "no save failed");
      for (const { outcome } of outcomes.slice(failed)) {
        assert.ok(
          outcome === "STORE_UNAVAILABLE" || outcome === "OUTCOME_UNKNOWN",
          `a save was answered with ${outcome}`,
        );
      }
    }
  });
});

/** Saves while some calls that bring data to the disk fail, and checks that the store is right all the same. */
async function saveWithFailingSyncs(at: string) {
  const file = temporaryFile();
  const trace = `${file}.trace`;
  const inject = `inject=fsync,fdatasync:error=EIO:when=${at}`;
  const saver = startSaver({ file, savers: 2, saves: 60 }, strace("fsync,fdatasync", inject, trace));
  await saver.ended;
  const [outcomes, syncs] = [saver.outcomes(), readFileSync(trace, "utf8").split("\n")];
  assert.equal(outcomes.length, 60);
  // The control: the fault did come.
  assert.ok(
    syncs.some((line) => line.includes("INJECTED")),
    `nothing failed at ${at}`,
  );
  await assertSurvived(file, saver);
  return { outcomes, syncs };
}

async function allEnded(savers: readonly SaverProcess[]): Promise<void> {
  for (const { ended } of savers) assert.deepEqual(await ended, { code: 0, signal: null, errors: "" });
}

/** Opens the store after the end of a saver, checks it against what was acknowledged, and answers how much that was. */
async function assertSurvived(file: string, saver: SaverProcess): Promise<number> {
  const recorder: Recorder = await openSqliteRecorder({ file });
  const [rows, outcomes] = [await wholeLog(recorder), saver.outcomes()];
  assertHistory(rows, outcomes);
  const acknowledged = outcomes.filter(({ outcome }) => typeof outcome === "number").length;
  if (acknowledged > 0) assertHistoryCanFail(rows, outcomes);
  assert.equal((await recorder.append(saveOf(eventsOf(uuid7(), 1)))).firstPosition, rows.length + 1);
  await recorder.close();
  return acknowledged;
}

function strace(calls: string, inject: string | undefined, output = "/dev/null"): readonly string[] {
  return ["strace", "-f", "-qq", "-y", "-o", output, "-e", `trace=${calls}`, ...(inject ? ["-e", inject] : [])];
}
