import type { NotedRun } from "./run.ts";

const START = "<!-- runs -->";
const END = "<!-- end -->";
const HEAD = ["promise", "store", "what was tried", "what was counted", "the control", "on"];
const RULE = HEAD.map(() => "---");

/**
 * A page with some runs in its table, which stands between `<!-- runs -->` and `<!-- end -->`. A row gives way to one of the
 * same test, store and words; where `isWhole`, so do all others of a test that made runs, and else they stay, as do those of
 * tests that made none.
 */
export function withRuns(page: string, runs: readonly NotedRun[], isWhole: boolean): string {
  const from = page.indexOf(START);
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`the page has no place for runs: write ${START} and ${END} into it`);
  const rows = runs.map(rowOf);
  const keys = new Set(rows.map(keyOf));
  const tests = new Set(rows.map(testOf));
  const kept = rowsOf(page.slice(from, to)).filter(
    (row) => !keys.has(keyOf(row)) && !(isWhole && tests.has(testOf(row))),
  );
  const all = [...kept, ...rows].sort(inOrder);
  const table = [HEAD, RULE, ...all].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return `${page.slice(0, from)}${START}\n\n${table}\n\n${page.slice(to)}`;
}

type Row = readonly string[];

function rowOf({ promises, store, what, figures, control, test, on }: NotedRun): Row {
  const counted = Object.entries(figures).map(([name, figure]) => `${name} ${figure.toLocaleString("en")}`);
  return [promises.join(", "), store, `[${what}](../${test})`, counted.join("; "), control, on];
}

function rowsOf(table: string): readonly Row[] {
  const lines = table.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) => line.slice(2, -2).split(" | "));
}

function keyOf([, store, what]: Row): string {
  return `${store} ${what}`;
}

function testOf([, , what = ""]: Row): string {
  return what.slice(what.lastIndexOf("("));
}

function inOrder(one: Row, other: Row): number {
  return (
    Number.parseInt(one[0] ?? "", 10) - Number.parseInt(other[0] ?? "", 10) || (keyOf(one) < keyOf(other) ? -1 : 1)
  );
}
