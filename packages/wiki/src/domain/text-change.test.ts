import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { texts } from "./test-support/text-arbitraries.ts";
import { stringOf, textOf } from "./text.ts";
import {
  applyChange,
  assertSum,
  changeBetween,
  composeChanges,
  invertChange,
  TextChange,
  toChangeSet,
  toTextChange,
} from "./text-change.ts";
import { TextChangeMismatchError } from "./text-change-mismatch.ts";
import { sumOf } from "./text-sum.ts";

describe("of any two texts", () => {
  const properties: Record<string, (before: string, after: string) => void> = {
    "leads from the one to the other": (before, after) => {
      const change = changeBetween(textOf(before), after);
      const text = applyChange(textOf(before), change);
      expect(stringOf(text)).toBe(after);
      assertSum(text, change.sum);
    },
    "is the same from a text as from its string": (before, after) => {
      expect(changeBetween(textOf(before), textOf(after))).toEqual(changeBetween(textOf(before), after));
    },
    "fits its schema, as does its inverse": (before, after) => {
      const change = changeBetween(textOf(before), after);
      expect(TextChange.parse(change)).toEqual(change);
      TextChange.parse(invertChange(change, textOf(before)));
    },
    "is the same after a way through JSON": (before, after) => {
      const change = changeBetween(textOf(before), after);
      expect(JSON.parse(JSON.stringify(change))).toEqual(change);
    },
    "is taken back by its inverse": (before, after) => {
      const inverse = invertChange(changeBetween(textOf(before), after), textOf(before));
      const text = applyChange(textOf(after), inverse);
      expect(stringOf(text)).toBe(before);
      assertSum(text, inverse.sum);
    },
    "is the same after a way through a change set": (before, after) => {
      const change = changeBetween(textOf(before), after);
      expect(toTextChange(toChangeSet(change), textOf(after))).toEqual(change);
    },
    "is refused by a text of another length": (before, after) => {
      const change = changeBetween(textOf(before), after);
      expect(() => applyChange(textOf(`${before}x`), change)).toThrow(TextChangeMismatchError);
      expect(() => invertChange(change, textOf(`${before}x`))).toThrow(TextChangeMismatchError);
    },
    "takes code points whole, where both texts have whole ones": (before, after) => {
      fc.pre(before.isWellFormed() && after.isWellFormed());
      for (const part of changeBetween(textOf(before), after).parts) {
        if (typeof part !== "number") expect(part.slice(1).join("\n").isWellFormed()).toBe(true);
      }
    },
  };

  for (const [name, property] of Object.entries(properties)) {
    test(name, () => {
      fc.assert(
        fc.property(texts(2), ([before = "", after = ""]) => property(before, after)),
        { numRuns: 500 },
      );
    });
  }

  test("joins with the next one to a change that fits the schema and does what both do", () => {
    fc.assert(
      fc.property(texts(3), ([first = "", second = "", third = ""]) => {
        const change = composeChanges(changeBetween(textOf(first), second), changeBetween(textOf(second), third));
        const text = applyChange(textOf(first), TextChange.parse(change));
        expect(stringOf(text)).toBe(third);
        assertSum(text, change.sum);
      }),
      { numRuns: 500 },
    );
  });
});

test("is small for a small edit of a long text", () => {
  const lines = Array.from({ length: 400 }, (_, i) => `Line ${i} of a page that is rather long.`);
  const after = lines.with(20, "Line 20 of a page that is very long.").toSpliced(300, 1).join("\n");
  expect(changeBetween(textOf(lines.join("\n")), after).parts).toEqual([796, [6, "very"], 11088, [40], 3959]);
});

test("replaces the whole of two emoji that share their first half, or their second", () => {
  expect(changeBetween(textOf("a😀b"), "a😁b").parts).toEqual([1, [2, "😁"], 1]);
  expect(changeBetween(textOf("a😀b"), "a\u{1fa00}b").parts).toEqual([1, [2, "\u{1fa00}"], 1]);
});

test("inserts line ends as they are", () => {
  expect(changeBetween(textOf(""), "a\r\nb\rc").parts).toEqual([[0, "a\r", "b\rc"]]);
});

test("does many changes of one line as it does few", () => {
  const before = Array.from({ length: 60 }, (_, i) => `word${i}, and more of it `).join("");
  const after = before.replaceAll("more", "less");
  const change = changeBetween(textOf(before), after);
  expect(change.parts.length).toBeGreaterThan(100);
  expect(stringOf(applyChange(textOf(before), change))).toBe(after);
});

test("refuses a sum that the text does not have, and names both", () => {
  const { sum } = changeBetween(textOf("a"), "b");
  expect(() => assertSum(textOf("c"), sum)).toThrow(
    expect.objectContaining({ code: "TEXT_CHANGE_MISMATCH", measure: "sum", expected: sum, actual: sumOf("c") }),
  );
});

test("refuses to be joined with a change of a text of another length", () => {
  const change = changeBetween(textOf("a"), "ab");
  expect(() => composeChanges(change, change)).toThrow(
    expect.objectContaining({ code: "TEXT_CHANGE_MISMATCH", measure: "length", expected: 1, actual: 2 }),
  );
});

test.each([
  ["another version", { v: 2, parts: [1], sum: 0 }],
  ["an unknown key", { v: 1, parts: [1], sum: 0, more: true }],
  ["no sum", { v: 1, parts: [1] }],
  ["a sum beyond 32 bits", { v: 1, parts: [1], sum: 2 ** 32 }],
  ["a negative number kept", { v: 1, parts: [-1], sum: 0 }],
  ["nothing kept", { v: 1, parts: [0], sum: 0 }],
  ["half a unit kept", { v: 1, parts: [0.5], sum: 0 }],
  ["more kept than a string can have", { v: 1, parts: [1e9], sum: 0 }],
  ["a negative number deleted", { v: 1, parts: [[-1]], sum: 0 }],
  ["nothing replaced by nothing", { v: 1, parts: [[0]], sum: 0 }],
  ["an empty text inserted", { v: 1, parts: [[1, ""]], sum: 0 }],
  ["an empty part", { v: 1, parts: [[]], sum: 0 }],
  ["a line break within a line", { v: 1, parts: [[1, "a\nb"]], sum: 0 }],
  ["a number as a line", { v: 1, parts: [[1, 2]], sum: 0 }],
  ["two kept parts in a row", { v: 1, parts: [1, 1], sum: 0 }],
  ["two replaced parts in a row", { v: 1, parts: [[1], [1]], sum: 0 }],
  ["no object", "change"],
])("its schema refuses %s", (_, value) => {
  expect(TextChange.safeParse(value).success).toBe(false);
});

test.each([
  ["marks in one line of one letter", marked(1_000_000, 2000, 0), marked(1_000_000, 2000, 1000)],
  ["two letters in turn", "ab".repeat(500_000), "ba".repeat(500_000)],
  ["line breaks alone", "\n".repeat(1_000_000), "a\n".repeat(500_000)],
  ["nothing in common", "a\n".repeat(500_000), "b".repeat(1_000_000)],
])("takes no more than a moment over 1 MB with %s", (_, before, after) => {
  const change = changeBetween(textOf(before), after);
  expect(stringOf(applyChange(textOf(before), change))).toBe(after);
});

function marked(length: number, every: number, from: number): string {
  return Array.from({ length }, (_, i) => (i % every === from ? "-" : "a")).join("");
}
