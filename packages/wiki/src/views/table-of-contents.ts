import type { Heading } from "../markup/parsed-page.ts";
import { html, type View } from "./html.ts";

const MAX_HEADINGS = 200;

/** The sections of a page, beside it where there is room; nothing where there are fewer than two. */
export function tableOfContents(headings: readonly Heading[]): View | undefined {
  if (headings.length < 2) return undefined;
  const top = Math.min(...headings.map(({ level }) => level));
  return html`<nav class="contents" aria-labelledby="contents">
<h2 id="contents">On this page</h2>
<ol>
${headings
  .slice(0, MAX_HEADINGS)
  .map(
    ({ level, id, text }) =>
      html`<li class="depth-${Math.min(level - top, 3)}"><a href="#${id}" dir="auto">${text}</a></li>\n`,
  )}</ol>
</nav>`;
}
