import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { WikiApplication } from "../src/application/wiki-application.ts";
import type { ImportSummary } from "../src/transfer/import-summary.ts";
import { compareWithRepository, importWiki } from "./imported-wiki.ts";

// Imports a repository of yours, compares what came of it, and tells how long it took:
// npm run bench:import -- PATH [--database ADDRESS] [--compare 50] [--kill-after SECONDS]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { database: { type: "string" }, compare: { type: "string" }, "kill-after": { type: "string" } },
});
const [path] = positionals;
if (path === undefined) throw new Error("give the path of a repository or a bundle");

const directory = mkdtempSync(join(tmpdir(), "palimpsest-bench-"));
const database = values.database ?? `sqlite:${join(directory, "wiki.db")}`;
const where = { database, attachments: join(directory, "files") };
try {
  const killAfter = values["kill-after"];
  if (killAfter !== undefined) {
    await importWiki(path, where, Number(killAfter));
    print(`killed after ${killAfter} s`);
  }
  const summary = await importWiki(path, where);
  if (!summary) throw new Error("the import did not come to its end");
  report(summary);
  await using wiki = await WikiApplication.open({ store: database, env: {} });
  const position = await wiki.events.recorder.head();
  print(`log: ${position} events, ${(summary.events / summary.seconds).toFixed(0)}/s`);
  const result = await compareWithRepository(wiki, path, summary, {
    ...where,
    times: Number(values.compare ?? 50),
  });
  const { compared, byInstant, differences } = result;
  print(
    `compared at the end and after ${compared} commits, ${byInstant} by instant: ${differences.length} differences`,
  );
  for (const what of differences.slice(0, 20)) print(`  ${what}`);
  if (differences.length > 0) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true });
}

function report(summary: ImportSummary): void {
  const { commits, seconds, leftOut, conflicts, ...rest } = summary;
  print(`${commits.imported} commits in ${seconds.toFixed(1)} s on ${cpus().length} cores: ${JSON.stringify(rest)}`);
  print(`${conflicts.length} conflicts, ${leftOut.length} files left out`);
  for (const suffix of ["", ".derived", ".read-models", ".accounts"]) {
    const file = `${database.slice("sqlite:".length)}${suffix}`;
    if (!database.startsWith("sqlite:")) break;
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    // After a kill the summary tells of the rest alone.
    const each = values["kill-after"] === undefined ? `, ${(size / commits.imported).toFixed(0)} an edit` : "";
    print(`${file}: ${size} bytes${each}`);
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
