/** A stretch of one sequence, `[fromA, toA)`, and the stretch of another that takes its place, `[fromB, toB)`. */
export interface Span {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

export function shiftSpan({ fromA, toA, fromB, toB }: Span, byA: number, byB: number): Span {
  return { fromA: fromA + byA, toA: toA + byA, fromB: fromB + byB, toB: toB + byB };
}

/** The stretch from the first to the last difference of two sequences; empty on both sides where they are equal. */
export function changedSpan<T>(a: ArrayLike<T>, b: ArrayLike<T>): Span {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return { fromA: start, toA: a.length - end, fromB: start, toB: b.length - end };
}

/**
 * The fewest deletions and insertions that turn `a` into `b` (Myers 1986), as spans in order with at least one equal
 * element between two of them; `undefined` where finding them takes more than `maxSteps`. k edits take about k² / 2
 * steps and integers of memory; a step takes nanoseconds. The answer depends on nothing else, not on the clock.
 */
export function shortestEdit(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  maxSteps: number,
): readonly Span[] | undefined {
  // Without this, a text written into an empty page would take as many rows as it has units.
  if ((a.length === 0) !== (b.length === 0)) return [{ fromA: 0, toA: a.length, fromB: 0, toB: b.length }];
  // rows[edits][deletions]: the furthest place in `a` that so many edits lead to; the place in `b` follows from it.
  const rows: Int32Array[] = [];
  for (let edits = 0, steps = 0; ; edits += 1) {
    const row = new Int32Array(edits + 1).fill(NOWHERE);
    const before = rows.at(-1);
    steps += row.length;
    for (let deletions = Math.max(0, edits - b.length); deletions <= Math.min(edits, a.length); deletions += 1) {
      const from = afterEdit(before, deletions);
      if (from < 0) continue;
      const ahead = edits - 2 * deletions;
      let to = from;
      while (to < a.length && to + ahead < b.length && a[to] === b[to + ahead]) to += 1;
      if (to === a.length && to + ahead === b.length) return trace(rows, deletions);
      row[deletions] = to;
      steps += to - from;
      if (steps > maxSteps) return undefined;
    }
    rows.push(row);
  }
}

const NOWHERE = -(2 ** 30);

/** How far in `a` one edit more than in `before` leads, ahead of the equal elements that may follow. */
function afterEdit(before: Int32Array | undefined, deletions: number): number {
  if (before === undefined) return 0;
  return Math.max((before[deletions - 1] ?? NOWHERE) + 1, before[deletions] ?? NOWHERE);
}

function trace(rows: readonly Int32Array[], deletions: number): readonly Span[] {
  const backwards: Span[] = [];
  let deletionsLeft = deletions;
  for (const before of rows.toReversed()) {
    const toA = afterEdit(before, deletionsLeft);
    const toB = toA + before.length - 2 * deletionsLeft;
    const isDeletion = (before[deletionsLeft - 1] ?? NOWHERE) + 1 === toA;
    const edit = { fromA: isDeletion ? toA - 1 : toA, toA, fromB: isDeletion ? toB : toB - 1, toB };
    const next = backwards.at(-1);
    if (next?.fromA === toA && next.fromB === toB) backwards.splice(-1, 1, { ...edit, toA: next.toA, toB: next.toB });
    else backwards.push(edit);
    if (isDeletion) deletionsLeft -= 1;
  }
  return backwards.toReversed();
}
