import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import { ProgrammingError } from "../domain/errors.ts";
import { JsonTranscoder, NotTranscodableError, transcoding } from "./transcoder.ts";

class Money {
  readonly amount: bigint;
  readonly paidAt: readonly Date[];

  constructor(amount: bigint, paidAt: readonly Date[]) {
    this.amount = amount;
    this.paidAt = paidAt;
  }
}

class Unknown {
  readonly secret = 1;
}

const money = transcoding<Money>({
  name: "money",
  type: Money,
  encode: ({ amount, paidAt }) => ({ amount, paidAt, $type: "a key of the value's own" }),
  decode: (data) => {
    const { amount, paidAt } = data as { amount: bigint; paidAt: Date[] };
    return new Money(amount, paidAt);
  },
});

const transcoder = new JsonTranscoder([money]);

// Any UTF-16 unit, so that lone surrogates, NUL and half pairs are among them.
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  fc.constantFrom("$", '"', "\\", "\0", "\u2028", "\ud800", "\udfff", "é", "👍"),
);
const text = fc.string({ unit });
const key = fc.oneof(
  text,
  fc.constantFrom("$type", "$$type", "$", "$$", "value", "__proto__", "constructor", "toString", "toJSON", "0", ""),
);

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.array(fc.oneof(tie("value"), fc.constant(undefined))),
    fc.array(fc.tuple(key, tie("value"))).map((entries) => Object.fromEntries(entries)),
    fc.array(fc.tuple(tie("value"), tie("value"))).map((entries) => new Map(entries)),
    fc.array(tie("value")).map((items) => new Set(items)),
    fc.tuple(fc.bigInt(), fc.array(fc.date())).map(([amount, paidAt]) => new Money(amount, paidAt)),
  ),
}));

describe("the JSON transcoder", () => {
  it("gives back any value exactly", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const stored = transcoder.encode(value);
        assert.deepStrictEqual(transcoder.decode(stored), value);
        assert.equal(transcoder.encode(transcoder.decode(stored)), stored);
      }),
      { numRuns: 1_000 },
    );
  });

  it("writes well-formed text, whatever the strings", () => {
    fc.assert(fc.property(anyValue, (value) => assert.ok(transcoder.encode(value).isWellFormed())));
  });

  it("writes what JSON can hold as plain JSON", () => {
    const plain = fc.jsonValue().filter((value) => !/"\$|-0/.test(JSON.stringify(value)) && !hasMinusZero(value));
    fc.assert(fc.property(plain, (value) => assert.equal(transcoder.encode(value), JSON.stringify(value))));
  });

  // Golden: these texts stand in logs, and must be readable for ever.
  for (const [stored, value] of [
    ['{"$type":"date","value":1767225600000}', new Date("2026-01-01T00:00:00.000Z")],
    ['{"$type":"date","value":{"$type":"number","value":"NaN"}}', new Date(Number.NaN)],
    ['{"$type":"bigint","value":"-123456789012345678901"}', -123456789012345678901n],
    ['{"$type":"bytes","value":"AAEC/w=="}', Uint8Array.of(0, 1, 2, 255)],
    ['{"$type":"map","value":[["a",{"$type":"set","value":[1]}]]}', new Map([["a", new Set([1])]])],
    ['{"$type":"number","value":"-0"}', -0],
    ['{"$type":"number","value":"-Infinity"}', Number.NEGATIVE_INFINITY],
    ['[1,{"$type":"undefined","value":null}]', [1, undefined]],
    ['{"$$type":"date","value":1,"$$$":2,"a":{"$$":3}}', { $type: "date", value: 1, $$: 2, a: { $: 3 } }],
    ['{"__proto__":{"a":1},"n":{"$type":"bigint","value":"1"}}', JSON.parse('{"__proto__":{"a":1}}') as object],
    ['"\\ud800 \\u0000"', "\ud800 \0"],
  ] as const) {
    it(`reads and writes ${stored}`, () => {
      const expected = stored.includes("__proto__") ? Object.assign(value, { n: 1n }) : value;
      assert.equal(transcoder.encode(expected), stored);
      assert.deepStrictEqual(transcoder.decode(stored), expected);
    });
  }

  it("leaves out fields that are undefined", () => {
    assert.equal(
      transcoder.encode({ a: undefined, b: { c: undefined, d: 1n } }),
      '{"b":{"d":{"$type":"bigint","value":"1"}}}',
    );
  });

  it("takes a Buffer, a view into a larger one too, as bytes", () => {
    const bytes = Buffer.from("abcdef").subarray(2, 4);
    assert.deepStrictEqual(transcoder.decode(transcoder.encode({ bytes })), { bytes: Uint8Array.of(99, 100) });
  });

  it("takes gaps in arrays as undefined", () => {
    const gaps: unknown[] = [];
    gaps[2] = "c";
    assert.deepStrictEqual(transcoder.decode(transcoder.encode(gaps)), [undefined, undefined, "c"]);
  });

  for (const [what, value, path] of [
    ["an instance of a class that is not registered", { lines: [1, { at: new Unknown() }] }, "$.lines[1].at"],
    ["such an instance in a Map", { map: new Map([["k", [new Unknown()]]]) }, "$.map[0][1][0]"],
    ["a function", { run: () => 1 }, "$.run"],
    ["a symbol", [Symbol("s")], "$[0]"],
    ["an error", new Error("text"), "$"],
    ["an array of floats", { samples: new Float64Array(2) }, "$.samples"],
    ["an object without a class", { odd: Object.create(Object.create(null)) as object }, "$.odd"],
  ] as const) {
    it(`refuses ${what}, and says where it is`, () => {
      const error = caught(() => transcoder.encode(value));
      assert.ok(error instanceof NotTranscodableError, String(error));
      assert.deepEqual([error.code, error.path], ["NOT_TRANSCODABLE", path]);
      assert.ok(error.message.includes(path));
    });
  }

  it("refuses what is nested in itself, and takes 200 levels", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = [cycle];
    assert.throws(() => transcoder.encode(cycle), NotTranscodableError);
    const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`) as unknown;
    assert.deepStrictEqual(transcoder.decode(transcoder.encode(nested(200))), nested(200));
    assert.throws(() => transcoder.encode(nested(201)), NotTranscodableError);
  });

  it("refuses to read a type that is not registered, and says which", () => {
    const stored = transcoder.encode({ prices: [new Money(1n, [])] });
    const error = caught(() => new JsonTranscoder().decode(stored));
    assert.ok(error instanceof NotTranscodableError, String(error));
    assert.match(error.message, /"money" is not registered/);
    assert.equal(error.path, "$.prices[0]");
  });

  it("refuses text that is no JSON", () => {
    for (const broken of ["", "{", "{'a':1}", "undefined", '{"a":1}}']) {
      assert.throws(() => transcoder.decode(broken), SyntaxError);
    }
  });

  it("refuses two transcodings of one name, and names that are built in", () => {
    for (const name of ["money", "date", "bytes", "map", "set", "bigint", "number", "undefined"]) {
      const other = transcoding<Unknown>({ name, type: Unknown, encode: () => 1, decode: () => new Unknown() });
      assert.throws(() => new JsonTranscoder([money, other]), ProgrammingError, name);
    }
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

function hasMinusZero(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return Object.is(value, -0);
  return Object.values(value).some(hasMinusZero);
}
