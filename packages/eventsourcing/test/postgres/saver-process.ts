import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
  /** Waits until so many more of its saves are acknowledged than are now. */
  saves(more: number): Promise<void>;
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
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  while (!existsSync(job.notes) && isRunning()) await sleep(10);
  const acknowledged = () => readFileSync(job.notes, "utf8").split('"kind":"recorded"').length - 1;
  return {
    async saves(more) {
      const enough = acknowledged() + more;
      while (acknowledged() < enough) {
        assert.ok(isRunning(), errors);
        await sleep(10);
      }
    },
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
