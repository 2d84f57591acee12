import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isReached, type Row } from "./row.ts";

const PAGE = join(import.meta.dirname, "../../docs/benchmarks.md");
const HEAD = ["what", "store", "ours", "bare", "ratio (rounds)", "goal", "reached"];

/** Writes what was measured into its place on the page of benchmarks. */
export function writeReport(name: string, text: string): void {
  writeFileSync(PAGE, withMeasured(readFileSync(PAGE, "utf8"), name, text));
}

/** A page with what was measured in its place; what people wrote around it stays. */
export function withMeasured(page: string, name: string, text: string): string {
  const start = `<!-- measured, ${name}: a run writes this anew -->`;
  const end = `<!-- end of what was measured, ${name} -->`;
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md lacks "${start}" before "${end}"; write them there`);
  return `${page.slice(0, from + start.length)}\n${text.trim()}\n${page.slice(to)}`;
}

/** The rows as a table in Markdown, and those that missed their goals once more below. */
export function toTables(rows: readonly Row[]): string {
  const missed = rows.filter(({ goal, comparison }) => goal && !isReached(goal, comparison));
  const lines = [HEAD, HEAD.map(() => "---"), ...rows.map(toCells)].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}

### Not reached
${missed.length === 0 ? "\nEvery goal was reached." : `\n${missed.map(toMissed).join("\n")}`}`;
}

/** A row as the cells of its line. */
export function toCells({ what, store, unit, comparison, beside, goal }: Row): readonly string[] {
  const { ours, bare, ratio, lowest, highest } = comparison;
  const format = (figure: number) => `${toFigure(figure)}${unit === "/s" ? unit : ` ${unit}`}`;
  const range = lowest === highest ? "" : ` (${toFigure(lowest)}–${toFigure(highest)})`;
  const reached = goal ? (isReached(goal, comparison) ? "yes" : "**not reached**") : "";
  const cells = [
    format(ours),
    `${format(bare)} ${beside}`,
    `${toFigure(ratio)}${range}`,
    toGoal(goal, format),
    reached,
  ];
  return [what, store, ...cells];
}

function toGoal(goal: Row["goal"], format: (figure: number) => string): string {
  if (!goal) return "";
  const [sign, figure] = "atLeast" in goal ? ["≥", goal.atLeast] : ["≤", goal.atMost];
  return goal.kind === "ratio" ? `${sign} ${figure} × bare` : `${sign} ${format(figure)}`;
}

function toMissed(row: Row): string {
  const [what, store, ours, , ratio, goal] = toCells(row);
  return `- ${what}, ${store}: not reached, ${row.goal?.kind === "figure" ? ours : ratio} of ${goal}`;
}

/** Three digits: more would be noise. */
function toFigure(figure: number): string {
  const rounded = Number(figure.toPrecision(3));
  return rounded >= 1_000 ? rounded.toLocaleString("en") : String(rounded);
}
