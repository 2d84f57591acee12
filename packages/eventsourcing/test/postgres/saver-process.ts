import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { SaverJob } from "./saver.ts";

const PROGRAM = join(import.meta.dirname, "saver.ts");
const running = new Set<ChildProcess>();

// A test that fails must not leave a saver behind.
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** A process of its own that saves until it is ended. */
export interface SaverProcess {
  /** Ends it when its saves under way are answered, and asserts that nothing went wrong. */
  end(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** Starts a saver, and waits until it has called for its first save. */
export async function startSaver(job: SaverJob): Promise<SaverProcess> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(job)], { stdio: ["pipe", "ignore", "pipe"] });
  running.add(child);
  child.on("exit", () => running.delete(child));
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += String(chunk);
  });
  const closed = once(child, "close");
  while (!existsSync(job.notes) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    async end() {
      child.stdin.end();
      const [code] = await closed;
      assert.equal(code, 0, errors);
    },
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
