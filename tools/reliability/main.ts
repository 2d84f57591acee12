// `npm run reliability` makes the long runs and writes their figures into docs/reliability.md; with `-- power` only those of
// the files whose paths contain that.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { NotedRun } from "./run.ts";
import { withRuns } from "./table.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = join(ROOT, "docs/reliability.md");

const [part = ""] = process.argv.slice(2);
const tests = globSync("packages/*/{src,test}/**/*.test.ts", { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.includes(part) && readFileSync(join(ROOT, path), "utf8").includes("noteRun("));
if (tests.length === 0) {
  console.error(`No test whose path contains "${part}" makes such a run.`);
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), "palimpsest-runs-"));
const file = join(directory, "runs.jsonl");
const started = performance.now();
const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
const child = spawn(process.execPath, [vitest, "run", ...tests], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, NIGHTLY: "1", PALIMPSEST_RUNS: file },
});
const [code] = await once(child, "exit");
const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
rmSync(directory, { recursive: true });
const runs = lines.map((line) => JSON.parse(line) as NotedRun);
writeFileSync(PAGE, withRuns(readFileSync(PAGE, "utf8"), runs, code === 0));

const minutes = ((performance.now() - started) / 60_000).toFixed(1);
const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${process.platform} ${process.arch}`;
console.log(`${runs.length} runs in ${minutes} minutes on ${machine}, Node ${process.versions.node}.`);
if (code !== 0) console.log("Where a run failed, or was not made, its row in docs/reliability.md is the one before.");
console.log(`To make the runs of one file again: npm run reliability -- ${tests[0]}`);
process.exitCode = code ?? 1;
