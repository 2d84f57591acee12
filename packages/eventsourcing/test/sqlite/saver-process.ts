import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { uuid7 } from "../../src/domain/uuid.ts";
import type { SaveOutcome, SaverJob } from "./saver.ts";

const PROGRAM = fileURLToPath(new URL("./saver.ts", import.meta.url));

/** A process of its own that saves to a store. */
export interface SaverProcess {
  readonly job: SaverJob;
  /** Whether it is still running. */
  isRunning(): boolean;
  /** Ends it, and the program before it, with SIGKILL. */
  kill(): void;
  /** How it ended; `errors` is what it wrote to its standard error. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; errors: string }>;
  /** The saves that were settled so far. */
  outcomes(): readonly SaveOutcome[];
}

const running = new Set<SaverProcess>();
let started = 0;

// A test that fails or times out must not leave a saver behind.
afterEach(() => {
  for (const saver of running) saver.kill();
});

/** Starts a saver, with another program before it on the command line where one is given. */
export function startSaver(
  given: Pick<SaverJob, "file"> & Partial<SaverJob>,
  wrapper: readonly string[] = [],
): SaverProcess {
  started += 1;
  const outcomes = `${given.file}.outcomes-${started}`;
  const job: SaverJob = { kind: "many", savers: 4, saves: 100, originatorId: uuid7(), outcomes, ...given };
  const [program = process.execPath, ...args] = [...wrapper, process.execPath, PROGRAM, JSON.stringify(job)];
  // In a process group of its own: a tracer that is killed alone would leave what it traces running.
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += String(chunk);
  });
  const saver: SaverProcess = {
    job,
    isRunning: () => running.has(saver),
    kill: () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    },
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", () => running.delete(saver));
      child.on("close", (code, signal) => resolve({ code, signal, errors }));
    }),
    outcomes: () => {
      const lines = existsSync(outcomes) ? readFileSync(outcomes, "utf8").split("\n") : [];
      // After the last line end there is nothing, or a line that the process did not finish.
      return lines.slice(0, -1).map((line) => JSON.parse(line) as SaveOutcome);
    },
  };
  running.add(saver);
  return saver;
}

/** Whether programs can be run under strace here, with faults injected. */
export const hasStrace = spawnSync("strace", ["-f", "-e", "trace=none", "true"]).status === 0;
