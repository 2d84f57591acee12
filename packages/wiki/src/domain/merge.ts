import { Text } from "@codemirror/state";
import { diffLines } from "./line-diff.ts";
import { applyChange, assertSum, changeBetween, type TextChange } from "./text-change.ts";

/** The lines `[from, to)` of a text, counted from 0; where both are equal, the place ahead of that line. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** Where both sides changed the same or adjoining lines, each in its own way: the lines in question in each text. */
export interface MergeConflict {
  readonly base: LineRange;
  readonly theirs: LineRange;
  readonly yours: LineRange;
}

/** `change` leads from their text to the merged one, `text`. */
export type Merge =
  | { readonly kind: "merged"; readonly change: TextChange; readonly text: Text }
  | { readonly kind: "conflict"; readonly conflicts: readonly MergeConflict[] };

/** Merges two changes of `base` as `mergeTexts` does; refuses a change that was not made for it. */
export function mergeChange(changes: {
  readonly base: Text;
  readonly theirs: TextChange;
  readonly yours: TextChange;
}): Merge {
  const { base, theirs, yours } = changes;
  return mergeTexts({ base, theirs: textAfter(base, theirs), yours: textAfter(base, yours) });
}

function textAfter(base: Text, change: TextChange): Text {
  const text = applyChange(base, change);
  assertSum(text, change.sum);
  return text;
}

/**
 * Merges two texts that were made from one, `base`. Both sides keep the lines they changed where between those of the
 * one and those of the other at least one is as it was; where both made the same of the same lines it counts once;
 * anything else is a conflict. Both orders give the same text.
 *
 * To undo an edit: `base` is the text after it, `theirs` the present text, `yours` the text before it.
 */
export function mergeTexts(texts: { readonly base: Text; readonly theirs: Text; readonly yours: Text }): Merge {
  // Lines are compared anew rather than taken from recorded changes: the outcome depends on the three texts alone, not
  // on the steps that led to them, and is put together from whole lines, so that none can come out mixed.
  const base = texts.base.toJSON();
  const theirs = hunksOf(base, texts.theirs.toJSON());
  const yours = hunksOf(base, texts.yours.toJSON());

  const merged: (readonly string[])[] = [];
  const conflicts: MergeConflict[] = [];
  let line = 0;
  for (const group of groupTouching([...theirs, ...yours])) {
    const [first, ...others] = group.hunks;
    if (others.every((other) => isSame(other, first))) merged.push(base.slice(line, group.from), first.lines);
    else conflicts.push(conflictAt(group, theirs, yours));
    line = group.to;
  }
  if (conflicts.length > 0) return { kind: "conflict", conflicts };
  const text = Text.of([...merged, base.slice(line)].flat());
  return { kind: "merged", change: changeBetween(texts.theirs, text), text };
}

/** The lines that take the place of lines `[from, to)` of the base. */
interface Hunk extends LineRange {
  readonly lines: readonly string[];
}

interface Group extends LineRange {
  readonly hunks: readonly [Hunk, ...Hunk[]];
}

function hunksOf(base: readonly string[], side: readonly string[]): readonly Hunk[] {
  return diffLines(base, side).map(({ fromA, toA, fromB, toB }) => ({
    from: fromA,
    to: toA,
    lines: side.slice(fromB, toB),
  }));
}

/** Hunks that meet or adjoin come into one group; at least one line of the base is between two groups. */
function groupTouching(hunks: readonly Hunk[]): readonly Group[] {
  const groups: Group[] = [];
  for (const hunk of hunks.toSorted((a, b) => a.from - b.from)) {
    const last = groups.at(-1);
    if (last === undefined || hunk.from > last.to) groups.push({ from: hunk.from, to: hunk.to, hunks: [hunk] });
    else groups.splice(-1, 1, { from: last.from, to: Math.max(last.to, hunk.to), hunks: [...last.hunks, hunk] });
  }
  return groups;
}

// Hunks of one side never touch: a group in which all are the same is one hunk of one side, or the same one of both.
function isSame(a: Hunk, b: Hunk): boolean {
  const haveSameLines = a.lines.length === b.lines.length && a.lines.every((line, i) => line === b.lines[i]);
  return haveSameLines && a.from === b.from && a.to === b.to;
}

function conflictAt({ from, to }: LineRange, theirs: readonly Hunk[], yours: readonly Hunk[]): MergeConflict {
  return { base: { from, to }, theirs: rangeIn(theirs, { from, to }), yours: rangeIn(yours, { from, to }) };
}

/** The lines of a side that stand for lines `[from, to)` of the base, where none of its hunks crosses the ends. */
function rangeIn(side: readonly Hunk[], { from, to }: LineRange): LineRange {
  const grownBefore = grownBy(side.filter((hunk) => hunk.to < from));
  const grown = grownBy(side.filter((hunk) => hunk.to <= to));
  return { from: from + grownBefore, to: to + grown };
}

function grownBy(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, { from, to, lines }) => sum + lines.length - (to - from), 0);
}
