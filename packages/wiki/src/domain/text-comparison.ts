import { type ComparedRow, compareLines, type Lines, wholeLine } from "./line-comparison.ts";
import { diffLines } from "./line-diff.ts";

/** Two texts beside each other: the sections in order make up all lines of both. */
export interface TextComparison {
  readonly sections: readonly ComparedSection[];
  /** How many stretches of lines were changed; 0 where the texts are equal. */
  readonly changes: number;
}

/** Lines are counted from 1: `before` and `after` say with which the section begins in either text. */
export type ComparedSection =
  | {
      readonly kind: "same";
      readonly before: number;
      readonly after: number;
      readonly lines: readonly string[];
      /** Whether it is far from what was changed, and may be folded. */
      readonly isFar: boolean;
    }
  | { readonly kind: "changed"; readonly before: number; readonly after: number; readonly rows: readonly ComparedRow[] }
  /** What is left out, as nobody would read so much: how many lines of either text. */
  | {
      readonly kind: "omitted";
      readonly before: number;
      readonly after: number;
      readonly linesBefore: number;
      readonly linesAfter: number;
    };

/** How much is taken into a comparison: what goes beyond is omitted, or not compared by words. */
export interface ComparisonLimits {
  readonly lines: number;
  readonly units: number;
  /** Of lines that are compared by words. */
  readonly wordUnits: number;
}

// More than anybody reads. It keeps the work near 100 ms, and a view of it at a few megabytes.
const LIMITS: ComparisonLimits = { lines: 10_000, units: 600_000, wordUnits: 60_000 };

/** What changed between two texts: by lines, and within lines by words. It takes time linear in the texts. */
export function compareTexts(before: string, after: string, limits: ComparisonLimits = LIMITS): TextComparison {
  const a = before.split("\n");
  const b = after.split("\n");
  const hunks = diffLines(a, b);
  const comparison = new Comparison(limits, a, b);
  for (const { fromA, toA, fromB, toB } of hunks) {
    comparison.addSame(fromA, fromB);
    comparison.addChanged(toA, toB);
  }
  comparison.addSame(a.length, b.length);
  return { sections: comparison.sections, changes: hunks.length };
}

/** Lines next to a change that are never folded. */
const CONTEXT = 3;
/** To fold fewer than that hides more than it saves. */
const MIN_FOLDED = 4;

// Enough for 60 changed words anywhere; long stretches get more.
const MIN_WORD_STEPS = 2_000;
const WORD_STEPS_PER_UNIT = 20;

class Comparison {
  readonly sections: ComparedSection[] = [];
  readonly #a: readonly string[];
  readonly #b: readonly string[];
  #linesLeft: number;
  #unitsLeft: number;
  #wordUnitsLeft: number;
  // The lines from which on nothing is added yet.
  #lineA = 0;
  #lineB = 0;

  constructor(limits: ComparisonLimits, a: readonly string[], b: readonly string[]) {
    this.#a = a;
    this.#b = b;
    this.#linesLeft = limits.lines;
    this.#unitsLeft = limits.units;
    this.#wordUnitsLeft = limits.wordUnits;
  }

  /** All lines up to these are the same. */
  addSame(toA: number, toB: number): void {
    const isFirst = this.#lineA === 0 && this.#lineB === 0;
    const isLast = toA === this.#a.length && toB === this.#b.length;
    const farFrom = this.#lineA + (isFirst ? 0 : CONTEXT);
    const farTo = toA - (isLast ? 0 : CONTEXT);
    if (farTo - farFrom >= MIN_FOLDED) {
      this.#addSameLines(farFrom, false);
      this.#addSameLines(farTo, true);
    }
    this.#addSameLines(toA, false);
  }

  #addSameLines(to: number, isFar: boolean): void {
    const lines = this.#a.slice(this.#lineA, to);
    if (lines.length === 0) return;
    const place = { before: this.#lineA + 1, after: this.#lineB + 1 };
    // What changed comes first: lines far from it take no more than a quarter of the room.
    const fits = this.#countFitting(lines, isFar ? 0.25 : 1) === lines.length;
    if (fits) this.sections.push({ kind: "same", ...place, lines: this.#take(lines), isFar });
    else this.#omit(lines.length, lines.length);
    this.#lineA += lines.length;
    this.#lineB += lines.length;
  }

  /** All lines up to these were changed. */
  addChanged(toA: number, toB: number): void {
    const removed = this.#a.slice(this.#lineA, toA);
    const added = this.#b.slice(this.#lineB, toB);
    const gone = this.#take(removed.slice(0, this.#countFitting(removed, 0.5)));
    const come = this.#take(added.slice(0, this.#countFitting(added, 1)));
    const before = { first: this.#lineA + 1, lines: gone };
    const after = { first: this.#lineB + 1, lines: come };
    const rows = this.#compare(before, after);
    if (rows.length > 0) this.sections.push({ kind: "changed", before: before.first, after: after.first, rows });
    this.#lineA += before.lines.length;
    this.#lineB += after.lines.length;
    this.#omit(toA - this.#lineA, toB - this.#lineB);
    this.#lineA = toA;
    this.#lineB = toB;
  }

  #compare(before: Lines, after: Lines): readonly ComparedRow[] {
    const units = unitsOf(before.lines) + unitsOf(after.lines);
    if (before.lines.length > 0 && after.lines.length > 0 && units <= this.#wordUnitsLeft) {
      this.#wordUnitsLeft -= units;
      return compareLines(before, after, MIN_WORD_STEPS + WORD_STEPS_PER_UNIT * units);
    }
    return [
      ...before.lines.map((_, line) => ({ before: wholeLine(before, line) })),
      ...after.lines.map((_, line) => ({ after: wholeLine(after, line) })),
    ];
  }

  #omit(linesBefore: number, linesAfter: number): void {
    if (linesBefore + linesAfter === 0) return;
    this.sections.push({ kind: "omitted", before: this.#lineA + 1, after: this.#lineB + 1, linesBefore, linesAfter });
  }

  /** How many of the lines still go in, with this share of the room that is left. */
  #countFitting(lines: readonly string[], share: number): number {
    const maxLines = Math.ceil(this.#linesLeft * share);
    let unitsLeft = Math.ceil(this.#unitsLeft * share);
    const tooMuch = lines.findIndex((line, i) => {
      unitsLeft -= line.length;
      return i === maxLines || unitsLeft < 0;
    });
    return tooMuch < 0 ? lines.length : tooMuch;
  }

  #take(lines: readonly string[]): readonly string[] {
    this.#linesLeft -= lines.length;
    this.#unitsLeft -= unitsOf(lines);
    return lines;
  }
}

function unitsOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}
