import { ChangeSet, type Text } from "@codemirror/state";
import { z } from "zod";
import { stringOf, textOf } from "./text.ts";
import { TextChangeMismatchError } from "./text-change-mismatch.ts";
import { diffText } from "./text-diff.ts";
import { sumOf } from "./text-sum.ts";

// No string of V8 is longer; and from 1e9 on CodeMirror takes a place for "the end".
const MAX_UNITS = 2 ** 29 - 24;

const Kept = z.int().min(1).max(MAX_UNITS);
const Replaced = z
  .tuple([z.int().min(0).max(MAX_UNITS)], z.string().refine(isLine, "must be split at line feeds"))
  .refine(isReplacement, "must delete or insert something, and insert no empty text")
  .readonly();
const Part = z.union([Kept, Replaced]);

/**
 * A change of a text as it is stored, for ever; another form will have another `v`. `parts` lead through the text
 * before: in turn a number of UTF-16 units that stay, and `[deleted, ...insertedLines]`: a number of units that go and
 * the lines, split at "\n" alone, of the text that comes. `sum` is `sumOf` the text after.
 */
export type TextChange = z.infer<typeof TextChange>;
export const TextChange = z
  .strictObject({
    v: z.literal(1),
    parts: z.array(Part).refine(isInTurn, "must keep and replace in turn").readonly(),
    sum: z.int().min(0).max(0xffff_ffff),
  })
  .readonly();

type Part = z.infer<typeof Part>;

/** The change that leads from one text to another; short where they have lines or words in common. */
export function changeBetween(from: Text | string, wanted: Text | string): TextChange {
  const before = typeof from === "string" ? from : stringOf(from);
  const after = typeof wanted === "string" ? wanted : stringOf(wanted);
  const parts: Part[] = [];
  let place = 0;
  for (const { fromA, toA, fromB, toB } of diffText(before, after)) {
    if (fromA > place) parts.push(fromA - place);
    parts.push(fromB === toB ? [toA - fromA] : [toA - fromA, ...copyOf(after.slice(fromB, toB)).split("\n")]);
    place = toA;
  }
  if (before.length > place) parts.push(before.length - place);
  return { v: 1, parts, sum: sumOf(after) };
}

/**
 * The same string, apart from the text that it was taken from. To V8 a part of a string is a view of the whole: a page
 * with lines of a hundred versions would keep all hundred in memory.
 */
function copyOf(part: string): string {
  return ` ${part}`.slice(1);
}

/**
 * The text after a change; a `TextChangeMismatchError` where the text before has another length than the change takes.
 * The sum is left to `assertSum`, once after many changes: it reads the whole text, a change only a small part.
 */
export function applyChange(text: Text, change: TextChange): Text {
  const set = toChangeSet(change);
  assertLength(set, text.length);
  return change.parts.length > MANY_PARTS ? textOf(replaceAll(stringOf(text), change.parts)) : set.apply(text);
}

// CodeMirror copies the line for each part: 2,000 parts in one line of 1 MB took it 519 ms, all at once takes 3 ms.
const MANY_PARTS = 50;

function replaceAll(text: string, parts: readonly Part[]): string {
  const pieces: string[] = [];
  let place = 0;
  for (const part of parts) {
    pieces.push(typeof part === "number" ? text.slice(place, place + part) : part.slice(1).join("\n"));
    place += typeof part === "number" ? part : part[0];
  }
  return pieces.join("");
}

/** Throws a `TextChangeMismatchError` where a text is not the one that its last change, with this `sum`, made. */
export function assertSum(text: Text, sum: number): void {
  const actual = sumOf(text);
  if (actual !== sum) throw new TextChangeMismatchError({ measure: "sum", expected: sum, actual });
}

/** The change that takes a change of the text `before` back. */
export function invertChange(change: TextChange, before: Text): TextChange {
  const set = toChangeSet(change);
  assertLength(set, before.length);
  return toTextChange(set.invert(before), before);
}

/** The one change that does what two do, one after the other. */
export function composeChanges(first: TextChange, second: TextChange): TextChange {
  const [firstSet, secondSet] = [toChangeSet(first), toChangeSet(second)];
  assertLength(secondSet, firstSet.newLength);
  return { v: 1, parts: partsOf(firstSet.compose(secondSet)), sum: second.sum };
}

export function toChangeSet(change: TextChange): ChangeSet {
  return ChangeSet.fromJSON(change.parts);
}

/** The stored form of a change set that makes the text `after`. */
export function toTextChange(set: ChangeSet, after: Text): TextChange {
  return { v: 1, parts: partsOf(set), sum: sumOf(after) };
}

function assertLength(set: ChangeSet, actual: number): void {
  if (set.length !== actual) throw new TextChangeMismatchError({ measure: "length", expected: set.length, actual });
}

// Not `set.toJSON()`: there changes may follow each other without a kept part, and one change has many forms.
function partsOf(set: ChangeSet): readonly Part[] {
  const parts: Part[] = [];
  let place = 0;
  set.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
    if (from > place) parts.push(from - place);
    parts.push(inserted.length === 0 ? [to - from] : [to - from, ...inserted.toJSON()]);
    place = to;
  });
  if (set.length > place) parts.push(set.length - place);
  return parts;
}

function isLine(text: string): boolean {
  return !text.includes("\n");
}

function isReplacement([deleted, ...lines]: readonly [number, ...string[]]): boolean {
  return lines.length === 0 ? deleted > 0 : lines.length > 1 || lines[0] !== "";
}

function isInTurn(parts: readonly Part[]): boolean {
  return parts.every((part, i) => i === 0 || typeof part !== typeof parts[i - 1]);
}
