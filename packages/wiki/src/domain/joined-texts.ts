import { Text } from "@codemirror/state";
import { type Merge, mergeTexts } from "./merge.ts";

/** What two edits of one text become, as far as that is clear. */
export interface JoinedTexts {
  readonly text: string;
  /** Whether it holds both sides of some lines, between marks, for a person to choose. */
  readonly hasMarks: boolean;
}

interface Sides {
  readonly base: readonly string[];
  readonly theirs: readonly string[];
  readonly yours: readonly string[];
}

/** Joins two texts that were made from one. Where they collide, both stand there, between marks as git has them. */
export function joinTexts({ base, theirs, yours }: { readonly [side in keyof Sides]: string }): JoinedTexts {
  const parts = joinLines({ base: base.split("\n"), theirs: theirs.split("\n"), yours: yours.split("\n") });
  return { text: parts.flatMap(({ lines }) => lines).join("\n"), hasMarks: parts.some(({ isMarked }) => isMarked) };
}

interface Part {
  readonly lines: readonly string[];
  readonly isMarked: boolean;
}

function joinLines(sides: Sides): readonly Part[] {
  const merge = mergeLines(sides);
  if (merge.kind === "merged") return [{ lines: merge.text.toJSON(), isMarked: false }];
  const parts: Part[] = [];
  let at = { base: 0, theirs: 0, yours: 0 };
  for (const { base, theirs, yours } of merge.conflicts) {
    parts.push(between(sides, at, { base: base.from, theirs: theirs.from, yours: yours.from }));
    at = { base: base.to, theirs: theirs.to, yours: yours.to };
    parts.push(marked(sides.theirs.slice(theirs.from, theirs.to), sides.yours.slice(yours.from, yours.to)));
  }
  const { base, theirs, yours } = sides;
  return [...parts, between(sides, at, { base: base.length, theirs: theirs.length, yours: yours.length })];
}

type Place = { readonly [side in keyof Sides]: number };

function between(sides: Sides, from: Place, to: Place): Part {
  const part = {
    base: sides.base.slice(from.base, to.base),
    theirs: sides.theirs.slice(from.theirs, to.theirs),
    yours: sides.yours.slice(from.yours, to.yours),
  };
  if (part.base.length === 0 && part.theirs.length === 0 && part.yours.length === 0) {
    return { lines: [], isMarked: false };
  }
  const merge = mergeLines(part);
  // A part alone may be compared in another way than within its text.
  return merge.kind === "merged" ? { lines: merge.text.toJSON(), isMarked: false } : marked(part.theirs, part.yours);
}

function marked(theirs: readonly string[], yours: readonly string[]): Part {
  return { lines: ["<<<<<<< yours", ...yours, "=======", ...theirs, ">>>>>>> theirs"], isMarked: true };
}

function mergeLines({ base, theirs, yours }: Sides): Merge {
  return mergeTexts({ base: toText(base), theirs: toText(theirs), yours: toText(yours) });
}

// A text has a line, if an empty one.
function toText(lines: readonly string[]): Text {
  return Text.of(lines.length === 0 ? [""] : lines);
}
