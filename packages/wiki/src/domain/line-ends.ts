import { diffLines } from "./line-diff.ts";

const LINE_END = /\r\n|\n|\r/;

/**
 * A text as it came back from a form, with the line ends of the one that the form was filled with: browsers turn all of
 * them into CR LF. Lines that are as they were keep their own, others get the one that is most frequent.
 */
export function withLineEndsOf(original: string, typed: string): string {
  const lines = typed.split(LINE_END);
  if (!original.includes("\r")) return lines.join("\n");
  const before = original.split(LINE_END);
  const endsBefore = original.match(new RegExp(LINE_END, "g")) ?? [];
  const usual = mostFrequent(endsBefore);
  const ends: string[] = [];
  const addUnchanged = (from: number, to: number) => {
    for (let line = from; line < to; line++) ends.push(endsBefore[line] ?? usual);
  };
  let line = 0;
  for (const { fromA, toA, fromB, toB } of diffLines(before, lines)) {
    addUnchanged(line, fromA);
    for (let added = fromB; added < toB; added++) ends.push(usual);
    line = toA;
  }
  addUnchanged(line, before.length);
  let text = "";
  for (const [i, typedLine] of lines.entries()) {
    const end = i === lines.length - 1 ? "" : (ends[i] ?? usual);
    // A lone CR and the LF of an empty line after it would be one line end together.
    const wouldJoin = text.endsWith("\r") && typedLine === "" && end === "\n";
    text += typedLine + (wouldJoin ? "\r" : end);
  }
  return text;
}

function mostFrequent(ends: readonly string[]): string {
  const counts = Map.groupBy(ends, (end) => end);
  return [...counts.values()].sort((a, b) => b.length - a.length)[0]?.[0] ?? "\n";
}
