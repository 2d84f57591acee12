import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { GitRepository } from "../src/transfer/git-repository.ts";
import type { ImportSummary } from "../src/transfer/import-summary.ts";
import { differences, differencesAlongHistory, textsInRepository, textsInWiki } from "../test/repository-texts.ts";

// Imports a repository of yours, compares what came of it, and tells how long it took:
// npm run bench:import -- PATH [--database ADDRESS] [--compare 50] [--kill-after SECONDS]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { database: { type: "string" }, compare: { type: "string" }, "kill-after": { type: "string" } },
});
const [path] = positionals;
if (path === undefined) throw new Error("give the path of a repository or a bundle");

const CLI = join(import.meta.dirname, "../src/cli/main.ts");
const directory = mkdtempSync(join(tmpdir(), "palimpsest-bench-"));
const database = values.database ?? `sqlite:${join(directory, "wiki.db")}`;
try {
  if (values["kill-after"] !== undefined) await importWiki(path, Number(values["kill-after"]));
  const summary = await importWiki(path);
  if (!summary) throw new Error("the import did not come to its end");
  report(summary);
  await using wiki = await WikiApplication.open({ store: database, env: {} });
  const position = await wiki.events.recorder.head();
  print(`log: ${position} events, ${(summary.events / summary.seconds).toFixed(0)}/s`);
  await compare(wiki, path, summary, Number(values.compare ?? 50));
} finally {
  rmSync(directory, { recursive: true });
}

/** Runs the command; answers undefined where it was killed. */
async function importWiki(source: string, killAfter?: number): Promise<ImportSummary | undefined> {
  const child = spawn(process.execPath, [CLI, "import", "git", source, "--database", database, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  if (killAfter !== undefined) {
    await setTimeout(killAfter * 1_000);
    child.kill("SIGKILL");
  }
  const code = await ended;
  if (killAfter !== undefined) {
    print(`killed after ${killAfter} s`);
    return undefined;
  }
  if (code !== 0) throw new Error(`the command ended with ${code}`);
  // The command printed it.
  return JSON.parse(output) as ImportSummary;
}

function report(summary: ImportSummary): void {
  const { commits, seconds, leftOut, conflicts, ...rest } = summary;
  print(`${commits.imported} commits in ${seconds.toFixed(1)} s on ${cpus().length} cores: ${JSON.stringify(rest)}`);
  print(`${conflicts.length} conflicts, ${leftOut.length} files left out`);
  for (const suffix of ["", ".derived", ".accounts"]) {
    const file = `${database.slice("sqlite:".length)}${suffix}`;
    if (!database.startsWith("sqlite:")) break;
    const { size } = statSync(file);
    // After a kill the summary tells of the rest alone.
    const each = values["kill-after"] === undefined ? `, ${(size / commits.imported).toFixed(0)} an edit` : "";
    print(`${file}: ${size} bytes${each}`);
  }
}

async function compare(wiki: WikiApplication, source: string, { head }: ImportSummary, times: number): Promise<void> {
  await using repository = await GitRepository.open(source);
  const { directory: clone } = repository;
  const along = await differencesAlongHistory(wiki, clone, { head: String(head), times });
  const atEnd = differences(textsInRepository(clone, String(head)), await textsInWiki(wiki));
  const all = [...along.differences, ...atEnd.map((what) => `end: ${what}`)];
  print(
    `compared at the end and after ${along.compared} commits, ${along.byInstant} by instant: ${all.length} differences`,
  );
  for (const what of all.slice(0, 20)) print(`  ${what}`);
  if (all.length > 0) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
