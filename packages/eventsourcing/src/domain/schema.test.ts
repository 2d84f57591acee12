import assert from "node:assert/strict";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import fc from "fast-check";
import * as v from "valibot";
import { describe, it } from "vitest";
import { z } from "zod";
import { ProgrammingError } from "./errors.ts";
import { checkData, InvalidEventError, requiredFields, type Shape } from "./schema.ts";

const shape = {
  title: z.string().min(1).max(10),
  tags: z.array(z.object({ name: z.string() })).optional(),
  size: v.pipe(v.number(), v.integer()),
} satisfies Shape;

describe("data that is checked against a shape", () => {
  it("is answered as it was given, with schemas of any library", () => {
    const data = { title: "Home", tags: [{ name: "a" }], size: 3 };
    assert.deepEqual(checkData("Page.Created", shape, data), data);
    assert.deepEqual(checkData("Page.Created", shape, { title: "Home", size: 3 }), { title: "Home", size: 3 });
  });

  it("keeps every string exactly", () => {
    const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });
    const texts = { zod: z.string(), valibot: v.string() };
    fc.assert(
      fc.property(text, (value) => {
        assert.deepEqual(checkData("Page.Created", texts, { zod: value, valibot: value }), {
          zod: value,
          valibot: value,
        });
      }),
    );
  });

  it("does not hold a field that is undefined", () => {
    const checked = checkData("Page.Created", shape, { title: "Home", tags: undefined, size: 3 });
    assert.deepEqual(Object.keys(checked), ["title", "size"]);
  });

  for (const [what, data, field] of [
    ["a value beyond a limit", { title: "longer than ten", size: 1 }, "title"],
    ["a value of another type", { title: "Home", size: "3" }, "size"],
    ["a missing field", { title: "Home" }, "size"],
    ["null for an optional field", { title: "Home", size: 1, tags: null }, "tags"],
    ["a value deep inside", { title: "Home", size: 1, tags: [{ name: "a" }, { name: 1 }] }, "tags.1.name"],
    ["a field that is not declared", { title: "Home", size: 1, titel: "Home" }, "titel"],
    ["a field with a name of the language", { title: "Home", size: 1, toString: "x" }, "toString"],
  ] as const) {
    it(`is refused for ${what}, which the error names`, () => {
      const error = caught(() => checkData("Page.Created", shape, data));
      assert.ok(error instanceof InvalidEventError, String(error));
      assert.deepEqual([error.code, error.topic, error.field], ["INVALID_EVENT", "Page.Created", field]);
      assert.ok(error.message.includes("Page.Created") && error.message.includes(`"${field}"`), error.message);
    });
  }

  it("is not checked by a schema that would change it", () => {
    for (const [schema, value] of [
      [z.string().trim(), " a "],
      [z.string().transform(Number), "1"],
      [z.coerce.number(), "1"],
      [z.string().default("a"), undefined],
      [v.pipe(v.string(), v.toUpperCase()), "a"],
    ] as [StandardSchemaV1, unknown][]) {
      assert.throws(() => checkData("Page.Created", { field: schema }, { field: value }), ProgrammingError);
    }
    // What such a schema leaves as it is, is taken.
    assert.deepEqual(checkData("Page.Created", { field: z.string().trim() }, { field: "a" }), { field: "a" });
  });

  it("is not checked by a schema that answers later", () => {
    const later = z.string().refine(async () => true);
    assert.throws(() => checkData("Page.Created", { field: later }, { field: "a" }), /is asynchronous/);
  });
});

describe("the fields that a shape insists on", () => {
  it("are those whose schema refuses undefined", () => {
    const fields = {
      ...shape,
      nullable: z.string().nullable(),
      anything: z.unknown(),
      loose: v.optional(v.string()),
      either: z.union([z.string(), z.undefined()]),
    };
    assert.deepEqual(requiredFields(fields), ["title", "size", "nullable"]);
  });
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
