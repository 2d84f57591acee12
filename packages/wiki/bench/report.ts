import { toTables, writeReport } from "../../../tools/bench/report.ts";
import type { Row } from "../../../tools/bench/row.ts";

/** Writes the rows into the page of benchmarks. */
export function writeWikiReport(machine: string, rows: readonly Row[]): void {
  writeReport(
    "the wiki",
    `## The wiki

Measured on ${new Date().toISOString().slice(0, 10)}: ${machine}.

A wiki of 1,000 pages of 5 kB on SQLite, in a process of its own that differs from \`palimpsest serve\` in one thing: one
client may ask without limit. *Bare* is named in each row, and measured in the same run, by turns with ours; \`node:http\`
alone sends the headers and the bytes of our answer. What sends the requests is one more process, the same for both, and
shares the two cores with the server: alone on them, either would be faster. Figures are medians over the rounds, in
brackets stand the lowest and the highest ratio of a round.

${toTables(rows)}`,
  );
}
