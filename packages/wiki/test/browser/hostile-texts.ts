/** What costs a renderer most: what opens and never closes, repeats, or looks like something up to its end. */
const HOSTILE_PIECES: readonly string[] = [
  "*a **a ",
  "[",
  "![[](",
  "> ",
  "- [ ] a\n",
  "<b><i><kbd>",
  "<table><tr><td>a<tr>\n\n",
  "<p>a\n\n",
  "<!--\n\n",
  "`a``b",
  "$\\sqrt{a}$ ",
  "http://a.b ",
  "|a|b|c|\n|-|-|-|\nd\n",
  "[[a]] ",
  "```nomnoml\n[a]->[b]\n```\n",
  "```go\nvar a = 1\n```\n",
  "# a\n",
];

/** A text of some length with a part of each. */
export function hostileLongText(length: number): string {
  const part = length / HOSTILE_PIECES.length;
  return HOSTILE_PIECES.map((piece) => `${piece.repeat(Math.floor(part / piece.length) - 1)}\n\n`).join("");
}
