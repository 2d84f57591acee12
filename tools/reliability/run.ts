import { appendFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const STORES = { sqlite: "SQLite", postgres: "PostgreSQL", memory: "memory" } as const;

/** A run that tried to break a promise, and did not. */
export interface Run {
  /** Their numbers in `docs/reliability.md`. */
  readonly promises: readonly number[];
  readonly store: (typeof STORES)[keyof typeof STORES];
  readonly what: string;
  /** What was counted. */
  readonly figures: { readonly [what: string]: number };
  /** What was made wrong on purpose, and that it was found. */
  readonly control: string;
}

/** A run as it is told of: when it was made (`2026-11-23`), and by which test. */
export interface NotedRun extends Run {
  readonly on: string;
  readonly test: string;
}

/** What a store is called in the table, by the name of its engine. */
export function storeOf(engine: string): Run["store"] {
  const name = STORES[engine as keyof typeof STORES];
  if (name === undefined) throw new Error(`there is no engine ${engine}`);
  return name;
}

/** Notes a run of the test that calls this for the table in `docs/reliability.md`, where `npm run reliability` asks for it. */
export function noteRun(run: Run): void {
  const file = process.env["PALIMPSEST_RUNS"];
  if (file === undefined) return;
  const test = relative(ROOT, expect.getState().testPath ?? "").replaceAll("\\", "/");
  const noted: NotedRun = { ...run, test, on: new Date().toISOString().slice(0, 10) };
  appendFileSync(file, `${JSON.stringify(noted)}\n`);
}
