import { type LineRange, type MergeConflict, mergeTexts } from "./merge.ts";
import { stringOf, textOf } from "./text.ts";

/**
 * Two texts that were made from `base` as one to go on with: joined where `mergeTexts` joins them; where both changed the
 * same place it holds both, between marks as Git makes them. Nothing of either is lost; `hasMarks` says whether there is
 * something to decide.
 */
export function joinWithMarks(texts: { readonly base: string; readonly theirs: string; readonly yours: string }): {
  readonly text: string;
  readonly hasMarks: boolean;
} {
  const [base, theirs, yours] = [textOf(texts.base), textOf(texts.theirs), textOf(texts.yours)];
  const merge = mergeTexts({ base, theirs, yours });
  if (merge.kind === "merged") return { text: stringOf(merge.text), hasMarks: false };

  // What both sides have made the same of the same lines is no conflict: so give both the same, marks and all.
  const [theirLines, yourLines] = [theirs.toJSON(), yours.toJSON()];
  const marked = (conflict: MergeConflict): readonly string[] => [
    "<<<<<<< Yours",
    ...linesIn(yourLines, conflict.yours),
    "=======",
    ...linesIn(theirLines, conflict.theirs),
    ">>>>>>> Theirs",
  ];
  const joined = mergeTexts({
    base,
    theirs: textOf(replaceLines(theirLines, merge.conflicts, "theirs", marked)),
    yours: textOf(replaceLines(yourLines, merge.conflicts, "yours", marked)),
  });
  if (joined.kind === "merged") return { text: stringOf(joined.text), hasMarks: true };
  // Where the marks themselves meet in another way than the lines did: both texts whole.
  const whole = { from: 0, to: Number.MAX_SAFE_INTEGER };
  return { text: marked({ base: whole, theirs: whole, yours: whole }).join("\n"), hasMarks: true };
}

function linesIn(lines: readonly string[], { from, to }: LineRange): readonly string[] {
  return lines.slice(from, to);
}

function replaceLines(
  lines: readonly string[],
  conflicts: readonly MergeConflict[],
  side: "theirs" | "yours",
  replacementOf: (conflict: MergeConflict) => readonly string[],
): string {
  const replaced: string[] = [];
  let line = 0;
  for (const conflict of conflicts) {
    replaced.push(...lines.slice(line, conflict[side].from), ...replacementOf(conflict));
    line = conflict[side].to;
  }
  return [...replaced, ...lines.slice(line)].join("\n");
}
