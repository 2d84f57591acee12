import type { Token } from "markdown-it";
import { escapeHtml } from "./escape-html.ts";
import { LIMITS } from "./limits.ts";
import type { LinkTarget, ParsedPage } from "./parsed-page.ts";
import type { Rendering } from "./rendering.ts";

type PageTarget = Extract<LinkTarget, { readonly kind: "page" }>;

/** Another page, or a section of it, in this place; or a notice why not. */
export function renderInclude(
  page: Rendering,
  token: Token,
  renderTokens: (page: Rendering, tokens: readonly Token[]) => void,
): void {
  const target = token.meta?.["target"] as LinkTarget | undefined;
  if (target?.kind !== "page") {
    page.out.write(`<p>${escapeHtml(token.content)}</p>\n`);
    return;
  }
  const tokens = findTokens(page, target);
  if (typeof tokens === "string") {
    page.out.write(`<p class="notice">${linkTo(page, target)} is not included here: ${tokens}.</p>\n`);
    return;
  }
  page.out.begin('<div class="include">', "</div>\n");
  page.renderWithin(target.slug, () => renderTokens(page, tokens));
  if (!page.isFull) page.out.end();
}

/** What to include, or why not. */
function findTokens(page: Rendering, { slug, section }: PageTarget): readonly Token[] | string {
  if (page.isWriting(slug)) return "this is a part of it";
  if (page.includeDepth === LIMITS.includeDepth) return "pages are nested too deep";
  if (!page.spend("includes", 1)) return "there are too many";
  const included = page.getIncluded(slug);
  if (included === undefined) return "there is no such page";
  if (!page.spend("includedUnits", included.content.units)) return "there is too much of it";
  const tokens = section === undefined ? included.content.tokens : sectionOf(included, section);
  return tokens ?? "it has no such section";
}

/** From the heading to the next one of its level, or the end of what holds it, and the footnotes, if any. */
function sectionOf({ content: { tokens } }: ParsedPage, section: string): readonly Token[] | undefined {
  const start = tokens.findIndex((token) => isHeading(token) && idOf(token) === section);
  const level = tokens[start]?.tag ?? "";
  if (start < 0) return undefined;
  const next = tokens.findIndex((token, i) => {
    return i > start && ((isHeading(token) && token.tag <= level) || token.type === "footnote_block_open");
  });
  const end = endOfElement(tokens, start);
  const part = tokens.slice(start, next < 0 ? end : Math.min(next, end));
  const hasFootnotes = part.some((token) => token.children?.some((child) => child.type === "footnote_ref"));
  const footnotes = tokens.findIndex((token) => token.type === "footnote_block_open");
  return hasFootnotes ? [...part, ...tokens.slice(footnotes)] : part;
}

/** A section that stands in an element, such as a cell of a table, ends with it. */
function endOfElement(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    depth += tokens[i]?.nesting ?? 0;
    if (depth < 0) return i;
  }
  return tokens.length;
}

/** A heading of the page itself: to cut at one in a quotation would cut the quotation. */
function isHeading(token: Token): boolean {
  return token.type === "heading_open" && token.level === 0;
}

function idOf(heading: Token): string | undefined {
  return (heading.meta?.["heading"] as { readonly id: string } | undefined)?.id;
}

function linkTo(page: Rendering, target: PageTarget): string {
  const missing = page.pageExists(target.slug) ? "" : ' class="missing" rel="nofollow"';
  return `<a href="${escapeHtml(page.urlOf(target) ?? "")}"${missing}>${escapeHtml(target.slug)}</a>`;
}
