// Accents, and the points of Hebrew and Arabic. Marks of other scripts are letters to those who read them.
const ACCENTS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670]/g;

// Letters that Unicode does not take apart, and people type without.
const PLAIN: { readonly [letter: string]: string } = {
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ" },
};
const UNDIVIDED = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");

/**
 * Text as it is compared and searched: in lower case, without accents, each letter in its plainest form. For short texts:
 * what it costs grows with the square of the marks in a row.
 */
export function foldText(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(ACCENTS, "")
    .replace(UNDIVIDED, (letter) => PLAIN[letter] ?? letter)
    .normalize("NFC");
}

/**
 * The same as far as each letter keeps its place: text in which a folded word is looked for. What it costs grows with the
 * length alone.
 */
export function foldInPlace(text: string): string {
  const lower = text.toLowerCase();
  if (isAscii(text)) return lower;
  // The lower case of İ is longer.
  const aligned = lower.length === text.length ? lower : text;
  return aligned.replace(/[\u00c0-\u024f\u0370-\u04ff\u1e00-\u1fff\uff01-\uff9f]/g, foldLetter);
}

const folded = new Map<string, string>();

function foldLetter(letter: string): string {
  let plain = folded.get(letter);
  if (plain === undefined) {
    plain = foldText(letter);
    if (plain.length !== letter.length) plain = letter;
    folded.set(letter, plain);
  }
  return plain;
}

/** Whether a text has no letter that could be written in a plainer form but by its case. */
export function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
  return /^[\x00-\x7f]*$/.test(text);
}
