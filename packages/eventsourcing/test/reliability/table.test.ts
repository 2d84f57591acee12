import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import type { Run } from "./run.ts";
import { withTables } from "./table.ts";

const run = (given: Partial<Run>): Run => ({
  promises: [1],
  store: "SQLite",
  what: "kills",
  figures: { kills: 1_234, lost: 0 },
  control: "found",
  ...given,
});

describe("the tables of runs in a page", () => {
  const page =
    "before\n<!-- runs on SQLite -->\nold\n<!-- end -->\n<!-- runs on PostgreSQL -->\nkept\n<!-- end -->\nafter";

  it("take the place of those of the same store, in the order of the promises", () => {
    const runs = [run({ promises: [8], what: "full disks" }), run({ promises: [1, 3] })];
    assert.equal(
      withTables(page, runs, "Today."),
      `before
<!-- runs on SQLite -->

Today.

| promise | what was tried | what was counted | the control |
| --- | --- | --- | --- |
| 1, 3 | kills | kills 1,234; lost 0 | found |
| 8 | full disks | kills 1,234; lost 0 | found |

<!-- end -->
<!-- runs on PostgreSQL -->
kept
<!-- end -->
after`,
    );
  });

  it("have a place in docs/reliability.md for each store", () => {
    const text = readFileSync(join(import.meta.dirname, "../../../../docs/reliability.md"), "utf8");
    for (const store of ["SQLite", "PostgreSQL"] as const) {
      assert.ok(withTables(text, [run({ store, what: "a run" })], "Today.").includes("a run"));
    }
    assert.throws(() => withTables("no place", [run({})], "Today."), /no place for SQLite/);
  });
});
