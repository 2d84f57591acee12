import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isReached, type Row } from "./row.ts";

const MARKER = "<!-- Written by hand from here on: a run keeps it. -->";
const HEAD = ["what", "store", "ours", "bare", "ratio (rounds)", "goal", "reached"];

/** A row as the cells of {@link HEAD}. */
export function toCells({ what, store, unit, comparison, beside, goal }: Row): readonly string[] {
  const { ours, bare, ratio, lowest, highest } = comparison;
  const format = (figure: number) => `${toFigure(figure)}${unit === "/s" ? unit : ` ${unit}`}`;
  const range = lowest === highest ? "" : ` (${toFigure(lowest)}–${toFigure(highest)})`;
  const wanted = goal && (goal.kind === "ratio" ? `≥ ${goal.atLeast} × bare` : `≥ ${toFigure(goal.atLeast)}/s`);
  const reached = goal ? (isReached(goal, comparison) ? "yes" : "**not reached**") : "";
  return [what, store, format(ours), `${format(bare)} ${beside}`, `${toFigure(ratio)}${range}`, wanted ?? "", reached];
}

/** Writes the rows into a page, and leaves what people wrote below its marker. */
export function writeReport(file: string, machine: string, rows: readonly Row[]): void {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const at = before.indexOf(MARKER);
  const byHand = at < 0 ? "\n" : before.slice(at + MARKER.length);
  const missed = rows.filter(({ goal, comparison }) => goal && !isReached(goal, comparison));
  const text = `# Benchmarks of the library

\`npm run bench\` measures this anew and writes this page; \`npm run bench -- --quick\` only prints, in half a minute.

Measured on ${new Date().toISOString().slice(0, 10)}: ${machine}.

*Bare* is the same work with the driver alone, in the same run and by turns with ours: single-row commits with prepared
statements into a table of the same columns and indices, or the same rows selected into objects and not decoded. In
memory, where there is no driver, it is pushing rows to an array and a Map, and copying them. The machine is shared, and
its disk is sometimes five times as slow as at other times: only ratios count. Figures are medians over the rounds, the
ratio is that of the medians, and in brackets stand the lowest and the highest of a round.

${toTable(rows)}

## Not reached
${missed.length === 0 ? "\nEvery goal was reached.\n" : `\n${missed.map(toMissed).join("\n")}\n`}
`;
  writeFileSync(file, `${text}${MARKER}${byHand}`);
}

function toTable(rows: readonly Row[]): string {
  return [HEAD, HEAD.map(() => "---"), ...rows.map(toCells)].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function toMissed(row: Row): string {
  const [what, store, , , ratio, goal] = toCells(row);
  return `- ${what}, ${store}: not reached, ${row.goal?.kind === "rate" ? toFigure(row.comparison.ours) : ratio} of ${goal}`;
}

/** Three digits: more would be noise. */
function toFigure(figure: number): string {
  const rounded = Number(figure.toPrecision(3));
  return rounded >= 1_000 ? rounded.toLocaleString("en") : String(rounded);
}
