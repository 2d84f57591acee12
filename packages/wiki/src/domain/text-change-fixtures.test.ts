import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { stringOf, textOf } from "./text.ts";
import { applyChange, assertSum, invertChange, TextChange } from "./text-change.ts";

// Read by hand: as an import it is parsed by Vite, which refuses halves of surrogate pairs.
const stored: unknown = JSON.parse(readFileSync(new URL("./fixtures/text-change-v1.json", import.meta.url), "utf8"));

// Logs hold changes of this form, and are never rewritten: these may be added to, but never changed or taken away.
const fixtures = z
  .array(z.strictObject({ name: z.string(), before: z.string(), after: z.string(), change: TextChange }))
  .parse(stored);

test.each(fixtures)("a stored change of version 1 still does what it did: $name", ({ before, after, change }) => {
  const text = applyChange(textOf(before), change);
  expect(stringOf(text)).toBe(after);
  assertSum(text, change.sum);
  expect(stringOf(applyChange(text, invertChange(change, textOf(before))))).toBe(before);
});
