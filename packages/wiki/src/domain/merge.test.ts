import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeChange, mergeTexts } from "./merge.ts";
import { texts } from "./test-support/text-arbitraries.ts";
import { stringOf, textOf } from "./text.ts";
import { applyChange, changeBetween, invertChange } from "./text-change.ts";

describe("of any three texts", () => {
  const properties: Record<string, (base: string, theirs: string, yours: string) => void> = {
    "both orders give the same text, or a conflict in the same lines": (base, theirs, yours) => {
      const one = merge(base, theirs, yours);
      const other = merge(base, yours, theirs);
      if (typeof one === "string") expect(other).toBe(one);
      else expect(other).toEqual(one.map((lines) => ({ ...lines, theirs: lines.yours, yours: lines.theirs })));
    },
    "the change leads from their text to the merged one": (base, theirs, yours) => {
      const merged = mergeTexts({ base: textOf(base), theirs: textOf(theirs), yours: textOf(yours) });
      fc.pre(merged.kind === "merged");
      expect(stringOf(applyChange(textOf(theirs), merged.change))).toBe(stringOf(merged.text));
    },
    "a side that changes nothing leaves the other as it is": (base, side) => {
      expect(merge(base, side, base)).toBe(side);
      expect(merge(base, base, side)).toBe(side);
    },
    "what both sides did counts once": (base, side) => {
      expect(merge(base, side, side)).toBe(side);
    },
    "every line of the merged text is one that a text had": (base, theirs, yours) => {
      const merged = merge(base, theirs, yours);
      fc.pre(typeof merged === "string");
      const lines = new Set([base, theirs, yours].flatMap((text) => text.split("\n")));
      expect(merged.split("\n").filter((line) => !lines.has(line))).toEqual([]);
    },
    "changes merge as the texts that they make do": (base, theirs, yours) => {
      const changes = { theirs: changeBetween(textOf(base), theirs), yours: changeBetween(textOf(base), yours) };
      expect(mergeChange({ base: textOf(base), ...changes })).toEqual(
        mergeTexts({ base: textOf(base), theirs: textOf(theirs), yours: textOf(yours) }),
      );
    },
    "an edit undone at once leaves the text before it": (before, after) => {
      const base = textOf(after);
      const nothing = changeBetween(base, after);
      const inverse = invertChange(changeBetween(textOf(before), after), textOf(before));
      expect(mergeChange({ base, theirs: nothing, yours: inverse })).toMatchObject({ text: textOf(before) });
    },
  };

  for (const [name, property] of Object.entries(properties)) {
    test(name, () => {
      fc.assert(
        fc.property(texts(3), ([one = "", two = "", three = ""]) => property(one, two, three)),
        { numRuns: 500 },
      );
    });
  }
});

