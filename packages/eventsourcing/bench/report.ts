import { toTables, writeReport } from "../../../tools/bench/report.ts";
import type { Row } from "../../../tools/bench/row.ts";

/** Writes the rows into the page of benchmarks. */
export function writeLibraryReport(machine: string, rows: readonly Row[]): void {
  writeReport(
    "the library",
    `## The library

Measured on ${new Date().toISOString().slice(0, 10)}: ${machine}.

*Bare* is the same work with the driver alone, in the same run and by turns with ours: single-row commits with prepared
statements into a table of the same columns and indices, or the same rows selected into objects and not decoded. In
memory, where there is no driver, it is pushing rows to an array and a Map, and copying them. The machine is shared, and
its disk is sometimes five times as slow as at other times: only ratios count. Figures are medians over the rounds, the
ratio is that of the medians, and in brackets stand the lowest and the highest of a round.

${toTables(rows)}`,
  );
}
