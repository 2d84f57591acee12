import { expect, test } from "vitest";
import { slipsBetween } from "./near-words.ts";

test.each([
  ["goroutine", "goroutine", 0],
  ["gorutine", "goroutine", 1],
  ["gooroutine", "goroutine", 1],
  ["goroutime", "goroutine", 1],
  ["goruotine", "goroutine", 1],
  ["gorutime", "goroutine", 2],
  ["", "abc", 3],
])("between %j and %j are %d slips", (a, b, slips) => {
  expect(slipsBetween(a, b)).toBe(slips);
  expect(slipsBetween(b, a)).toBe(slips);
});
