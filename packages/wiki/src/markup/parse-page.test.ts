import { expect, test } from "vitest";
import { toSlug } from "../domain/slug.ts";
import { parsePage } from "./parse-page.ts";

test("tells to which pages and files a text refers, each once, in the order of first mention", () => {
  const parsed = parsePage(
    "[[Two]] [one](one.md#x) [[two|again]] ![[map.png]] [plan](plan.pdf) [[#here]] https://a.b `[[code]]`\n\n![[three]]\n\n" +
      "> - [[four]]\n\n|a|\n|-|\n|[[five\\|5]]|\n\n[^1]\n\n[^1]: [[six]]\n[^2]: [[not shown]]\n\n[seven]: seven\n[seven] ![[two]] text",
  );
  expect(parsed.links).toEqual(["two", "one", "four", "five", "seven", "six"]);
  expect(parsed.includes).toEqual(["three"]);
  expect(parsed.attachments).toEqual(["map.png", "plan.pdf"]);
});

test("sees relative addresses from the folder of the page", () => {
  const parsed = parsePage("[a](b) ![c](d.png) [[e]]", { slug: toSlug("guides/start") });
  expect(parsed.links).toEqual(["guides/b", "e"]);
  expect(parsed.attachments).toEqual(["guides/d.png"]);
});

test("gives the plain text, a line for each block, without what is not read", () => {
  const { plainText } = parsePage(
    "# *A* `b`\n\nc [d](e 'f') ![g](h.png)\ni <kbd>j</kbd> $k$ &amp;\n\n- l\n- [x] m\n\n|n|o|\n|-|-|\n|p|q|\n\n```go\nr\n```\n",
  );
  expect(plainText.split("\n")).toEqual(["A b", "c d g i j k &", "l", "m", "n", "o", "p", "q", "r"]);
});

test.each(["---\ntitle: A\ntags:\n  - b\n- c\n---\n", "\ufeff--- \r\ntitle: A\r\n---\r\n", "---\ntitle: A\n---"])(
  "does not read what stands before the text in lines of names and values: %j",
  (frontMatter) => {
    const parsed = parsePage(`${frontMatter}\n# Text`);
    expect([parsed.plainText, parsed.headings.length]).toEqual(["Text", 1]);
  },
);

test.each(["---\n---\n# Text", "---\n\ntitle: A\n---\n", "a\n---\ntitle: A\n---\n"])(
  "reads rules and headings that only look like that: %j",
  (text) => {
    expect(parsePage(text).content.tokens.length).toBeGreaterThan(1);
    expect(parsePage(text).plainText).not.toBe("");
  },
);

test("gives an excerpt of the first paragraphs, cut between words", () => {
  expect(parsePage("# Title\n\n- list\n\nOne\n**two**.\n\nThree.").excerpt).toBe("One two. Three.");
  const { excerpt } = parsePage("word ".repeat(100));
  expect(excerpt).toMatch(/^(?:word )+word…$/);
  expect(excerpt.length).toBeLessThanOrEqual(240);
  expect(parsePage("😀".repeat(200)).excerpt.isWellFormed()).toBe(true);
});
