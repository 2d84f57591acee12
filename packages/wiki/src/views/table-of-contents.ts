import type { Heading } from "../markup/parsed-page.ts";
import { html, type View } from "./html.ts";

const MAX_HEADINGS = 200;

/** The sections of a page, beside it where there is room; nothing where there are fewer than two. */
export function tableOfContents(headings: readonly Heading[]): View | undefined {
  if (headings.length < 2) return undefined;
  return html`<nav class="contents" aria-labelledby="contents">
<h2 id="contents">On this page</h2>
${listOf(headings)}
</nav>`;
}

/** The same where there is no room beside the page: above it, and folded. A short page needs none. */
export function foldedContents(headings: readonly Heading[]): View | undefined {
  if (headings.length < 4) return undefined;
  return html`<details class="contents-fold"><summary>On this page</summary>
${listOf(headings)}
</details>`;
}

function listOf(headings: readonly Heading[]): View {
  const top = Math.min(...headings.map(({ level }) => level));
  return html`<ol>
${headings
  .slice(0, MAX_HEADINGS)
  .map(
    ({ level, id, text }) =>
      html`<li class="depth-${Math.min(level - top, 3)}"><a href="#${id}" dir="auto">${text}</a></li>\n`,
  )}</ol>`;
}
