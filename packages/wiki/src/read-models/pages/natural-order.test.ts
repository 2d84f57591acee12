import { expect, test } from "vitest";
import { naturalOrderOf } from "./natural-order.ts";

test("numbers come by their value, and letters without case and accents", () => {
  const sorted = [
    "1 a",
    "02 b",
    "10",
    "2020",
    "Éclair",
    "eclairs",
    "Part 2",
    "part 2.9",
    "PART 2.10",
    "part 010",
    "Zoo",
    "日本",
  ];
  const shuffled = [...sorted.slice(5), ...sorted.slice(0, 5)].reverse();
  const byKey = (a: string, b: string) => (naturalOrderOf(a) < naturalOrderOf(b) ? -1 : 1);
  expect(shuffled.sort(byKey)).toEqual(sorted);
  expect(naturalOrderOf("9".repeat(300)).length).toBeLessThan(110);
});
