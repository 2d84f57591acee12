// Words of two or three syllables, the same in each run. A text of 5 kB has most of them: each is a common word.
const SYLLABLES = [
  "ba",
  "cor",
  "den",
  "fi",
  "gul",
  "ha",
  "jo",
  "ker",
  "lim",
  "mo",
  "nar",
  "pe",
  "ros",
  "sa",
  "tun",
  "vel",
];
const WORD_COUNT = 400;

const numbers = toNumbers(1);

/** Common words. */
export const WORDS: readonly string[] = Array.from({ length: WORD_COUNT }, (_, n) => {
  const syllables = [n % 16, Math.floor(n / 16) % 16, ...(n % 3 === 0 ? [Math.floor(n / 7) % 16] : [])];
  return syllables.map((at) => SYLLABLES[at]).join("");
});

/** Markdown of about so many bytes: headings, paragraphs with a link and something marked, lists, code. */
export function aText(bytes: number): string {
  let text = "";
  for (let section = 1; text.length < bytes; section++) {
    text += `## ${aSentence(3)}\n\n${aParagraph()}\n\n- ${aSentence(6)}\n- ${aSentence(8)}\n\n`;
    if (section % 3 === 0) text += `\`\`\`js\nconst ${aWord()} = ${section};\n\`\`\`\n\n`;
  }
  return text.slice(0, bytes).replace(/\s*$/, "\n");
}

function aParagraph(): string {
  return `${aSentence(12)} **${aWord()}** ${aSentence(9)} [[page-${Math.floor(numbers() * 1_000)}|${aWord()}]]\n${aSentence(14)}.`;
}

function aSentence(words: number): string {
  return Array.from({ length: words }, aWord).join(" ");
}

function aWord(): string {
  return WORDS[Math.floor(numbers() * WORD_COUNT)] ?? "";
}

/** Numbers from 0 to 1 by chance, but the same in each run. */
function toNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
