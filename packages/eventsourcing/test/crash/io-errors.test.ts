import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { hasStrace, strace, unlessStrace } from "../../../../tools/testing/strace.ts";
import { upTo } from "../../src/testing/contract-case.ts";
import type { HistoryCounts } from "../history/check-history.ts";
import { temporaryFile } from "../sqlite/temporary-file.ts";
import { checkBank, historyOf } from "./check-bank.ts";
import { type ClientProcess, startBank, startNaive } from "./client-process.ts";

const SYNCS = "fsync,fdatasync";
const EIO = "error=EIO";
const SAVES = 40;
const TIMEOUT = NIGHTLY ? 600_000 : 60_000;
// A store is made in some ten of these calls; each one after them is a place to fail at.
const PLACES = {
  sync: NIGHTLY ? upTo(12).map((n) => 12 + 2 * n) : [15, 31],
  write: NIGHTLY ? upTo(16).map((n) => 60 + 9 * n) : [70, 152],
};

describe("the disk under SQLite", () => {
  it.skipIf(!hasStrace)(`${unlessStrace}is waited for at every acknowledged save`, async () => {
    const { client, syncs } = await work(strace({ calls: SYNCS }));
    const saved = historyOf([client]).saves.filter(({ outcome }) => outcome.kind === "recorded");
    const positions = new Set(saved.map(({ outcome }) => outcome.kind === "recorded" && outcome.receipt.firstPosition));
    assert.ok(syncs.length >= positions.size / 2, `${syncs.length} fsyncs for ${positions.size} saves of two clients`);
  });

  it.skipIf(!hasStrace)(
    `${unlessStrace}may fail once: the log is verified before a save is acknowledged, and none is lost or refused`,
    async () => {
      const counts: HistoryCounts[] = [];
      let verified = 0;
      for (const when of PLACES.sync) {
        const { file, client, syncs } = await work(strace({ calls: SYNCS, fault: EIO, when }));
        const answer = isVerified(syncs);
        assert.notEqual(answer, false, `at ${when} the log was not verified:\n${syncs.join("\n")}`);
        if (answer) verified += 1;
        counts.push((await checkBank(file, historyOf([client]))).counts);
        assert.deepEqual(refusals(client), []);
      }
      assert.ok(verified > 0, "no fsync of the log failed");
      for (const when of PLACES.write) {
        const { file, client } = await work(strace({ calls: "pwrite64", fault: EIO, when }));
        counts.push((await checkBank(file, historyOf([client]))).counts);
      }
      noteRun({
        promises: [9],
        store: "SQLite",
        what: "EIO from one fsync or one write call, each in its turn",
        figures: figuresOf(counts),
        control: await control(),
      });
    },
    TIMEOUT,
  );

  it.skipIf(!hasStrace)(
    `${unlessStrace}may fail from now on: nothing is acknowledged any more, and what was is there afterwards`,
    async () => {
      let failures = 0;
      const counts: HistoryCounts[] = [];
      const places = [
        ...PLACES.sync.map((when) => [SYNCS, when] as const),
        ...PLACES.write.map((when) => ["pwrite64", when] as const),
      ];
      for (const [calls, when] of places.filter((_, index) => index % (NIGHTLY ? 3 : 1) === 0)) {
        const { file, client } = await work(strace({ calls, fault: EIO, when: `${when}+` }), "any end");
        const codes = refusals(client);
        failures += codes.length;
        for (const code of codes) assert.match(code, /^(STORE_UNAVAILABLE|OUTCOME_UNKNOWN)$/);
        assert.equal(acknowledgedAfterFailure(client), 0, `after ${calls} failed for good saves were acknowledged`);
        counts.push((await checkBank(file, historyOf([client]))).counts);
      }
      assert.ok(failures > counts.length, `only ${failures} saves failed`);
      noteRun({
        promises: [9],
        store: "SQLite",
        what: "EIO from every fsync or every write call from one on",
        figures: figuresOf(counts),
        control: "as above",
      });
    },
    TIMEOUT,
  );
});

/** Works under a tracer, and answers the calls that it wrote down. */
async function work(before: readonly string[], end: "in order" | "any end" = "in order") {
  const file = temporaryFile();
  const output = `${file}.trace`;
  const traced = before.map((word) => (word === "/dev/null" ? output : word));
  const again = end === "in order" ? { again: 1 } : {};
  const client = startBank({ file, clients: 2, saves: SAVES, before: traced, ...again });
  const ended = await client.ended;
  if (end === "in order") assert.deepEqual(ended, { code: 0, signal: null, errors: "" });
  const syncs = readFileSync(output, "utf8").split("\n").slice(0, -1);
  return { file, client, syncs };
}

/** After a failure SQLite would go on by itself: what is in the WAL must come into the database before the next commit. */
function isVerified(syncs: readonly string[]): boolean | undefined {
  const failure = syncs.findIndex((line) => line.includes("INJECTED"));
  // The fault must have come.
  assert.ok(failure >= 0, "nothing failed");
  // It may be of the derived file, or of the checkpoint at the end, after which no save comes: that tells nothing.
  if (!syncs[failure]?.includes("store.sqlite-wal>")) return undefined;
  return syncs.slice(failure + 1, failure + 4).some((line) => /store\.sqlite>\) += 0/.test(line));
}

/** A writer that goes on with its connection must be seen not to verify. */
async function control(): Promise<string> {
  const file = temporaryFile();
  const output = `${file}.trace`;
  const client = startNaive({
    file,
    saves: 20,
    mistake: "go-on",
    before: strace({ calls: SYNCS, output, fault: EIO, when: 15 }),
  });
  await client.ended;
  const verified = isVerified(readFileSync(output, "utf8").split("\n"));
  const saved = historyOf([client]).saves.filter(({ outcome }) => outcome.kind === "recorded");
  assert.ok(
    verified === false && saved.length > 10,
    `verified: ${verified}, and ${saved.length} saves were acknowledged`,
  );
  return `a writer that keeps its connection: ${saved.length} of 20 saves acknowledged, and seen not to verify`;
}

/** The codes of the store's own failures that clients were told of. */
function refusals(client: ClientProcess): readonly string[] {
  return historyOf([client]).saves.flatMap(({ outcome }) => {
    if (outcome.kind === "unknown") return ["OUTCOME_UNKNOWN"];
    return outcome.kind === "refused" && outcome.code.startsWith("STORE_") ? [outcome.code] : [];
  });
}

function acknowledgedAfterFailure(client: ClientProcess): number {
  const { saves } = historyOf([client]);
  const failures = saves.filter(
    ({ outcome }) => outcome.kind === "unknown" || (outcome.kind === "refused" && outcome.code.startsWith("STORE_")),
  );
  const first = Math.min(...failures.map(({ answeredAt }) => answeredAt));
  const later = saves.filter(
    ({ calledAt, outcome }) => calledAt > first && outcome.kind === "recorded" && !outcome.receipt.repeated,
  );
  return later.length;
}

function figuresOf(counts: readonly HistoryCounts[]) {
  const sum = (of: "acknowledged" | "refused" | "unknown" | "unknownRecorded") =>
    counts.reduce((all, count) => all + count[of], 0);
  const [saved, refused, unknown, recorded] = [
    sum("acknowledged"),
    sum("refused"),
    sum("unknown"),
    sum("unknownRecorded"),
  ];
  return {
    faults: counts.length,
    acknowledged: saved,
    lost: 0,
    refused,
    unanswered: unknown,
    "of them recorded": recorded,
  };
}
