import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import { parseJson } from "./parse-json.ts";

describe("parsing JSON", () => {
  it("takes no key that is written with an escape for another that stood in its place before", () => {
    for (const [before, key] of [
      ["\\", '"'],
      ["\\", "\n"],
      ["a\\n", "a\nb"],
      ["\ue000\\", "\ue000\n"],
    ] as const) {
      // What is parsed often enough is expected.
      for (let n = 0; n < 3; n++) JSON.parse(JSON.stringify({ first: 1, [before]: 2 }));
      const value = { first: 1, [key]: 2 };
      assert.deepEqual(parseJson(JSON.stringify(value)), value);
      assert.deepEqual(parseJson(JSON.stringify([value], null, 2).replace('":', '" :')), [value]);
    }
  });

  it("answers any value, with any keys", () => {
    const part = fc.constantFrom("\\", '"', "\n", "\ue000", "\ud800", ":", "n", "0022", "__proto__", "$");
    const keys = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(""));
    const { value: values } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        keys,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.array(fc.tuple(keys, tie("value")), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
      ),
    }));
    fc.assert(
      fc.property(values, (value) => assert.deepStrictEqual(parseJson(JSON.stringify(value)), value)),
      { numRuns: 1_000 },
    );
  });

  it("refuses what is no JSON", () => {
    for (const text of ["", "{", '{"\\"":}', '{"\\x":1}', '"\\":']) assert.throws(() => parseJson(text), SyntaxError);
  });
});
