import type { Token } from "markdown-it";
import { writeHtmlAttributes } from "./html-attributes.ts";
import type { Rendering } from "./rendering.ts";

// Wide tables scroll by themselves, which takes the keyboard only where they can be focused.
export const TABLE_START = '<div class="table" role="group" aria-label="Table" tabindex="0"><table';
export const TABLE_END = "</table></div>\n";

/** An element that was written as HTML: its name is one of a list, and so are its attributes. */
export function renderHtmlElement(page: Rendering, token: Token): void {
  const { tag, block } = token;
  const attributes = writeHtmlAttributes(token, tag, anchorOf(page, token));
  if (tag === "table") page.out.begin(`${TABLE_START}${attributes}>\n`, TABLE_END);
  else if (tag === "pre") page.out.begin(`<pre tabindex="0"${attributes}>`, "</pre>\n");
  else page.out.begin(`<${tag}${attributes}>`, `</${tag}>${block ? "\n" : ""}`);
}

/** The id that links to the name of an element lead to, where it has one that no other has. */
export function anchorOf(page: Rendering, token: Token): string | undefined {
  const id = token.meta?.["id"];
  return typeof id === "string" ? page.toId(id) : undefined;
}
