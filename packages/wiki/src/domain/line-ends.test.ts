import fc from "fast-check";
import { expect, test } from "vitest";
import { withLineEndsOf } from "./line-ends.ts";

const text = fc
  .array(fc.constantFrom("a", "b", " ", "\n", "\r", "\r\n"), { maxLength: 40 })
  .map((parts) => parts.join(""));

/** What a browser shows of a text, and sends when nothing was typed. */
function asSent(shown: string): string {
  return shown.replace(/\r\n|\n|\r/g, "\r\n");
}

test("a text that comes back from a form as it was is the same, whatever its line ends", () => {
  fc.assert(
    fc.property(text, (original) => {
      expect(withLineEndsOf(original, asSent(original))).toBe(original);
    }),
  );
});

test("what was typed stays, line for line", () => {
  fc.assert(
    fc.property(text, text, (original, typed) => {
      const saved = withLineEndsOf(original, asSent(typed));
      expect(saved.split(/\r\n|\n|\r/)).toEqual(typed.split(/\r\n|\n|\r/));
    }),
  );
});

test("a text without carriage returns gets none", () => {
  expect(withLineEndsOf("a\nb", "a\r\nc\r\nb\r\n")).toBe("a\nc\nb\n");
});

test("a line that is added among others ends as most of them do", () => {
  expect(withLineEndsOf("a\r\nb\r\nc\nd", "a\r\nb\r\nnew\r\nc\r\nd")).toBe("a\r\nb\r\nnew\r\nc\nd");
});
