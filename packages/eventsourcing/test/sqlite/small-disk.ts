import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { afterAll } from "vitest";
import { temporaryFile } from "./temporary-file.ts";

const mounted: string[] = [];

/** Whether the system lets us mount file systems: it takes root, and some containers refuse it all the same. */
export const canMount = tryMount(newDirectory());

/** A new file system of 4 MiB. */
export function mountSmallDisk(): string {
  const directory = newDirectory();
  if (!tryMount(directory)) throw new Error("this system does not let us mount a disk");
  return directory;
}

function newDirectory(): string {
  const directory = temporaryFile("disk");
  mkdirSync(directory);
  return directory;
}

function tryMount(directory: string): boolean {
  const done = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "none", directory]).status === 0;
  if (done) mounted.push(directory);
  return done;
}

/** Makes a file system read-only, or writable again. */
export function remount(directory: string, mode: "ro" | "rw"): void {
  const { status, stderr } = spawnSync("mount", ["-o", `remount,${mode}`, directory]);
  if (status !== 0) throw new Error(`${directory} cannot be mounted ${mode}: ${String(stderr)}`);
}

afterAll(() => {
  for (const directory of mounted) spawnSync("umount", ["-l", directory]);
});
