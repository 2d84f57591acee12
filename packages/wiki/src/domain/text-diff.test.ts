import fc from "fast-check";
import { expect, test } from "vitest";
import { diffText } from "./text-diff.ts";

const lines = fc
  .array(fc.constantFrom("a", "b", "\n", "\n", "\r\n", "é", "😀"), { maxLength: 12 })
  .map((parts) => parts.join(""));

test("an edit of a long text is the one of the same lines in a short text", () => {
  fc.assert(
    fc.property(lines, lines, fc.nat(3_000), fc.nat(3_000), (a, b, before, after) => {
      const [long, short] = ["x".repeat(before), "y".repeat(after)];
      const spans = diffText(`<\n${a}\n>`, `<\n${b}\n>`);
      expect(diffText(`${long}<\n${a}\n>${short}`, `${long}<\n${b}\n>${short}`)).toEqual(
        spans.map(({ fromA, toA, fromB, toB }) => ({
          fromA: fromA + before,
          toA: toA + before,
          fromB: fromB + before,
          toB: toB + before,
        })),
      );
    }),
  );
});
