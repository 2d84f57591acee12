import { expect, test, vi } from "vitest";
import { toSlug } from "../domain/slug.ts";
import { LIMITS } from "./limits.ts";
import { parsePage } from "./parse-page.ts";
import { render } from "./test-support/render.ts";

const UNITS = 100_000;

// What takes time that grows with its square is to be found by it.
vi.setConfig({ testTimeout: 30_000 });

// Each of these took, or takes in other renderers, time that grows with its square, or room that grows with it: at this
// length they would not end before the runner gives up.
const PATTERNS: Readonly<Record<string, string>> = {
  "emphasis that opens": "*a_ ",
  "emphasis of both kinds": "*a **a ",
  "opening brackets": "[",
  "opening images": "![[](",
  "opening links": "[[a|",
  "links to pages": "[[a]] ",
  "inline notes": "^[a]",
  "notes that open": "[^",
  "the same note": "[^1]",
  quotations: "> ",
  "list items": "- ",
  tasks: "- [ ] a\n",
  "the same heading": "# a\n",
  "tags that open": "<b><i><kbd>",
  "tags that open and close": "<b><i><kbd></kbd></i></b>",
  "broken tags": '<a href="',
  comments: "<!--",
  "comments on lines of their own": "<!--\n\n",
  "blocks that open": "<div>\n\n",
  "elements that open in a line": "<div><p><ul><li>",
  "tables that open": "<table>",
  "rows that open": "<table><tr><td>a<tr>",
  "tables in tables": "<table><tr><td>\n\n",
  "preformatted text that opens": "<pre>\n\n",
  "tags without an end": '<a b="',
  "attributes without an end": "<a b ",
  "white space in tags": "<a          ",
  "ends that nothing began": "<b></i></div></u>",
  "cells of lists": "|<ul><li>`|\n|-|\n",
  "headings of HTML": "<h2>a\n\n",
  autolinks: "http://a.b ",
  "autolinks without an end": "http://",
  "dollar signs": "$a ",
  "formula blocks that open": "$$a\n",
  formulas: "$'''''''''$ ",
  "rows of tables": "|a|b|c|\n|-|-|-|\nd\n",
  "includes that open": "![[",
  includes: "![[a]]\n",
  backticks: "`a``b",
  diagrams: "```nomnoml\n[a]->[b]\n```\n",
  code: "```go\nvar a = 1\n```\n",
};

test.each(Object.entries(PATTERNS))("%s by the thousand are read and shown within bounds", (_what, pattern) => {
  const { html } = render(`[^1]: a\n\n${pattern.repeat(UNITS / pattern.length)}`);
  expect(html.length).toBeLessThan(LIMITS.htmlUnits + 10_000);
});

test.each([
  ["backticks", (i: number) => `${"`".repeat(i % 1000)} `],
  ["quotations", (i: number) => `${">".repeat((i % 400) + 1)}a\n`],
  ["lists in lists", (i: number) => `${"  ".repeat(i % 200)}- a\n`],
  ["notes", (i: number) => `[^${i}]\n\n[^${i}]: a\n\n`],
  ["links to pages", (i: number) => `[[a${i}]]`],
  ["headings that take the numbers of others", (i: number) => (i % 2 ? `# a-${i}\n` : "# a\n")],
  ["definitions of links", (i: number) => `[a${i}]: /u\n`],
])("%s, each different, are read and shown within bounds", (_what, nth) => {
  let text = "";
  for (let i = 0; text.length < UNITS; i++) text += nth(i);
  expect(render(text).html.length).toBeLessThan(LIMITS.htmlUnits + 10_000);
});

test("links that repeat a long address stop where the page is too long, and the page says where its text is", () => {
  const { html, isLimited } = render(`[a]: http://a.b/${"c".repeat(40_000)}\n\n${"[a] ".repeat(10_000)}`);
  expect(isLimited).toBe(true);
  expect(html.length).toBeLessThan(LIMITS.htmlUnits + 100_000);
  expect(html).toMatch(/<\/p>\n<p class="notice">[^<]+<a href="\/wiki\/this\.md">Read its source<\/a><\/p>$/);
});

test("a table of cells that nobody wrote is shown as its text", () => {
  const columns = 400;
  const text = `${"|a".repeat(columns)}|\n${"|-".repeat(columns)}|\n${"b\n".repeat(400)}`;
  const { html, isLimited } = render(text);
  expect(html).not.toContain("<td");
  expect(html).toContain("b\nb\n");
  expect(isLimited).toBe(true);
  expect(render("|a|b|c|\n|-|-|-|\n|d|\n|e|").isLimited).toBe(false);
});

test("contents end where they are longer than anybody reads, and the headings are all shown", () => {
  const { html, contents, isLimited } = render("# a\n".repeat(LIMITS.contents + 10));
  expect(contents.length).toBe(LIMITS.contents);
  expect(html.split("<h2").length - 1).toBe(LIMITS.contents + 10);
  expect(isLimited).toBe(false);
});

test("more targets than are looked up are shown as text", () => {
  const text = Array.from({ length: LIMITS.targets + 10 }, (_, i) => `[[a${i}]]`).join(" ");
  expect(parsePage(text).links.length).toBe(LIMITS.targets);
  expect(render(text).isLimited).toBe(true);
});

test("formulas, diagrams and code that cost too much are shown as text", () => {
  expect(render(`$${"a".repeat(LIMITS.formulaUnits + 1)}$`).html).not.toContain("<math");
  expect(render("$\\sqrt{a}$ ".repeat(5_000)).isLimited).toBe(true);
  expect(render("$a$ ".repeat(LIMITS.formulasUnits / 2)).isLimited).toBe(true);
  expect(render(`\`\`\`nomnoml\n${"[a|".repeat(30)}b${"]".repeat(30)}\n\`\`\``).html).not.toContain("<svg");
  expect(render("```nomnoml\n[a]->[b]\n```\n".repeat(40)).isLimited).toBe(true);
  expect(render(`\`\`\`go\n${"a".repeat(5_000)}\n\`\`\``).html).not.toContain("<span");
  expect(render(`\`\`\`go\n${"var a = 1\n".repeat(1_000)}\`\`\``).html).not.toContain("<span");
});

test("a text longer than a page can be is read up to there", () => {
  const { html, isLimited } = render(`${"a ".repeat(LIMITS.textUnits / 2)}日本`);
  expect(html).not.toContain("日本");
  expect(isLimited).toBe(true);
});

test("marks without an end in targets and headings are not normalised", () => {
  const marks = "\u0301".repeat(UNITS);
  expect(render(`# a${marks}\n\n[b](#a${marks}) [c](c${marks})`).contents[0]?.id.length).toBeLessThanOrEqual(102);
  expect(parsePage(`[[a${"\u0301".repeat(300)}]]`, { slug: toSlug("a") }).links.length).toBe(1);
});
