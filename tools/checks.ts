// `npm test` runs everything, `npm run check` the static checks alone. The last line counts the tests and the checks.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...flags: readonly string[]];
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const STATIC_CHECKS: readonly Check[] = [
  { name: "format, lint, layers", command: ["@biomejs/biome/bin/biome", "check", "--error-on-warnings"] },
  { name: "types", command: ["typescript/bin/tsc", "-p", "."] },
  { name: "unused files, exports, dependencies", command: ["knip/bin/knip.js", "--no-progress"] },
];

const results = await Promise.all(STATIC_CHECKS.map(runStaticCheck));
if (!process.argv.includes("--static")) results.push(await runTests());

const passed = results.reduce((sum, it) => sum + it.passed, 0);
const failed = results.reduce((sum, it) => sum + it.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function runStaticCheck({ name, command }: Check): Promise<Counts> {
  const start = performance.now();
  const { exitCode, output } = await run(command, "collect");
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(exitCode === 0 ? `✓ ${name} (${seconds} s)` : `✗ ${name} (${seconds} s)\n${output.trimEnd()}\n`);
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runTests(): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), "palimpsest-tests-"));
  const report = join(folder, "report.json");
  const flags = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { exitCode } = await run(["vitest/vitest.mjs", ...flags], "show");
  const counts = await countTests(report);
  await rm(folder, { recursive: true });
  // Vitest also fails for what belongs to no test: an error after the last one, or a set-up that did not come up.
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

async function countTests(report: string): Promise<Counts> {
  try {
    const { numPassedTests, numFailedTests, testResults }: VitestReport = JSON.parse(await readFile(report, "utf8"));
    const brokenFiles = testResults.filter((it) => it.status === "failed" && it.assertionResults.length === 0).length;
    return { passed: numPassedTests, failed: numFailedTests + brokenFiles };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** Runs the program of a package on this very Node, whatever `node` the PATH holds. */
async function run(
  [program, ...flags]: Check["command"],
  output: "show" | "collect",
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const root = join(import.meta.dirname, "..");
  const child = spawn(process.execPath, [join(root, "node_modules", program), ...flags], {
    cwd: root,
    stdio: output === "show" ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}
