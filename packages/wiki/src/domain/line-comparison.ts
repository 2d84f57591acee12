import { changedSpan, type Span, shiftSpan, shortestEdit } from "./shortest-edit.ts";
import { type LineWords, wordsOfLine } from "./words-of-line.ts";

/** A line of a text with its number, counted from 1; what its counterpart lacks is marked. */
export interface MarkedLine {
  readonly number: number;
  readonly pieces: readonly Piece[];
}

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** A line and the one that took its place; or a line that came or went, in which nothing is marked. */
export type ComparedRow =
  | { readonly before: MarkedLine; readonly after: MarkedLine }
  | { readonly before: MarkedLine; readonly after?: undefined }
  | { readonly before?: undefined; readonly after: MarkedLine };

/** Lines of a text, and the number of the first. */
export interface Lines {
  readonly first: number;
  readonly lines: readonly string[];
}

/**
 * Which of the changed lines took the place of which, and what is different in them, by words. The rows hold the lines
 * of each text in their order. It takes about `2 * maxSteps` steps and time linear in the lines.
 */
export function compareLines(before: Lines, after: Lines, maxSteps: number): readonly ComparedRow[] {
  const a = before.lines.map(wordsOfLine);
  const b = after.lines.map(wordsOfLine);
  const rows: ComparedRow[] = [];
  let [lineA, lineB] = [0, 0];
  const addUnpaired = (toA: number, toB: number): void => {
    for (; lineA < toA; lineA += 1) rows.push({ before: wholeLine(before, lineA) });
    for (; lineB < toB; lineB += 1) rows.push({ after: wholeLine(after, lineB) });
  };
  const pairs = similarLines(a, b, maxSteps);
  for (const pair of pairs) {
    addUnpaired(pair.lineA, pair.lineB);
    const pieces = comparePair(pair.a, pair.b, maxSteps / pairs.length);
    rows.push({
      before: { number: before.first + lineA, pieces: pieces.before },
      after: { number: after.first + lineB, pieces: pieces.after },
    });
    [lineA, lineB] = [lineA + 1, lineB + 1];
  }
  addUnpaired(a.length, b.length);
  return rows;
}

/** A line with nothing marked. */
export function wholeLine({ first, lines }: Lines, line: number): MarkedLine {
  return { number: first + line, pieces: [{ text: lines[line] ?? "", marked: false }] };
}

interface LinePair {
  readonly lineA: number;
  readonly lineB: number;
  readonly a: LineWords;
  readonly b: LineWords;
  /** How many units of their words are in both. */
  readonly common: number;
}

// Of what two lines hold together, so much is in both: with less they are two lines, not one that was changed.
const MIN_SIMILARITY = 0.4;

/** The lines that have most in common, in the order of both texts. */
function similarLines(a: readonly LineWords[], b: readonly LineWords[], maxSteps: number): readonly LinePair[] {
  const pairs: LinePair[] = [];
  for (const pair of linesInCommon(a, b, maxSteps)) {
    if (2 * pair.common < MIN_SIMILARITY * (pair.a.units + pair.b.units)) continue;
    const last = pairs.at(-1);
    // The words are in order, so that only neighbours can want the same line.
    const isRival = last !== undefined && (last.lineA === pair.lineA || last.lineB === pair.lineB);
    if (isRival && pair.common <= last.common) continue;
    if (isRival) pairs.pop();
    pairs.push(pair);
  }
  return pairs;
}

/** The lines that share words, once all lines are laid out as one. */
function linesInCommon(a: readonly LineWords[], b: readonly LineWords[], maxSteps: number): readonly LinePair[] {
  const [lineOfA, lineOfB] = [a, b].map((lines) => lines.flatMap(({ words }, line) => words.map(() => line)));
  const wordsA = a.flatMap(({ words }) => words);
  const found: { lineA: number; lineB: number; a: LineWords; b: LineWords; common: number }[] = [];
  for (const [wordA, wordB] of counterparts(
    wordsA,
    b.flatMap(({ words }) => words),
    maxSteps,
  ).entries()) {
    if (wordB === NONE) continue;
    const [lineA, lineB] = [lineOfA?.[wordA] ?? 0, lineOfB?.[wordB] ?? 0];
    const common = wordsA[wordA]?.length ?? 0;
    const last = found.at(-1);
    const [inA, inB] = [a[lineA], b[lineB]];
    if (last?.lineA === lineA && last.lineB === lineB) last.common += common;
    else if (inA !== undefined && inB !== undefined) found.push({ lineA, lineB, a: inA, b: inB, common });
  }
  return found;
}

// Compared anew: among all lines a word may have found its like in another one.
function comparePair(a: LineWords, b: LineWords, maxSteps: number) {
  const inB = counterparts(a.words, b.words, maxSteps);
  const inA = new Int32Array(b.words.length).fill(NONE);
  for (const [wordA, wordB] of inB.entries()) if (wordB !== NONE) inA[wordB] = wordA;
  return { before: markedPieces(a, b, inB), after: markedPieces(b, a, inA) };
}

function markedPieces(line: LineWords, other: LineWords, counterpartOf: Int32Array): readonly Piece[] {
  const pieces: { text: string; marked: boolean }[] = [];
  const add = (text: string, marked: boolean): void => {
    const last = pieces.at(-1);
    if (last?.marked === marked) last.text += text;
    else if (text !== "") pieces.push({ text, marked });
  };
  let isAfterMarked = false;
  for (const [i, word] of line.words.entries()) {
    const counterpart = counterpartOf[i] ?? NONE;
    const isMarked = counterpart === NONE;
    const gap = line.gaps[i] ?? "";
    // White space between two marked words belongs to what changed; ahead of a word that stayed it may itself have.
    add(gap, isMarked ? isAfterMarked : gap !== other.gaps[counterpart]);
    add(word, isMarked);
    isAfterMarked = isMarked;
  }
  add(line.end, line.end !== other.end);
  return pieces;
}

const NONE = -1;

/** For each word of `a` the one of `b` that it is, or `NONE`. */
function counterparts(a: readonly string[], b: readonly string[], maxSteps: number): Int32Array {
  const numbers = new Map<string, number>();
  const [numbersA, numbersB] = [numbered(a, numbers), numbered(b, numbers)];
  const found = new Int32Array(a.length).fill(NONE);
  let [wordA, wordB] = [0, 0];
  const end = { fromA: a.length, toA: a.length, fromB: b.length, toB: b.length };
  for (const { fromA, toA, toB } of [...editOf(numbersA, numbersB, maxSteps), end]) {
    while (wordA < fromA) found[wordA++] = wordB++;
    [wordA, wordB] = [toA, toB];
  }
  return found;
}

function numbered(words: readonly string[], numbers: Map<string, number>): Int32Array {
  return Int32Array.from(words, (word) => {
    const number = numbers.get(word) ?? numbers.size;
    numbers.set(word, number);
    return number;
  });
}

function editOf(a: Int32Array, b: Int32Array, maxSteps: number): readonly Span[] {
  const span = changedSpan(a, b);
  const edit = shortestEdit(a.subarray(span.fromA, span.toA), b.subarray(span.fromB, span.toB), maxSteps);
  return edit?.map((inner) => shiftSpan(inner, span.fromA, span.fromB)) ?? [span];
}
