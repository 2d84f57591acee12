import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MarkedLine } from "./line-comparison.ts";
import { type ComparedSection, compareTexts, type TextComparison } from "./text-comparison.ts";

const word = fc.constantFrom("a", "bc", "dog", "the", "日本", "語", "سطر", "e\u0301", "😀", "-", ".", "\r", "\u202e");
const line = fc
  .array(word, { maxLength: 8 })
  .chain((words) => fc.constantFrom(" ", "  ", "\t").map((gap) => words.join(gap)));
const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join("\n"));
/** Two texts that have something in common. */
const pair = fc.oneof(
  fc.tuple(text, text),
  fc
    .tuple(fc.array(line, { maxLength: 40 }), fc.array(fc.tuple(fc.nat(39), line), { maxLength: 5 }))
    .map(([lines, edits]) => {
      const edited = edits.reduce((all, [at, changed]) => all.toSpliced(at, at % 3, changed), lines);
      return [lines.join("\n"), edited.join("\n")] as const;
    }),
  fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })),
);

describe("a comparison", () => {
  test("holds all of both texts, in order and with their numbers", () => {
    fc.assert(
      fc.property(pair, ([before, after]) => {
        const comparison = compareTexts(before, after);
        expect(linesOf(comparison, "before").join("\n")).toBe(before);
        expect(linesOf(comparison, "after").join("\n")).toBe(after);
        expect(numbersOf(comparison, "before")).toEqual(before.split("\n").map((_, i) => i + 1));
        expect(numbersOf(comparison, "after")).toEqual(after.split("\n").map((_, i) => i + 1));
      }),
      { numRuns: 1_000 },
    );
  });

  test("marks nothing that both lines of a pair have at the same place", () => {
    fc.assert(
      fc.property(pair, ([before, after]) => {
        for (const section of compareTexts(before, after).sections) {
          if (section.kind !== "changed") continue;
          for (const { before: gone, after: come } of section.rows) {
            if (gone !== undefined && come !== undefined) expect(unmarked(gone)).toBe(unmarked(come));
            else expect([gone, come].flatMap((it) => it?.pieces ?? []).some(({ marked }) => marked)).toBe(false);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("has no change where the texts are equal, and one at least where they differ", () => {
    fc.assert(
      fc.property(pair, ([before, after]) => {
        expect(compareTexts(before, before)).toMatchObject({ changes: 0 });
        const { changes, sections } = compareTexts(before, after);
        expect(changes > 0).toBe(before !== after);
        expect(sections.filter(({ kind }) => kind === "changed")).toHaveLength(changes);
      }),
    );
  });

  test("marks the words that changed, not the letters", () => {
    const [row] = rowsOf(compareTexts("The lazy dog jumps.", "The dog jumped."));
    expect(row?.before && marked(row.before)).toBe("The [lazy] dog [jumps].");
    expect(row?.after && marked(row.after)).toBe("The dog [jumped].");
  });

  test("marks signs one by one where a script puts no space between words", () => {
    const [row] = rowsOf(compareTexts("天気予報を読む", "天気情報を書く"));
    expect(row?.after && marked(row.after)).toBe("天気[情]報を[書く]");
  });

  test("marks white space that changed alone", () => {
    const [row] = rowsOf(compareTexts("a few words\r", "a  few words"));
    expect(row?.before && marked(row.before)).toBe("a[ ]few words[\r]");
    expect(row?.after && marked(row.after)).toBe("a[  ]few words");
  });

  test("pairs each line with the one that it became, and leaves new ones alone", () => {
    const rows = rowsOf(
      compareTexts(
        "Flour and water.\nSalt at the end.",
        "Something quite new\nFlour and warm water.\nSalt at the very end.",
      ),
    );
    expect(rows.map(({ before, after }) => [before?.number, after?.number])).toEqual([
      [undefined, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  test("takes lines that share a word or two for different lines", () => {
    const rows = rowsOf(compareTexts("Bread is made of flour and the rest.", "At night the moon shines over a sea."));
    expect(rows.map(({ before, after }) => [before?.number, after?.number])).toEqual([
      [1, undefined],
      [undefined, 1],
    ]);
  });

  test("folds what is far from every change, and not a line more", () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i + 1}`);
    const { sections } = compareTexts(lines.join("\n"), lines.with(14, "changed").join("\n"));
    expect(sections.map((section) => [section.kind, section.before, section.kind === "same" && section.isFar])).toEqual(
      [
        ["same", 1, true],
        ["same", 12, false],
        ["changed", 15, false],
        ["same", 16, false],
        ["same", 19, true],
      ],
    );
  });

  test("says how much it leaves out of what is too long to look at", () => {
    const before = Array.from({ length: 50 }, (_, i) => `old ${i}`).join("\n");
    const after = Array.from({ length: 60 }, (_, i) => `new ${i}`).join("\n");
    const { sections } = compareTexts(before, after, { lines: 70, units: 1_000, wordUnits: 100 });
    expect(sections.at(-1)).toEqual({ kind: "omitted", before: 36, after: 36, linesBefore: 15, linesAfter: 25 });
    expect(compareTexts(before, after, { lines: 1_000, units: 55, wordUnits: 100 }).sections.at(-1)).toMatchObject({
      linesBefore: 45,
      linesAfter: 54,
    });
  });
});

test("a change is shown, however much stays the same before it", () => {
  const before = `${lines(50_000, (i) => i)}\nthe end`;
  const { sections } = compareTexts(before, before.replace("the end", "the very end"));
  expect(sections.map(({ kind }) => kind)).toEqual(["omitted", "same", "changed"]);
});

test.each([
  ["one line of a million letters", "a".repeat(2 ** 20), "b".repeat(2 ** 20)],
  ["one line of many words", "ab ".repeat(300_000), "ba ".repeat(300_000)],
  ["a million empty lines", "\n".repeat(2 ** 20 - 1), "\r\n".repeat(2 ** 19 - 1)],
  ["white space alone", `${" ".repeat(500_000)}a`, `a${" ".repeat(500_000)}`],
  ["lines in another order", lines(40_000, (i) => i), lines(40_000, (i) => 40_000 - i)],
  ["signs of one script", "字".repeat(300_000), "漢字".repeat(150_000)],
])("is bounded on %s", (_, before, after) => {
  const { sections } = compareTexts(before, after);
  const shown = sections.reduce((sum, section) => sum + unitsOf(section), 0);
  expect(shown).toBeLessThanOrEqual(600_000);
  expect(sections.reduce((sum, section) => sum + countLines(section), 0)).toBeLessThanOrEqual(10_000);
});

function lines(count: number, of: (i: number) => number): string {
  return Array.from({ length: count }, (_, i) => `line ${of(i)}`).join("\n");
}

type Side = "before" | "after";

function linesOf({ sections }: TextComparison, side: Side): readonly string[] {
  return sections.flatMap((section) => {
    if (section.kind === "same") return section.lines;
    if (section.kind === "omitted") throw new Error("nothing should be omitted");
    return section.rows.flatMap((row) => row[side]?.pieces.map((piece) => piece.text).join("") ?? []);
  });
}

function numbersOf({ sections }: TextComparison, side: Side): readonly number[] {
  return sections.flatMap((section) => {
    if (section.kind === "same") return section.lines.map((_, i) => section[side] + i);
    return section.kind === "changed" ? section.rows.flatMap((row) => row[side]?.number ?? []) : [];
  });
}

function rowsOf({ sections }: TextComparison) {
  return sections.flatMap((section) => (section.kind === "changed" ? section.rows : []));
}

function unmarked({ pieces }: MarkedLine): string {
  return pieces
    .map(({ text, marked }) => (marked ? "" : text))
    .join("")
    .replaceAll(/\s/g, "");
}

function marked({ pieces }: MarkedLine): string {
  return pieces.map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join("");
}

function unitsOf(section: ComparedSection): number {
  const shown = section.kind === "same" ? section.lines : linesShown(section);
  return shown.reduce((sum, it) => sum + it.length, 0);
}

function countLines(section: ComparedSection): number {
  return (section.kind === "same" ? section.lines : linesShown(section)).length;
}

function linesShown(section: ComparedSection): readonly string[] {
  if (section.kind !== "changed") return [];
  return section.rows.flatMap(({ before, after }) =>
    [before, after].flatMap((it) => it?.pieces.map(({ text }) => text).join("") ?? []),
  );
}
