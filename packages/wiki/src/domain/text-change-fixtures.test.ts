import { expect, test } from "vitest";
import { z } from "zod";
import storedChanges from "./fixtures/text-change-v1.json" with { type: "json" };
import { stringOf, textOf } from "./text.ts";
import { applyChange, assertSum, invertChange, TextChange } from "./text-change.ts";

// Logs hold changes of this form, and are never rewritten: these may be added to, but never changed or taken away.
const fixtures = z
  .array(z.strictObject({ name: z.string(), before: z.string(), after: z.string(), change: TextChange }))
  .parse(storedChanges);

test.each(fixtures)("a stored change of version 1 still does what it did: $name", ({ before, after, change }) => {
  const text = applyChange(textOf(before), change);
  expect(stringOf(text)).toBe(after);
  assertSum(text, change.sum);
  expect(stringOf(applyChange(text, invertChange(change, textOf(before))))).toBe(before);
});
