import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const directories = new Map<string, string>();
let count = 0;

/** The path of a file that does not exist, in a directory that is removed after the tests of the file. */
export function temporaryFile(name = "store.sqlite"): string {
  return newFile(tmpdir(), name);
}

/** The same in memory where the system has a place for that: for tests that open many stores, and ask nothing of a disk. */
export function fileInMemory(name = "store.sqlite"): string {
  return newFile(canWrite("/dev/shm") ? "/dev/shm" : tmpdir(), name);
}

function newFile(parent: string, name: string): string {
  const directory = directories.get(parent) ?? mkdtempSync(join(parent, "palimpsest-"));
  directories.set(parent, directory);
  count += 1;
  return join(directory, `${count}-${name}`);
}

function canWrite(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  for (const directory of directories.values()) rmSync(directory, { recursive: true, force: true });
  directories.clear();
});
