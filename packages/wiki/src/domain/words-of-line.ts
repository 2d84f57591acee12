/** A line as words and the white space ahead of each: `gaps[0] + words[0] + gaps[1] + … + end`. */
export interface LineWords {
  readonly words: readonly string[];
  readonly gaps: readonly string[];
  readonly end: string;
  /** The length of all words. */
  readonly units: number;
}

// White space, then a word or any other sign; those of a script without spaces between words stand for themselves.
const WORD =
  /(\s*)([[\p{L}\p{N}\p{M}_]--[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]+|\S)/gv;

/**
 * The words of a line, for comparing. White space is no word: it is everywhere, and the fewest edits would rather keep two
 * spaces than a word.
 */
export function wordsOfLine(line: string): LineWords {
  const words: string[] = [];
  const gaps: string[] = [];
  // Apart, as the expression would look for a word behind it from each of its places.
  const text = line.trimEnd();
  let units = 0;
  for (const [, gap = "", word = ""] of text.matchAll(WORD)) {
    gaps.push(gap);
    words.push(word);
    units += word.length;
  }
  return { words, gaps, end: line.slice(text.length), units };
}
