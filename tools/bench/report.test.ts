import { expect, it } from "vitest";
import { toTables, withMeasured } from "./report.ts";
import { measuredOnce, type Row } from "./row.ts";

const row = { what: "views", store: "SQLite", unit: "ms", beside: "alone", comparison: measuredOnce(6, 4) } as const;

it.each<{ readonly goal: NonNullable<Row["goal"]>; readonly reached: boolean }>([
  { goal: { kind: "figure", atMost: 6 }, reached: true },
  { goal: { kind: "figure", atMost: 5 }, reached: false },
  { goal: { kind: "figure", atLeast: 7 }, reached: false },
  { goal: { kind: "ratio", atLeast: 1.5 }, reached: true },
  { goal: { kind: "ratio", atLeast: 2 }, reached: false },
  { goal: { kind: "ratio", atMost: 1.4 }, reached: false },
])("says whether $goal was reached by 6 ms beside 4", ({ goal, reached }) => {
  const text = toTables([{ ...row, goal }]);
  expect(text).toContain(reached ? "| yes |" : "| **not reached** |");
  expect(text.includes("- views, SQLite: not reached")).toBe(!reached);
});

it("keeps what people wrote around a table that is measured anew", () => {
  const page = [
    "# Benchmarks",
    "<!-- measured, the library: a run writes this anew -->",
    "of before",
    "<!-- end of what was measured, the library -->",
    "Why it is so.",
    "",
  ].join("\n");
  const written = withMeasured(page, "the library", "of now\n");
  expect(written).toBe(page.replace("of before", "of now"));
  expect(withMeasured(written, "the library", "of now")).toBe(written);
});

it("refuses to write where a page has no place for it", () => {
  expect(() => withMeasured("# Benchmarks\n", "the wiki", "figures")).toThrow("measured, the wiki");
});
