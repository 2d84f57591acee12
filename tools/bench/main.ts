import { spawnSync } from "node:child_process";
import { join } from "node:path";

// `npm run bench`: the library's table, then the wiki's; with `-- --quick` they only print. `-- --large` measures a wiki of
// 100,000 pages instead.
const PACKAGES = join(import.meta.dirname, "../../packages");
const args = process.argv.slice(2);
const programs = args.includes("--large")
  ? ["wiki/bench/large.ts"]
  : ["eventsourcing/bench/main.ts", "wiki/bench/main.ts"];

for (const program of programs) {
  const { status } = spawnSync(process.execPath, [join(PACKAGES, program), ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
