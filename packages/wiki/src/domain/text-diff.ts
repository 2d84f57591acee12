import { diffLines } from "./line-diff.ts";
import { changedSpan, type Span, shiftSpan, shortestEdit } from "./shortest-edit.ts";

/**
 * A short way from one text to another, as spans of UTF-16 units that do not touch: whole lines first, then within
 * changed lines the units that differ. It takes time linear in the texts, whatever they hold. (`diff` of
 * `@codemirror/merge` took 10 s for two texts of 16 kB, one letter with marks, with `scanLimit` and `timeout` set.)
 */
export function diffText(a: string, b: string): readonly Span[] {
  const hunks = changedLines(a, b);
  const changed = hunks.reduce((sum, { fromA, toA, fromB, toB }) => sum + toA - fromA + toB - fromB, 0);
  const stepsPerUnit = 1 + MAX_STEPS / changed;
  return joinNear(hunks.flatMap((hunk) => diffUnits(a, b, hunk, stepsPerUnit))).map((span) =>
    wholeCodePoints(a, b, span),
  );
}

// For all changed lines together, each with its share: about 5 ms, and 20 ns a unit. Beyond, they are replaced whole.
const MAX_STEPS = 250_000;

/** The lines that changed, in units. Only those around them are taken apart: of a long text an edit changes little. */
function changedLines(a: string, b: string): readonly Span[] {
  const start = commonStart(a, b);
  if (start === a.length && start === b.length) return [];
  const end = commonEnd(a, b, Math.min(a.length, b.length) - start);
  const firstLine = start === 0 ? 0 : a.lastIndexOf("\n", start - 1) + 1;
  const tail = a.indexOf("\n", a.length - end);
  const hasTail = tail !== -1;
  const endA = hasTail ? tail : a.length;
  const linesA = a.slice(firstLine, endA).split("\n");
  const linesB = b.slice(firstLine, endA + b.length - a.length).split("\n");
  return unitsOfLines(linesA, linesB, hasTail).map((span) => shiftSpan(span, firstLine, firstLine));
}

// Parts of strings are compared by machine words: much faster than unit by unit, where they are long.
const BLOCK = 1_024;

/** How many units two texts have in common at their beginning. */
function commonStart(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at + BLOCK <= shorter && a.slice(at, at + BLOCK) === b.slice(at, at + BLOCK)) at += BLOCK;
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** The same at their end, at most so many. */
function commonEnd(a: string, b: string, most: number): number {
  const [lengthA, lengthB] = [a.length, b.length];
  let end = 0;
  while (
    end + BLOCK <= most &&
    a.slice(lengthA - end - BLOCK, lengthA - end) === b.slice(lengthB - end - BLOCK, lengthB - end)
  ) {
    end += BLOCK;
  }
  while (end < most && a.charCodeAt(lengthA - 1 - end) === b.charCodeAt(lengthB - 1 - end)) end += 1;
  return end;
}

function unitsOfLines(a: readonly string[], b: readonly string[], hasTail: boolean): readonly Span[] {
  const startsA = lineStarts(a);
  const startsB = lineStarts(b);
  return diffLines(a, b).map((lines) => {
    const units = {
      fromA: startsA[lines.fromA] ?? 0,
      toA: startsA[lines.toA] ?? 0,
      fromB: startsB[lines.fromB] ?? 0,
      toB: startsB[lines.toB] ?? 0,
    };
    if (lines.fromA < lines.toA && lines.fromB < lines.toB) return { ...units, toA: units.toA - 1, toB: units.toB - 1 };
    // Lines that only come or go take the break after them along; the last have none, and take the one before.
    return lines.toA === a.length && !hasTail ? shiftSpan(units, -1, -1) : units;
  });
}

/** Where each line starts, and where one more would. */
function lineStarts(lines: readonly string[]): Int32Array {
  const starts = new Int32Array(lines.length + 1);
  lines.forEach((line, i) => {
    starts[i + 1] = (starts[i] ?? 0) + line.length + 1;
  });
  return starts;
}

function diffUnits(a: string, b: string, { fromA, toA, fromB, toB }: Span, stepsPerUnit: number): readonly Span[] {
  const unitsA = unitsOf(a.slice(fromA, toA));
  const unitsB = unitsOf(b.slice(fromB, toB));
  const whole = changedSpan(unitsA, unitsB);
  const edit = shortestEdit(
    unitsA.subarray(whole.fromA, whole.toA),
    unitsB.subarray(whole.fromB, whole.toB),
    stepsPerUnit * (unitsA.length + unitsB.length),
  );
  const spans = edit?.map((span) => shiftSpan(span, whole.fromA, whole.fromB)) ?? [whole];
  return spans.map((span) => shiftSpan(span, fromA, fromB));
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i += 1) units[i] = text.charCodeAt(i);
  return units;
}

// To keep fewer units than this between two spans takes more JSON than it saves: `"],3,[2,"`.
const MIN_KEPT = 5;

function joinNear(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last === undefined || span.fromA - last.toA >= MIN_KEPT) joined.push(span);
    else joined.splice(-1, 1, { ...span, fromA: last.fromA, fromB: last.fromB });
  }
  return joined;
}

// 😀 and 😁 share their first half: take both halves, so that no stored change holds half a character.
function wholeCodePoints(a: string, b: string, { fromA, toA, fromB, toB }: Span): Span {
  const before = splitsPair(a, fromA) || splitsPair(b, fromB) ? 1 : 0;
  const after = splitsPair(a, toA) || splitsPair(b, toB) ? 1 : 0;
  return { fromA: fromA - before, toA: toA + after, fromB: fromB - before, toB: toB + after };
}

function splitsPair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
