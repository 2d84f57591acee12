import fc from "fast-check";
import { expect, test } from "vitest";
import { changedSpan, type Span, shortestEdit } from "./shortest-edit.ts";

const sequence = fc.array(fc.nat(3), { maxLength: 30 });

test("turns the one sequence into the other, with something kept between two spans", () => {
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      const spans = shortestEdit(a, b, Number.POSITIVE_INFINITY) ?? [];
      expect(rebuild(a, b, spans)).toEqual(b);
      if (a.join() === b.join()) expect(spans).toEqual([]);
      spans.slice(1).forEach((span, i) => {
        expect(span.fromA).toBeGreaterThan(spans[i]?.toA ?? 0);
      });
    }),
  );
});

test("needs no more deletions and insertions than there must be", () => {
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      const spans = shortestEdit(a, b, Number.POSITIVE_INFINITY) ?? [];
      const edits = spans.reduce((sum, { fromA, toA, fromB, toB }) => sum + toA - fromA + toB - fromB, 0);
      expect(edits).toBe(a.length + b.length - 2 * longestCommon(a, b));
    }),
  );
});

test("gives up when it takes more steps than it may", () => {
  const a = Array.from({ length: 1000 }, (_, i) => i);
  const b = a.map((number) => -number);
  expect(shortestEdit(a, b, 1000)).toBeUndefined();
});

test("finds the first and the last difference", () => {
  expect(changedSpan("abcXde", "abcYZde")).toEqual({ fromA: 3, toA: 4, fromB: 3, toB: 5 });
  expect(changedSpan("aa", "aaa")).toEqual({ fromA: 2, toA: 2, fromB: 2, toB: 3 });
  expect(changedSpan("same", "same")).toEqual({ fromA: 4, toA: 4, fromB: 4, toB: 4 });
});

function rebuild(a: readonly number[], b: readonly number[], spans: readonly Span[]): readonly number[] {
  const pieces: number[] = [];
  let place = 0;
  for (const { fromA, toA, fromB, toB } of spans) {
    pieces.push(...a.slice(place, fromA), ...b.slice(fromB, toB));
    place = toA;
  }
  return [...pieces, ...a.slice(place)];
}

function longestCommon(a: readonly number[], b: readonly number[]): number {
  let above = b.map(() => 0);
  for (const left of a) {
    const row: number[] = [];
    b.forEach((right, j) => {
      row.push(left === right ? (above[j - 1] ?? 0) + 1 : Math.max(above[j] ?? 0, row[j - 1] ?? 0));
    });
    above = row;
  }
  return above.at(-1) ?? 0;
}
