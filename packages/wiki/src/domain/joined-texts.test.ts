import fc from "fast-check";
import { expect, test } from "vitest";
import { joinTexts } from "./joined-texts.ts";
import { mergeTexts } from "./merge.ts";
import { textOf } from "./text.ts";

const text = fc.array(fc.constantFrom("a", "b", "c", "d", ""), { maxLength: 12 }).map((lines) => lines.join("\n"));

test("joins edits of different places, and marks what both changed", () => {
  const joined = joinTexts({
    base: "one\ntwo\nthree\nfour\nfive",
    theirs: "ONE\ntwo\nthree\nFour\nfive",
    yours: "one\ntwo\nthree\nfour!\nfive\nsix",
  });
  expect(joined).toEqual({
    text: "ONE\ntwo\nthree\n<<<<<<< yours\nfour!\n=======\nFour\n>>>>>>> theirs\nfive\nsix",
    hasMarks: true,
  });
});

test("is the merged text where nothing collides", () => {
  fc.assert(
    fc.property(text, text, text, (base, theirs, yours) => {
      const merge = mergeTexts({ base: textOf(base), theirs: textOf(theirs), yours: textOf(yours) });
      const joined = joinTexts({ base, theirs, yours });
      expect(joined.hasMarks).toBe(merge.kind === "conflict");
      if (merge.kind === "merged") expect(joined.text).toBe(merge.text.toString());
    }),
  );
});

test("holds every line that either side added", () => {
  fc.assert(
    fc.property(text, text, text, (base, theirs, yours) => {
      const lines = joinTexts({ base, theirs, yours }).text.split("\n");
      const count = (line: string, of: readonly string[]) => of.filter((it) => it === line).length;
      for (const side of [theirs.split("\n"), yours.split("\n")]) {
        for (const line of new Set(side)) {
          const added = count(line, side) - count(line, base.split("\n"));
          if (added > 0) expect(count(line, lines)).toBeGreaterThanOrEqual(added);
        }
      }
    }),
  );
});
