import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Slug, toSlug } from "../domain/slug.ts";
import { parsePage } from "./parse-page.ts";
import { renameLinks } from "./rename-links.ts";

const HERE = toSlug("guides/here");

function rename(
  text: string,
  { from = ["old"], to = "fresh", slug = HERE }: { from?: string[]; to?: string; slug?: Slug } = {},
) {
  return renameLinks(text, { from: new Set(from.map((it) => toSlug(it))), to: toSlug(to), slug });
}

describe("a link to a page that is renamed", () => {
  test.each([
    ["[[old]]", "[[fresh]]"],
    ["[[old#Part]]", "[[fresh#Part]]"],
    ["[[old|the label]]", "[[fresh|the label]]"],
    ["[[ old ]]", "[[ fresh ]]"],
    ["![[old]]", "![[fresh]]"],
    ["![[old#Part]]", "![[fresh#Part]]"],
    ["[label](/wiki/old)", "[label](/wiki/fresh)"],
    ['[label](/wiki/old#part "a title")', '[label](/wiki/fresh#part "a title")'],
    ["[label](</wiki/old>)", "[label](</wiki/fresh>)"],
    ["[label](../old.md#part)", "[label](../fresh.md#part)"],
    ["[label](../old)", "[label](../fresh)"],
    ["[label][x]\n\n[x]: /wiki/old", "[label][x]\n\n[x]: /wiki/fresh"],
    ['<a href="../old.md#part">a</a>', '<a href="../fresh.md#part">a</a>'],
    [
      "<table><tr><td><a title=x href = '/wiki/old'>a</a></table>",
      "<table><tr><td><a title=x href = '/wiki/fresh'>a</a></table>",
    ],
    ["| [[old\\|a]] | b |\n|---|---|\n| [[old]] | c |", "| [[fresh\\|a]] | b |\n|---|---|\n| [[fresh]] | c |"],
  ])("in %j becomes %j", (text, result) => {
    expect(rename(text)).toBe(result);
  });

  test("keeps the words that a reader saw", () => {
    expect(rename("See [[Old]] and [[Old#Part]].")).toBe("See [[fresh|Old]] and [[fresh#Part|Old#Part]].");
  });

  test("gets no label where its bar would end the cell of a table", () => {
    expect(rename("| a | b |\n|---|---|\n| [[Old]] | c |")).toBe("| a | b |\n|---|---|\n| [[fresh]] | c |");
  });
});

test.each([
  ["`[[old]]`"],
  ["```\n[[old]]\n```"],
  ["    [[old]]"],
  ["$[[old]]$"],
  ["\\[[old]]"],
  ["`x [[a`b]] `[[old]]`"],
  ["[x]: /wiki/old"],
  ['`<a href="/wiki/old">a</a>`'],
  ['<a data-href="/wiki/old">a</a> href="/wiki/old"'],
  ["[label](https://example.org/wiki/old)"],
])("what is no link stays: %j", (text) => {
  const links = parsePage(text, { slug: HERE }).links;
  expect(links).not.toContain("old");
  expect(rename(text)).toBe(text);
});

test("a page that moves itself keeps its relative links where they led", () => {
  const text = "[next](part-2.md) [up](../start) [[part-2]] [own](here#end) [abs](/wiki/part-2)";
  const slug = toSlug("guides/here");
  const newSlug = toSlug("moved");
  const moved = renameLinks(text, { from: new Set([slug]), to: newSlug, slug, newSlug });
  expect(moved).toBe("[next](guides/part-2.md) [up](start) [[part-2]] [own](moved#end) [abs](/wiki/part-2)");
});

const piece = fc.constantFrom(
  ...[
    "[[old]]",
    "[[Old]]",
    "[[older|x]]",
    "![[old]]",
    "[a](/wiki/old)",
    "[b](../old.md#s)",
    "[c](<../older>)",
    "[d][e]",
  ],
  ...[
    "\n[e]: /wiki/old\n",
    "[[other]]",
    "[x](other)",
    "`",
    "``",
    "\n\n",
    "\n",
    "    ",
    "```\n",
    "$",
    "$$",
    "*",
    "_",
    "|",
    "> ",
    "- ",
  ],
  ...[
    "\\",
    "<",
    ">",
    "&amp;",
    "[",
    "]",
    "(",
    ")",
    "!",
    "# ",
    "|---|---|\n",
    "text ",
    "[^1]",
    "\n[^1]: ",
    "<b>",
    "http://a.b/",
  ],
);

test("afterwards the references are those of before, renamed, whatever the text", () => {
  const from = new Set(["old", "older"].map((it) => toSlug(it)));
  const to = toSlug("fresh/place");
  const renamed = (slugs: readonly Slug[]) => [...new Set(slugs.map((it) => (from.has(it) ? to : it)))].sort();
  let changed = 0;
  let left = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const text = pieces.join("");
      const result = renameLinks(text, { from, to, slug: HERE });
      const [before, after] = [parsePage(text, { slug: HERE }), parsePage(result, { slug: HERE })];
      // Where brackets can be read in two ways a reference may be left as it is: its old slug leads on.
      expect(renamed(after.links)).toEqual(renamed(before.links));
      expect(renamed(after.includes)).toEqual(renamed(before.includes));
      if (result !== text) changed += 1;
      if ([...after.links, ...after.includes].some((it) => from.has(it))) left += 1;
      // Without the two names, and the labels that were added, nothing else is different.
      const rest = (it: string) =>
        it
          .replaceAll(/fresh\/place((?:#\w+)?)\|Old((?:#\w+)?)(?=\]\])/g, "Old$1")
          .replaceAll(/(?:\/wiki\/|(?:\.\.\/)*)(?:fresh\/place|olde?r?)/gi, "*");
      expect(rest(result)).toBe(rest(text));
    }),
    { numRuns: 2_000 },
  );
  expect(changed).toBeGreaterThan(500);
  expect(left).toBeLessThan(changed / 50);
});
