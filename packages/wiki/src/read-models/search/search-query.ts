import { foldText } from "../fold-text.ts";
import { toText } from "../listing.ts";
import { tokensOfTyped } from "./tokens.ts";

/** A word or phrase to look for. */
export interface Term {
  /** Next to each other, in this order. */
  readonly tokens: readonly string[];
  /** Whether the last token may go on. */
  readonly prefix: boolean;
}

/** What somebody looks for. */
export interface SearchQuery {
  /** All of these, anywhere. */
  readonly all: readonly Term[];
  /** All of these, in the title. */
  readonly title: readonly Term[];
  /** None of these. */
  readonly none: readonly Term[];
  readonly tags: readonly string[];
  readonly notTags: readonly string[];
  /** What a title is, folded, where it is what was typed. */
  readonly exactTitle: string;
}

const MAX_UNITS = 500;
const MAX_TERMS = 16;
const MAX_TOKENS = 32;

const PART = /(?<not>-)?(?:(?<field>tag|title):)?(?:"(?<phrase>[^"]*)"?|(?<word>\S+))/gu;

/**
 * Reads what somebody typed. Every text is a query: words that must all be there, the last one as far as it is typed;
 * `"a phrase"`; `-without`; `tag:x` and `title:x`. What has no letter or digit counts for nothing, and so does what goes
 * beyond 500 units or 16 words.
 */
export function parseSearch(text: string): SearchQuery {
  const typed = toText(text.slice(0, MAX_UNITS));
  const [all, title, none]: [Term[], Term[], Term[]] = [[], [], []];
  const [tags, notTags]: [string[], string[]] = [[], []];
  for (const match of typed.matchAll(PART)) {
    const { not, field, phrase, word = "" } = match.groups ?? {};
    const value = phrase ?? word;
    if (field === "tag") {
      const tag = value.trim().normalize("NFC").toLowerCase();
      if (tag !== "") (not === undefined ? tags : notTags).push(tag);
      continue;
    }
    const tokens = tokensOfTyped(value).slice(0, MAX_TOKENS);
    if (tokens.length === 0 || all.length + title.length + none.length >= MAX_TERMS) continue;
    const isLast = match.index + match[0].length === typed.length;
    const term = { tokens, prefix: phrase === undefined && not === undefined && isLast };
    (not !== undefined ? none : field === "title" ? title : all).push(term);
  }
  return { all, title, none, tags, notTags, exactTitle: foldText(typed.trim().replaceAll('"', "")) };
}

/** The same, looked for in titles alone. */
export function inTitles(query: SearchQuery): SearchQuery {
  return { ...query, all: [], title: [...query.title, ...query.all] };
}