/** Stretches of different lines: what a side makes of some lines of the base, or lines that nobody touched. */
const stretches = fc
  .array(
    fc.record({
      side: fc.constantFrom("theirs" as const, "yours" as const),
      lines: fc.nat(3),
      madeOf: fc.nat(3),
      untouched: fc.nat(2),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drafts) =>
    drafts
      .map((draft, i) => ({ ...draft, lines: draft.lines + (draft.madeOf === 0 ? 1 : 0), name: `${i}` }))
      .map(({ side, lines, madeOf, untouched, name }) => ({
        side,
        base: numbered(`${name} base`, lines),
        made: numbered(`${name} ${side}`, madeOf),
        untouched: numbered(`${name} untouched`, untouched),
      })),
  );

test("keeps all that both did where a line that neither touched is between them, and conflicts where none is", () => {
  fc.assert(
    fc.property(stretches, (parts) => {
      const textWith = (...sides: readonly string[]) =>
        [
          "first",
          ...parts.flatMap(({ side, base, made, untouched }) => [
            ...(sides.includes(side) ? made : base),
            ...untouched,
          ]),
        ].join("\n");
      const isApart = parts.every(({ side, untouched }, i) => {
        const next = parts[i + 1];
        return untouched.length > 0 || next === undefined || next.side === side;
      });
      const merged = merge(textWith(), textWith("theirs"), textWith("yours"));
      if (isApart) expect(merged).toBe(textWith("theirs", "yours"));
      else expect(merged).toBeInstanceOf(Array);
    }),
    { numRuns: 500 },
  );
});

test("never mixes words within a line", () => {
  expect(merge("cat", "bat", "car")).toEqual([
    { base: { from: 0, to: 1 }, theirs: { from: 0, to: 1 }, yours: { from: 0, to: 1 } },
  ]);
});

test("names the lines of a conflict in each of the texts", () => {
  const base = "a\nb\nc\nd\ne\nf";
  const theirs = "new\na\nb\nc\nD\nmore\ne\nf";
  const yours = "a\nb\nc\ne too\nf";
  expect(merge(base, theirs, yours)).toEqual([
    { base: { from: 3, to: 5 }, theirs: { from: 4, to: 7 }, yours: { from: 3, to: 4 } },
  ]);
  expect(merge("a\nb", "a\nX\nb", "a\nY\nZ\nb")).toEqual([
    { base: { from: 1, to: 1 }, theirs: { from: 1, to: 2 }, yours: { from: 1, to: 3 } },
  ]);
});

test("counts once what both did, and keeps what only one did elsewhere", () => {
  expect(merge("a\nb\nc\nd\ne", "A\nb\nc\nd\ne", "A\nb\nc\nd\nE")).toBe("A\nb\nc\nd\nE");
});

test.each([
  ["the same line in two ways", "a\nb\nc", "a\nX\nc", "a\nY\nc"],
  ["lines that adjoin", "a\nb\nc", "X\nb\nc", "a\nY\nc"],
  ["different lines put in at one place", "a\nb", "a\nX\nb", "a\nY\nb"],
  ["a line put in right after one that is changed", "a\nb\nc", "a\nb\nX\nc", "a\nY\nc"],
  ["a line deleted and one put in where it was", "a\nb\nc", "a\nc", "a\nb\nX\nc"],
  ["different lines put at an end without a line break", "a", "a\nX", "a\nY"],
  ["a line break put at the end, and a line", "a\nb", "a\nb\n", "a\nb\nY"],
  ["an empty text filled in two ways", "", "X", "Y"],
  ["a line deleted and changed", "a\nb\nc", "a\nc", "a\nY\nc"],
  ["more changed by one than by the other", "a\nb\nc\nd", "a\nX\nc\nd", "a\nX\nY\nd"],
])("is a conflict: %s", (_, base, theirs, yours) => {
  expect(merge(base, theirs, yours)).toBeInstanceOf(Array);
});

test.each([
  ["the same line put in at one place", "a\nb", "a\nX\nb", "a\nX\nb", "a\nX\nb"],
  ["a line break put at the end, and the first line changed", "a\nb", "a\nb\n", "A\nb", "A\nb\n"],
  ["a line deleted, and the one after the next changed", "a\nb\nc", "b\nc", "a\nb\nC", "b\nC"],
  ["the same lines deleted, and others changed", "a\nb\nc\nd", "b\nc\nd", "b\nc\nD", "b\nc\nD"],
  ["an empty text filled in the same way", "", "X", "X", "X"],
  ["line ends of another kind kept", "a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n", "A\r\nb\r\nC\r\n"],
])("is no conflict: %s", (_, base, theirs, yours, merged) => {
  expect(merge(base, theirs, yours)).toBe(merged);
});

test("undoes an edit, and keeps what was done elsewhere since", () => {
  const base = textOf("a\nWRONG\nc\nd");
  const inverse = invertChange(changeBetween(textOf("a\nb\nc\nd"), base), textOf("a\nb\nc\nd"));
  const since = changeBetween(base, "a\nWRONG\nc\nd, and more");
  expect(mergeChange({ base, theirs: since, yours: inverse })).toMatchObject({ text: textOf("a\nb\nc\nd, and more") });
});

test("refuses a change that was made for another text of the same length", () => {
  const change = changeBetween(textOf("abc"), "abcd");
  expect(() => mergeChange({ base: textOf("xyz"), theirs: change, yours: change })).toThrow(
    expect.objectContaining({ code: "TEXT_CHANGE_MISMATCH", measure: "sum" }),
  );
});

/** The merged text, or the conflicts. */
function merge(base: string, theirs: string, yours: string) {
  const merged = mergeTexts({ base: textOf(base), theirs: textOf(theirs), yours: textOf(yours) });
  return merged.kind === "merged" ? stringOf(merged.text) : merged.conflicts;
}

function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${name} ${i}`);
}
