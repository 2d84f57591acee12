import type { WikiApplication } from "../application/wiki-application.ts";

/** Pages that teach by being edited. The first one is where a reader begins. */
const EXAMPLES = [
  {
    slug: "home",
    title: "Home",
    body: `Welcome. This page is yours: press **Edit** above (or the key \`e\`), change this sentence, and save.

Nothing can be lost by trying. Every save is kept, and **History** shows each one; see [[how history works]].

- [[Writing pages]] shows what a page can hold. Open it, press Edit, and look at how it is written.
- A link to a page that does not exist yet looks like this: [[my first page]]. Follow it to write that page.
- When you no longer need these three pages, delete them. They can be restored.
`,
  },
  {
    slug: "writing-pages",
    title: "Writing pages",
    body: `Pages are written in Markdown. Press **Edit** to see how this one is made, and change whatever you like.

## Text

A blank line begins a paragraph. Words can be *emphasised*, **strong**, ~~struck out~~ or \`code\`.

1. Lists can be numbered,
2. or begin with a hyphen,
   - and hold other lists.

- [x] Tasks can be done
- [ ] or be left to do: try it and put an \`x\` between the brackets

> A quotation begins with a sign for "greater than".

## Links

[[Home]] leads to another page of this wiki, [[home|with other words]] too, and <https://commonmark.org> out of it. When a
page is renamed, old links still find it.

## Tables and code

| What | How |
|---|---|
| a table | columns between bars |
| code | three backticks before and after |

\`\`\`js
const greeting = "the language after the backticks gives the colours";
\`\`\`
`,
  },
  {
    slug: "how-history-works",
    title: "How history works",
    tags: ["help"],
    body: `Edit this page twice: change this line, save, and change it again.

Then press **History**. Each save is one row, with who made it and when. From there you can

- see what was changed between any two versions,
- read the page as it was,
- and bring an old version back. That is a change too, and can be undone in the same way.

If somebody saves while you write, edits of different lines are both kept. Where both changed the same line, you are
shown both texts, and nothing is overwritten.

Back to [[home]].
`,
  },
];

/** Writes the examples into a wiki that nobody has written to yet; answers how many there are. */
export async function writeExamplePages(wiki: WikiApplication): Promise<number> {
  if ((await wiki.events.recorder.head()) > 0) return 0;
  for (const page of EXAMPLES) {
    // A key of its own: two that are started at once write each page once.
    await wiki.createPage(page, { summary: "An example to try out", idempotencyKey: `example:${page.slug}` });
  }
  return EXAMPLES.length;
}
