import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { uuid7 } from "../domain/uuid.ts";
import { anEvent, comparable } from "../testing/contract-case.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const row = (state: string | Uint8Array) => ({
  ...anEvent({ state }),
  originatorVersion: 3,
  position: 7,
  saveId: uuid7(),
  recordedAt: 1_700_000_000_000,
});

test.each(["with", "without"])("rows of any text and any bytes come back as they were, %s Buffer", async (having) => {
  if (having === "without") vi.stubGlobal("Buffer", undefined);
  const { toRow, toRowJson } = await import("./row-json.ts");
  vi.unstubAllGlobals();
  const state = fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(state, (given) => {
      const original = row(given);
      const back = toRow(JSON.parse(toRowJson(original)), "row");
      expect(comparable([back])).toEqual(comparable([original]));
    }),
  );
  const large = Uint8Array.from({ length: 100_003 }, (_, index) => index * 7);
  expect(toRow(JSON.parse(toRowJson(row(large.subarray(1)))), "row").state).toEqual(large.slice(1));
});

test.each(["with", "without"])("what is not base64 to the letter is refused, %s Buffer", async (having) => {
  if (having === "without") vi.stubGlobal("Buffer", undefined);
  const { fromBase64 } = await import("./row-json.ts");
  expect(fromBase64("AAE=")).toEqual(Uint8Array.of(0, 1));
  for (const text of ["AAE", "AAF=", "AA E=", "AA\nE=", "AA-_", "====", "A", "é", "AAE=AAE="]) {
    expect(fromBase64(text), text).toBeUndefined();
  }
});

test.each([
  ["position", 0],
  ["position", "1"],
  ["position", 2 ** 53],
  ["eventId", "x"],
  ["originatorId", null],
  ["originatorVersion", null],
  ["topic", ""],
  ["topic", 1],
  ["schemaVersion", 0],
  ["saveId", "019A0000-0000-7000-8000-000000000000"],
  ["recordedAt", -1],
  ["recordedAt", 1.5],
  ["encoding", undefined],
  ["checksum", "1"],
  ["checksum", -1],
  ["state", 1],
  ["state", null],
  ["state", []],
  ["state", { base64: "A" }],
  ["state", { base64: 1 }],
])("a row whose %s is %j is refused by name", async (field, value) => {
  const { toRow, toRowJson } = await import("./row-json.ts");
  const valid: object = JSON.parse(toRowJson(row("{}")));
  expect(() => toRow({ ...valid, [field]: value }, "items[3]")).toThrow(
    expect.objectContaining({ code: "INVALID_ANSWER", part: `items[3].${field}` }),
  );
});

test("neither the server's nor the client's part needs a module of Node", () => {
  const imported = new Set<string>();
  const follow = (file: string) => {
    if (imported.has(file)) return;
    imported.add(file);
    if (!file.startsWith("/") && !/^[A-Z]:/.test(file)) return;
    const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";/gm);
    for (const [, specifier = ""] of statements) {
      follow(specifier.startsWith(".") ? join(dirname(file), specifier) : specifier);
    }
  };
  follow(join(import.meta.dirname, "notification-log-handler.ts"));
  follow(join(import.meta.dirname, "remote-notification-log.ts"));
  const foreign = [...imported].filter((file) => !file.endsWith(".ts"));
  expect(imported.size).toBeGreaterThan(10);
  expect(foreign.filter((name) => name !== "uuid")).toEqual([]);
});
