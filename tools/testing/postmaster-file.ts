import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads who serves a folder of `startPostgres`, and whether it accepts connections yet. */
export function readPostmaster(folder: string): { readonly pid: number; readonly isReady: boolean } | undefined {
  try {
    const lines = readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n");
    // Line 1 is the process, line 8 its state (PostgreSQL's miscadmin.h).
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, isReady: lines[7]?.trim() === "ready" } : undefined;
  } catch {
    return undefined;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
