import { describeMachine } from "../../../tools/bench/machine.ts";
import { toCells } from "../../../tools/bench/report.ts";
import type { Row } from "../../../tools/bench/row.ts";
import { inDirectory, onBenchWiki, withoutKeeping } from "./bench-wiki.ts";
import { fillWiki } from "./filled-wiki.ts";
import { writeWikiReport } from "./report.ts";
import { measureCorpus } from "./rows/corpus.ts";
import { measureDisk } from "./rows/disk.ts";
import { measureEdits, measureViewsMeanwhile } from "./rows/edits.ts";
import { measureFirstView } from "./rows/first-view.ts";
import { measureMemory, measureMemoryOfSources } from "./rows/memory.ts";
import { measureSearch } from "./rows/search.ts";
import { measureStart } from "./rows/start.ts";
import { MADE_ANEW, measureViews, VIEWS } from "./rows/views.ts";
import { buildPrograms, SOURCES } from "./wiki-programs.ts";

// `npm run bench:wiki` measures everything and writes docs/benchmarks.md; with `-- --quick` it only prints.
// With BENCH_REPOSITORY=PATH a git repository is imported, compared and measured too.
const quick = process.argv.includes("--quick");
const effort = quick ? { rounds: 1, seconds: 0.4 } : { rounds: 3, seconds: 1 };

const start = performance.now();
const rows: Row[] = [];
const machine = describeMachine();
console.log(`${machine}\n`);
const installed = await buildPrograms();
await onBenchWiki({ effort, installed }, async (bench) => {
  note(...(await measureMemory("idle", bench)));
  note(...(await measureMemoryOfSources(bench)));
  for (const views of VIEWS) note(await measureViews(views, bench));
  await withoutKeeping(bench, async (forgetful) => {
    for (const views of MADE_ANEW) note(await measureViews(views, forgetful));
  });
  note(await measureFirstView(bench));
  for (const clients of [1, 32]) note(await measureEdits(clients, bench));
  note(await measureViewsMeanwhile(bench));
  note(...(await measureSearch("the answers kept", bench)));
  note(...(await withoutKeeping(bench, (forgetful) => measureSearch("each made anew", forgetful))));
  note(...(await measureMemory("after all this load", bench)));
});
note(await measureDisk());
note(...(await measureStartOfBenchWiki()));
const repository = process.env["BENCH_REPOSITORY"];
if (repository !== undefined) note(...(await measureCorpus(repository)));
if (!quick) writeWikiReport(machine, rows);
console.log(`\n${Math.round((performance.now() - start) / 1_000)} s`);

/** With 1,000 pages, and nothing else that runs beside it. */
function measureStartOfBenchWiki(): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    const database = await fillWiki(directory, { pages: 1_000, bytes: 5_000, edits: 0 });
    const start = { directory, database, rounds: effort.rounds };
    return [
      await measureStart({ ...start, programs: installed, atMost: 400 }),
      await measureStart({ ...start, programs: SOURCES }),
    ];
  });
}

/** Tells of rows at once: a run takes minutes. */
function note(...measured: readonly Row[]): void {
  for (const row of measured) console.log(toCells(row).join(" | "));
  rows.push(...measured);
}
