import type { Comparison } from "./measure.ts";

/** A line of a table: what was measured, beside what, and whether that is enough. */
export interface Row {
  readonly what: string;
  readonly store: string;
  readonly unit: "/s" | "ms" | "s" | "bytes" | "MB";
  readonly comparison: Comparison;
  /** What the bare figure is of. */
  readonly beside: string;
  readonly goal?: Goal;
}

/** What the design asks for: of the ratio to the bare figure, or of our own. */
export type Goal =
  | { readonly kind: "ratio" | "figure"; readonly atLeast: number }
  | { readonly kind: "ratio" | "figure"; readonly atMost: number };

export function isReached(goal: Goal, { ours, ratio }: Comparison): boolean {
  const reached = goal.kind === "ratio" ? ratio : ours;
  return "atLeast" in goal ? reached >= goal.atLeast : reached <= goal.atMost;
}

/** The comparison of two figures that were measured once. */
export function measuredOnce(ours: number, bare: number): Comparison {
  const ratio = ours / bare;
  return { ours, bare, ratio, lowest: ratio, highest: ratio };
}
