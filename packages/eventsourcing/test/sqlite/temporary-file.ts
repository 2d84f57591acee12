import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "palimpsest-"));
let count = 0;

/** The path of a file that does not exist, in a directory that is removed after the tests of the file. */
export function temporaryFile(name = "store.sqlite"): string {
  count += 1;
  return join(directory, `${count}-${name}`);
}

afterAll(() => rmSync(directory, { recursive: true, force: true }));
