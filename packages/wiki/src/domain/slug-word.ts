/** Whether a word, in lower case and NFKC, is digits or letters of one script with the marks that this script needs. */
export function isWord(text: string): boolean {
  // To make the other one ready takes 15 ms, which a start would wait for, and most wikis need these letters alone.
  return LATIN_WORD.test(text) || WHOLE_WORD.test(text);
}

/** The words in a text in lower case and NFKC; where a script follows another, a new word begins. */
export function wordsIn(text: string): readonly string[] {
  return text.match(ANY_WORD) ?? [];
}

// Those that Unicode recommends for identifiers (UAX 31, table 5). More can be added, none taken away: there may be
// pages whose slugs have them.
const SCRIPTS_WITHOUT_MARKS = [
  ...["Latin", "Greek", "Cyrillic", "Armenian", "Georgian", "Ethiopic"].map((script) => `\\p{scx=${script}}`),
  // Japanese, Korean and Chinese are each written in several scripts at once (UTS 39, section 5.2). 〇 is no letter to
  // Unicode, but is used as one.
  "\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\u3007",
  "\\p{scx=Hangul}\\p{scx=Han}\\u3007",
  "\\p{scx=Bopomofo}\\p{scx=Han}\\u3007",
];
const SCRIPTS_WITH_MARKS = [
  ...["Arabic", "Hebrew", "Thaana", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu"],
  ...["Kannada", "Malayalam", "Sinhala", "Thai", "Lao", "Tibetan", "Myanmar", "Khmer"],
].map((script) => `\\p{scx=${script}}`);

// The Hangul fillers are letters by category, two Khmer vowels marks, and none of them can be seen.
const VISIBLE_LETTER = "[[\\p{L}\\p{Nd}\\u3007]--\\p{Default_Ignorable_Code_Point}]";
const VISIBLE_MARK = "[\\p{M}--\\p{Default_Ignorable_Code_Point}]";

const WORD = [
  ...SCRIPTS_WITHOUT_MARKS.map((script) => word(`[[${script}]&&${VISIBLE_LETTER}]`)),
  // The longest stacks in use have 5 marks (Burmese); a hundred of them cover the lines above and below.
  ...SCRIPTS_WITH_MARKS.map((script) => word(`[[${script}]&&${VISIBLE_LETTER}][[${script}]&&${VISIBLE_MARK}]{0,8}`)),
  "[0-9]+",
].join("|");
const ANY_WORD = new RegExp(WORD, "gv");
const LATIN_WORD = /^[a-z0-9]+$/;
const WHOLE_WORD = new RegExp(`^(?:${WORD})$`, "v");

function word(letter: string): string {
  return `[0-9]*${letter}(?:[0-9]|${letter})*`;
}
