// `npm run reliability` makes the long runs and writes their figures into docs/reliability.md; with `-- sqlite` only those
// of the files whose paths contain that.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { Run } from "./run.ts";
import { withTables } from "./table.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const PAGE = join(ROOT, "docs/reliability.md");

const [part = ""] = process.argv.slice(2);
const tests = globSync("packages/*/{src,test}/**/*.test.ts", { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.includes(part) && readFileSync(join(ROOT, path), "utf8").includes("noteRun("));

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
if (code === 0) {
  const runs = lines.map((line) => JSON.parse(line) as Run).filter(({ store }) => store !== "any");
  const minutes = Math.ceil((performance.now() - started) / 60_000);
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${process.platform} ${process.arch}`;
  const when = `On ${new Date().toISOString().slice(0, 10)}, in ${minutes} minutes: ${machine}, Node ${process.versions.node}.`;
  writeFileSync(PAGE, withTables(readFileSync(PAGE, "utf8"), runs, when));
}
process.exitCode = code ?? 1;
