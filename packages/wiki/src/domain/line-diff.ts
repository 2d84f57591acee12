import { changedSpan, type Span, shiftSpan, shortestEdit } from "./shortest-edit.ts";

/**
 * Which lines of `a` others take the place of in `b`: spans of line indexes, in order, at least one equal line between
 * two of them. Texts too different for a fine answer get one span, from their first to their last difference.
 */
export function diffLines(a: readonly string[], b: readonly string[]): readonly Span[] {
  const { fromA, toA, fromB, toB } = changedSpan(a, b);
  if (fromA === toA && fromB === toB) return [];
  if (toA - fromA + toB - fromB > MAX_LINES) return [{ fromA, toA, fromB, toB }];
  const numbers = new Map<string, number>();
  const edit = shortestEdit(numbered(a.slice(fromA, toA), numbers), numbered(b.slice(fromB, toB), numbers), MAX_STEPS);
  return edit?.map((span) => shiftSpan(span, fromA, fromB)) ?? [{ fromA, toA, fromB, toB }];
}

// Two texts of 1 MiB have so many where lines have 20 units; a million empty ones would take 200 ms to number.
const MAX_LINES = 100_000;

// Enough for 1,000 changed lines; at most about 10 ms and 2 MB.
const MAX_STEPS = 500_000;

// Lines are compared again and again: compare numbers, not strings.
function numbered(lines: readonly string[], numbers: Map<string, number>): readonly number[] {
  return lines.map((line) => {
    const number = numbers.get(line) ?? numbers.size;
    numbers.set(line, number);
    return number;
  });
}
