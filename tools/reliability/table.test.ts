import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import type { NotedRun } from "./run.ts";
import { withRuns } from "./table.ts";

const ROOT = join(import.meta.dirname, "../..");

const run = (given: Partial<NotedRun>): NotedRun => ({
  promises: [1],
  store: "SQLite",
  what: "kills",
  figures: { kills: 1_234, lost: 0 },
  control: "found",
  test: "kill.test.ts",
  on: "2026-11-29",
  ...given,
});

const page = (rows: readonly string[]) => `before
<!-- runs -->

| promise | store | what was tried | what was counted | the control | on |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

<!-- end -->
after`;

const KILLS = "| 1 | SQLite | [kills](../kill.test.ts) | kills 1,234; lost 0 | found | 2026-11-29 |";
const CUTS = "| 2, 3 | SQLite | [cuts](../cut.test.ts) | cuts 7 | caught | 2026-11-23 |";
const OLD_KILLS = "| 1, 3 | SQLite | [kills at random](../kill.test.ts) | kills 9; lost 0 | found | 2026-11-01 |";

describe("the table of runs in a page", () => {
  it("is in the order of the promises", () => {
    const runs = [run({ promises: [10] }), run({ promises: [9], store: "PostgreSQL" }), run({ promises: [9, 10] })];
    const rows = withRuns(page([]), runs, true).split("\n").slice(5, 8);
    assert.deepEqual(
      rows.map((row) => row.split(" | ").slice(0, 2)),
      [
        ["| 9", "PostgreSQL"],
        ["| 9, 10", "SQLite"],
        ["| 10", "SQLite"],
      ],
    );
  });

  it("keeps the runs of other tests", () => {
    assert.equal(withRuns(page([CUTS]), [run({})], true), page([KILLS, CUTS]));
    assert.equal(withRuns(page([KILLS, CUTS]), [], true), page([KILLS, CUTS]));
  });

  it("takes a run in the place of an older one, and leaves out those that a test makes no more", () => {
    const older = KILLS.replace("1,234", "17").replace("29 |", "02 |");
    assert.equal(withRuns(page([older, OLD_KILLS, CUTS]), [run({})], true), page([KILLS, CUTS]));
  });

  it("keeps what a test did not come to, where not all went well", () => {
    assert.equal(withRuns(page([OLD_KILLS, CUTS]), [run({})], false), page([OLD_KILLS, KILLS, CUTS]));
  });

  it("has a place in docs/reliability.md, and each of its rows leads to a test", () => {
    const text = readFileSync(join(ROOT, "docs/reliability.md"), "utf8");
    assert.ok(withRuns(text, [run({ what: "a run" })], true).includes("[a run]"));
    assert.throws(() => withRuns("no place", [run({})], true), /no place for runs/);
    const tests = [...text.matchAll(/\]\(\.\.\/([^)]*\.test\.ts)\)/g)].map(([, test = ""]) => test);
    assert.ok(tests.length > 0);
    assert.deepEqual(
      tests.filter((test) => !existsSync(join(ROOT, test))),
      [],
    );
  });
});
