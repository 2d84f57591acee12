import { describeMachine } from "../../../tools/bench/machine.ts";
import { toCells } from "../../../tools/bench/report.ts";
import type { Row } from "../../../tools/bench/row.ts";
import startPostgresOfRun from "../../../tools/testing/postgres-for-vitest.ts";
import { memory } from "./engines/memory.ts";
import { getPostgresVersion, postgres } from "./engines/postgres.ts";
import { sqlite } from "./engines/sqlite.ts";
import { writeLibraryReport } from "./report.ts";
import { measureBlocking } from "./rows/blocking.ts";
import { measureColdCommand } from "./rows/cold-command.ts";
import { measureDiskSize } from "./rows/disk-size.ts";
import { measureReadYourWrites, measureRebuild } from "./rows/projections.ts";
import { measureReads } from "./rows/reads.ts";
import { measureRecorder, measureSaves } from "./rows/saves.ts";

// `npm run bench` measures everything and writes docs/benchmarks.md; with `-- --quick` it only prints.
const quick = process.argv.includes("--quick");
const effort = quick ? { rounds: 3, seconds: 0.04 } : { rounds: 19, seconds: 0.15 };

const ALONE = { what: "saves one at a time", savers: 1, bareSavers: 1 };
const AT_ONCE = { what: "32 savers at once", savers: 32, bareSavers: 1 };
const POOLED = { ...AT_ONCE, bareSavers: 32 };
const atLeast = (ratio: number) => ({ kind: "ratio", atLeast: ratio }) as const;

const MEASUREMENTS: readonly (() => Promise<Row | readonly Row[]>)[] = [
  // First what waits for no disk: it warms up what all stores share.
  () => measureSaves({ ...ALONE, engine: memory }, effort),
  () => measureSaves({ ...AT_ONCE, engine: memory }, effort),
  () => measureSaves({ ...ALONE, engine: sqlite, goal: atLeast(0.6) }, effort),
  () => measureRecorder(sqlite, effort),
  () => measureSaves({ ...AT_ONCE, engine: sqlite, goal: atLeast(5) }, effort),
  () => measureSaves({ ...ALONE, engine: postgres("advisory-lock", 1), goal: atLeast(0.7) }, effort),
  ...(["advisory-lock", "row-lock"] as const).map((serialiser) => () => {
    const what = `${POOLED.what}, ordered, ${serialiser}`;
    return measureSaves({ ...POOLED, what, engine: postgres(serialiser, 10), goal: atLeast(3) }, effort);
  }),
  ...[sqlite, postgres("advisory-lock", 1), memory].map((engine) => () => measureReads(engine, effort)),
  ...[sqlite, postgres("advisory-lock", 1), memory].flatMap((engine) =>
    [1, 32].map((callers) => () => measureColdCommand(engine, callers, effort)),
  ),
  ...[sqlite, postgres("advisory-lock", 1)].flatMap((engine) => [
    () => measureRebuild(engine, effort),
    () => measureReadYourWrites(engine, effort),
  ]),
  () => measureBlocking(effort),
  () => measureDiskSize(),
];

const start = performance.now();
const stopPostgres = await startPostgresOfRun();
const rows: Row[] = [];
try {
  const machine = describeMachine(await getPostgresVersion());
  console.log(`${machine}\n`);
  for (const measure of MEASUREMENTS) {
    const measured = [await measure()].flat();
    for (const row of measured) console.log(toCells(row).join(" | "));
    rows.push(...measured);
  }
  if (!quick) writeLibraryReport(machine, rows);
} finally {
  await stopPostgres?.();
}
console.log(`\n${Math.round((performance.now() - start) / 1_000)} s`);
