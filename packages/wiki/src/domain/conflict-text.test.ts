import fc from "fast-check";
import { expect, test } from "vitest";
import { joinWithMarks } from "./conflict-text.ts";
import { mergeTexts } from "./merge.ts";
import { stringOf, textOf } from "./text.ts";

test("holds both sides where they conflict, and joins them where they do not", () => {
  const base = "a\nb\nc\nd\ne\nf\ng";
  expect(joinWithMarks({ base, theirs: "A\nb\nc\nthey\ne\nf\ng", yours: "a\nb\nc\nyou\nand more\ne\nf\nG" })).toEqual({
    text: "A\nb\nc\n<<<<<<< Yours\nyou\nand more\n=======\nthey\n>>>>>>> Theirs\ne\nf\nG",
    hasMarks: true,
  });
});

test("says which side deleted what the other changed", () => {
  expect(joinWithMarks({ base: "a\nb\nc", theirs: "a\nc", yours: "a\nB\nc" }).text).toBe(
    "a\n<<<<<<< Yours\nB\n=======\n>>>>>>> Theirs\nc",
  );
});

const line = fc.constantFrom("a", "b", "c", "d", "", "=======", "<<<<<<< Yours", ">>>>>>> Theirs", "x\r");
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));

test("loses no line that either side wrote, and is the merge where there is one", () => {
  fc.assert(
    fc.property(text, text, text, (base, theirs, yours) => {
      const joined = joinWithMarks({ base, theirs, yours });
      const merge = mergeTexts({ base: textOf(base), theirs: textOf(theirs), yours: textOf(yours) });
      expect(joined.hasMarks).toBe(merge.kind === "conflict");
      if (merge.kind === "merged") expect(joined.text).toBe(stringOf(merge.text));
      const inBase = new Set(base.split("\n"));
      const inJoined = new Set(joined.text.split("\n"));
      for (const it of [...theirs.split("\n"), ...yours.split("\n")])
        expect(inBase.has(it) || inJoined.has(it)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
