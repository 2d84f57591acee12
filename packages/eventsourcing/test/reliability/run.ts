import { appendFileSync } from "node:fs";

/** A run that tried to break a promise, and did not. */
export interface Run {
  /** Their numbers in `docs/reliability.md`. */
  readonly promises: readonly number[];
  readonly store: "SQLite" | "PostgreSQL" | "any";
  readonly what: string;
  /** What was counted. */
  readonly figures: { readonly [what: string]: number };
  /** What was made wrong on purpose, and that it was found. */
  readonly control: string;
}

/** Notes a run for the table in `docs/reliability.md`, where `npm run reliability` asks for it. */
export function noteRun(run: Run): void {
  const file = process.env["PALIMPSEST_RUNS"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(run)}\n`);
}
