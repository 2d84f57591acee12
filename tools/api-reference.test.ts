import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generateApiReference } from "./api-reference/generate.ts";
import { exportsOf, readDoors } from "./library.ts";

// It compiles the library and writes some 170 pages.
describe("the API reference", { timeout: 120_000 }, () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "api-reference-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test("is made without a warning, and has an entry for each export of each door", async () => {
    const shown = await generateApiReference(folder);
    const exported = readDoors().map((door) => [door.name, exportsOf(door).map(({ name }) => name)]);
    for (const [door, names] of exported) expect([door, sorted(shown[String(door)])]).toEqual([door, sorted(names)]);
    expect(Object.keys(shown).length).toBe(exported.length);
    expect(existsSync(join(folder, "functions/_palimpsest_eventsourcing.defineAggregate.html"))).toBe(true);
  });

  test("is refused where a comment links to what is not there", async () => {
    const tsconfig = join(folder, "tsconfig.json");
    writeFileSync(tsconfig, JSON.stringify({ compilerOptions: { strict: true, types: [] } }));
    const module = join(folder, "one.ts");
    writeFileSync(module, "/** See {@link two}. */\nexport const one = 1;\n");
    await expect(generateApiReference(join(folder, "out"), { modules: [module], tsconfig })).rejects.toThrow(
      'Failed to resolve link to "two"',
    );
  });
});

function sorted(names: readonly string[] | string | undefined = []): readonly string[] {
  return [...names].sort();
}
