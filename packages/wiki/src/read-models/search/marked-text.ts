import { foldInPlace } from "../fold-text.ts";
import type { SearchQuery, Term } from "./search-query.ts";

/** A piece of text, and whether it is what was looked for. */
export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** Which of the words that were looked for. */
  readonly word: number;
}

/** A word to mark. */
interface Wanted {
  readonly token: string;
  readonly prefix: boolean;
}

// What a snippet is looked for in, and how long it gets, in UTF-16 units.
const MAX_UNITS = 100_000;
const SNIPPET_UNITS = 220;
const CONTEXT_UNITS = 70;
const MAX_SPANS = 60;

/** The words of a query that a text is to be marked with; those that must not be there mark nothing. */
export function wordsToMark({ all, title }: SearchQuery): readonly Wanted[] {
  return [...all, ...title].flatMap(({ tokens, prefix }: Term) =>
    tokens.map((token, i) => ({ token, prefix: prefix && i === tokens.length - 1 })),
  );
}

/** A whole text, with what was looked for marked. */
export function markText(text: string, words: readonly Wanted[]): readonly Piece[] {
  return toPieces(text, 0, text.length, spansIn(text, words));
}

/** The part of a text that has most of what was looked for, or its beginning. */
export function snippetOf(text: string, words: readonly Wanted[]): readonly Piece[] {
  const searched = text.slice(0, MAX_UNITS);
  const spans = spansIn(searched, words);
  const first = densest(spans);
  const from = first === undefined ? 0 : startOf(searched, first.from);
  const to = endOf(searched, from, first?.to ?? 0);
  const pieces = toPieces(searched, from, to, spans);
  const isCut = { before: from > 0, after: text.slice(to).trim() !== "" };
  return [
    ...(isCut.before ? [{ text: "… ", marked: false }] : []),
    ...pieces,
    ...(isCut.after ? [{ text: " …", marked: false }] : []),
  ];
}

/** Where words stand, in order; where they overlap, the first. */
function spansIn(text: string, words: readonly Wanted[]): readonly Span[] {
  const folded = foldInPlace(text);
  const spans: Span[] = [];
  for (const [word, { token, prefix }] of words.entries()) {
    const isWhole = isSpaced(token);
    let found = 0;
    for (let at = folded.indexOf(token); at >= 0 && found < MAX_SPANS; at = folded.indexOf(token, at + token.length)) {
      let to = at + token.length;
      if (isWhole) {
        if (isPartOfWord(folded, at - 1)) continue;
        if (isPartOfWord(folded, to)) {
          if (!prefix) continue;
          while (isPartOfWord(folded, to)) to += 1;
        }
      }
      found += 1;
      spans.push({ from: at, to, word });
    }
  }
  return spans.sort((a, b) => a.from - b.from || b.to - a.to);
}

/** The span with which the most different words begin within the length of a snippet. */
function densest(spans: readonly Span[]): Span | undefined {
  let best: Span | undefined;
  let most = 0;
  for (const [i, first] of spans.entries()) {
    const words = new Set<number>();
    for (let j = i; j < spans.length; j++) {
      const span = spans[j];
      if (!span || span.to > first.from + SNIPPET_UNITS - CONTEXT_UNITS) break;
      words.add(span.word);
    }
    if (words.size > most) [best, most] = [first, words.size];
  }
  return best;
}

/** Where to begin, so that a place is seen with the words before it: with its sentence or line if that is near. */
function startOf(text: string, place: number): number {
  const earliest = Math.max(0, place - CONTEXT_UNITS);
  const before = text.slice(earliest, place);
  const sentence = Math.max(before.lastIndexOf("\n"), before.lastIndexOf(". ") + 1, before.lastIndexOf("。"));
  if (sentence > 0 || earliest === 0) return earliest + Math.max(0, sentence + (sentence > 0 ? 1 : 0));
  const space = before.indexOf(" ");
  return wholeCharacter(text, space < 0 ? earliest : earliest + space + 1);
}

function endOf(text: string, from: number, least: number): number {
  const latest = Math.max(least, from + SNIPPET_UNITS);
  if (latest >= text.length) return text.length;
  const line = text.slice(from, latest);
  const space = line.lastIndexOf(" ");
  return wholeCharacter(text, space > SNIPPET_UNITS / 2 && from + space >= least ? from + space : latest);
}

function toPieces(text: string, from: number, to: number, spans: readonly Span[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let place = from;
  const push = (end: number, marked: boolean) => {
    // Blocks stand in lines of their own.
    if (end > place) pieces.push({ text: text.slice(place, end).replace(/\s+/g, " "), marked });
    place = Math.max(place, end);
  };
  for (const span of spans) {
    if (span.to <= place || span.from < from) continue;
    if (span.from >= to) break;
    push(span.from, false);
    push(Math.min(span.to, to), true);
  }
  push(to, false);
  return joined(pieces);
}

/** Marks that meet are one: characters that stand together were looked for two by two. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const whole: Piece[] = [];
  for (const piece of pieces) {
    const last = whole.at(-1);
    if (last?.marked && piece.marked) whole[whole.length - 1] = { text: last.text + piece.text, marked: true };
    else whole.push(piece);
  }
  return whole;
}

function isSpaced(token: string): boolean {
  return !/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\u30fc]/u.test(
    token,
  );
}

function isPartOfWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
  // Not beyond either end of the text.
  return !Number.isNaN(code) && /[\p{L}\p{N}\p{M}]/u.test(text.charAt(at));
}

/** Not between the two halves of a character. */
function wholeCharacter(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(at)) && at > 0 ? at - 1 : at;
}
