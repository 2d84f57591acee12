import type { Comparison } from "./measure.ts";

/** A line of the table: what was measured, beside what, and whether that is enough. */
export interface Row {
  readonly what: string;
  readonly store: string;
  readonly unit: "/s" | "ms" | "bytes";
  readonly comparison: Comparison;
  /** What the bare figure is of. */
  readonly beside: string;
  readonly goal?: Goal;
}

/** What design.md asks for. */
export type Goal =
  | { readonly kind: "ratio"; readonly atLeast: number }
  | { readonly kind: "rate"; readonly atLeast: number };

export function isReached({ kind, atLeast }: Goal, { ours, ratio }: Comparison): boolean {
  return (kind === "ratio" ? ratio : ours) >= atLeast;
}
