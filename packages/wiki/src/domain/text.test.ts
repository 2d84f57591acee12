import fc from "fast-check";
import { expect, test } from "vitest";
import { anyString } from "./test-support/text-arbitraries.ts";
import { stringOf, textOf } from "./text.ts";

test("every string comes back from its text as it was", () => {
  fc.assert(fc.property(anyString, (string) => stringOf(textOf(string)) === string));
});

test("counts UTF-16 units, and lines at line feeds alone", () => {
  const text = textOf("a\r\nb\rc\u2028😀\n");
  expect(text.length).toBe(10);
  expect(text.toJSON()).toEqual(["a\r", "b\rc\u2028😀", ""]);
});
