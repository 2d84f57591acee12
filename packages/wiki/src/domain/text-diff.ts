import { diffLines } from "./line-diff.ts";
import { type Span, changedSpan, shiftSpan, shortestEdit } from "./shortest-edit.ts";

/** The UTF-16 units `[from, to)` of a text that give way to `insert`. */
export interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/**
 * A short way from one text to another, both given as lines: replacements in order that do not touch; whole lines
 * first, then within changed lines the units that differ. The time is linear in the texts whatever they hold; `diff` of
 * `@codemirror/merge` took 10 s for two texts of 16 kB, with `scanLimit` and `timeout` set.
 */
export function diffText(before: readonly string[], after: readonly string[]): readonly Replacement[] {
  const hunks = diffLines(before, after).map((span) => ({
    span,
    deleted: before.slice(span.fromA, span.toA).join("\n"),
    inserted: after.slice(span.fromB, span.toB).join("\n"),
  }));
  const changedUnits = hunks.reduce((sum, { deleted, inserted }) => sum + deleted.length + inserted.length, 0);
  const stepsPerUnit = 1 + MAX_STEPS / changedUnits;

  let line = 0;
  let start = 0;
  return hunks.flatMap(({ span: { fromA, toA, fromB, toB }, deleted, inserted }) => {
    for (; line < fromA; line += 1) start += (before[line] ?? "").length + 1;
    if (fromA < toA && fromB < toB) return replaceUnits(deleted, inserted, start, stepsPerUnit);
    // Whole lines come or go with the break after them; the last ones of a text have none, and take the one before.
    const isLast = toA === before.length;
    const from = isLast ? start - 1 : start;
    if (fromA < toA) return { from, to: from + deleted.length + 1, insert: "" };
    return { from, to: from, insert: isLast ? `\n${inserted}` : `${inserted}\n` };
  });
}

// All changed lines together, each with its share: about 5 ms and 20 ns a unit, then what is left is replaced without a closer look.
const MAX_STEPS = 250_000;

function replaceUnits(
  deleted: string,
  inserted: string,
  start: number,
  stepsPerUnit: number,
): readonly Replacement[] {
  return joinNear(diffUnits(unitsOf(deleted), unitsOf(inserted), stepsPerUnit))
    .map((span) => widenToCodePoints(span, deleted, inserted))
    .map(({ fromA, toA, fromB, toB }) => ({
      from: start + fromA,
      to: start + toA,
      insert: inserted.slice(fromB, toB),
    }));
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i += 1) units[i] = text.charCodeAt(i);
  return units;
}

function diffUnits(a: Uint16Array, b: Uint16Array, stepsPerUnit: number): readonly Span[] {
  const whole = changedSpan(a, b);
  const { fromA, toA, fromB, toB } = whole;
  const maxSteps = stepsPerUnit * (a.length + b.length);
  const edit = shortestEdit(a.subarray(fromA, toA), b.subarray(fromB, toB), maxSteps);
  return edit?.map((span) => shiftSpan(span, fromA, fromB)) ?? [whole];
}

// Keeping fewer units than this apart takes more JSON than it saves: `"],3,[2,"`.
const MIN_KEPT = 5;

function joinNear(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && span.fromA - last.toA < MIN_KEPT) {
      joined.splice(-1, 1, { ...span, fromA: last.fromA, fromB: last.fromB });
    } else joined.push(span);
  }
  return joined;
}

// 😀 and 😁 share their first half: a change takes both, or a reader of the stored change meets half a character.
function widenToCodePoints({ fromA, toA, fromB, toB }: Span, a: string, b: string): Span {
  const before = splitsPair(a, fromA) || splitsPair(b, fromB) ? 1 : 0;
  const after = splitsPair(a, toA) || splitsPair(b, toB) ? 1 : 0;
  return { fromA: fromA - before, toA: toA + after, fromB: fromB - before, toB: toB + after };
}

function splitsPair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
