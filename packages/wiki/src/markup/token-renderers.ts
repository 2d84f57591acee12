import { ProgrammingError } from "@palimpsest/eventsourcing";
import type { Token } from "markdown-it";
import { escapeHtml } from "./escape-html.ts";
import { writeHtmlAttributes } from "./html-attributes.ts";
import type { Heading } from "./parsed-page.ts";
import { renderFence, renderFormulaBlock, renderFormulaInline, renderPlainBlock } from "./render-blocks.ts";
import { anchorOf, renderHtmlElement, TABLE_END, TABLE_START } from "./render-html.ts";
import { renderInclude } from "./render-include.ts";
import { renderImage, renderLink } from "./render-links.ts";
import type { Rendering } from "./rendering.ts";
import type { AlertKind } from "./rules/alerts.ts";

export function renderTokens(page: Rendering, tokens: readonly Token[]): void {
  for (const token of tokens) {
    if (page.isFull) return;
    if (token.type === "link_close") page.endLink();
    else if (token.nesting === -1) page.out.end();
    else rendererOf(token)(page, token);
  }
}

type TokenRenderer = (page: Rendering, token: Token) => void;

const ENDS_LINE: ReadonlySet<string> = new Set(["ul", "thead", "tbody", "tr"]);

/** By type of token. What begins an element need not end it: the writer does. */
const RENDERERS: ReadonlyMap<string, TokenRenderer> = new Map<string, TokenRenderer>([
  ...["bullet_list:ul", "thead", "tbody", "tr", "em", "strong", "s:del"].map(element),
  ["blockquote_open", renderQuote],
  ["alert_title_open", (page) => page.out.begin('<p class="alert-title">', "</p>\n")],
  ["paragraph_open", (page, token) => (token.hidden ? page.out.begin("", "\n") : page.out.begin("<p>", "</p>\n"))],
  ["heading_open", renderHeading],
  ["ordered_list_open", renderOrderedList],
  ["list_item_open", renderListItem],
  ["table_open", (page) => page.out.begin(`${TABLE_START}>\n`, TABLE_END)],
  ["th_open", (page, token) => page.out.begin(`<th scope="col"${alignmentOf(token)}>`, "</th>")],
  ["td_open", (page, token) => page.out.begin(`<td${alignmentOf(token)}>`, "</td>")],
  ["hr", (page) => page.out.write("<hr>\n")],
  ["fence", renderFence],
  ["code_block", (page, token) => renderPlainBlock(page, token.content)],
  ["plain_block", (page, token) => renderPlainBlock(page, token.content)],
  ["source", renderSource],
  ["math_block", (page, token) => renderFormulaBlock(page, token.content)],
  ["include", (page, token) => renderInclude(page, token, renderTokens)],
  ["footnote_block_open", (page) => page.out.begin('<div class="footnotes"><hr><ol>\n', "</ol></div>\n")],
  ["footnote_open", (page, token) => page.out.begin(`<li id="${page.toId(`fn-${numberOf(token)}`)}">`, "</li>\n")],
  ["footnote_anchor", renderFootnoteAnchor],

  ["inline", renderInline],
  ["text", renderText],
  ["text_special", renderText],
  ["code_inline", (page, token) => page.out.write(`<code>${escapeHtml(token.content)}</code>`)],
  ["softbreak", (page) => page.out.write("\n")],
  ["hardbreak", (page) => page.out.write("<br>\n")],
  ["link_open", renderLink],
  ["image", renderImage],
  ["html_open", renderHtmlElement],
  ["html_wbr", (page) => page.out.write("<wbr>")],
  ["math_inline", renderFormulaInline],
  ["footnote_ref", renderFootnoteReference],
]);

function element(name: string): [string, TokenRenderer] {
  const [type = "", tag = type] = name.split(":");
  const end = `</${tag}>${ENDS_LINE.has(tag) ? "\n" : ""}`;
  return [`${type}_open`, (page) => page.out.begin(`<${tag}>`, end)];
}

function rendererOf({ type }: Token): TokenRenderer {
  const renderer = RENDERERS.get(type);
  if (renderer === undefined) throw new ProgrammingError(`no renderer for tokens of type "${type}"`);
  return renderer;
}

function renderInline(page: Rendering, token: Token): void {
  const task = token.meta?.["task"];
  if (task !== undefined) {
    page.out.begin(`<label><input type="checkbox" disabled${task === "done" ? " checked" : ""}> `, "</label>");
  }
  renderTokens(page, token.children ?? []);
  if (task !== undefined && !page.isFull) page.out.end();
}

function renderText(page: Rendering, token: Token): void {
  page.out.write(escapeHtml(token.content));
}

/** All of a text that is shown as it was written. */
function renderSource(page: Rendering, token: Token): void {
  page.out.write('<p class="notice">To format this text costs too much, so it is shown as it was written.</p>\n');
  renderPlainBlock(page, token.content);
}

function renderHeading(page: Rendering, token: Token): void {
  const { level, id } = page.addHeading(token.meta?.["heading"] as Heading);
  // Empty, and not for the keyboard or a screen reader, which have the contents: style sheets draw it.
  const anchor = `<a class="heading-anchor" href="#${escapeHtml(id)}" aria-hidden="true" tabindex="-1"></a>`;
  page.out.begin(`<h${level}${writeHtmlAttributes(token, "h", id)}>`, `${anchor}</h${level}>\n`);
  const other = anchorOf(page, token);
  if (other !== undefined) page.out.write(`<span id="${escapeHtml(other)}"></span>`);
}

function renderQuote(page: Rendering, token: Token): void {
  const alert = token.meta?.["alert"] as AlertKind | undefined;
  if (alert === undefined) page.out.begin("<blockquote>", "</blockquote>\n");
  else page.out.begin(`<div class="alert ${alert}" role="note">`, "</div>\n");
}

function renderOrderedList(page: Rendering, token: Token): void {
  const start = Number(token.attrGet("start") ?? 1);
  page.out.begin(start === 1 ? "<ol>\n" : `<ol start="${start}">\n`, "</ol>\n");
}

function renderListItem(page: Rendering, token: Token): void {
  page.out.begin(token.meta?.["isTask"] === true ? '<li class="task">' : "<li>", "</li>\n");
}

/** GFM's alignment of columns, which markdown-it gives as a style. */
function alignmentOf(cell: Token): string {
  const alignment = /^text-align:(left|center|right)$/.exec(String(cell.attrGet("style") ?? ""))?.[1];
  return alignment === undefined ? "" : ` class="align-${alignment}"`;
}

function renderFootnoteReference(page: Rendering, token: Token): void {
  const number = numberOf(token);
  const id = page.toId(`fnref-${number}${repetitionOf(token)}`);
  const link = `<a id="${id}" href="#${page.toId(`fn-${number}`)}" aria-label="Footnote ${number}">${number}</a>`;
  page.out.write(`<sup class="footnote-ref">${page.isInLink ? number : link}</sup>`);
}

function renderFootnoteAnchor(page: Rendering, token: Token): void {
  const href = `#${page.toId(`fnref-${numberOf(token)}${repetitionOf(token)}`)}`;
  page.out.write(` <a class="footnote-back" href="${href}" aria-label="Back to the text">↩</a>`);
}

function numberOf(token: Token): number {
  return Number(token.meta?.["number"]);
}

/** A footnote that the text refers to again has an anchor for each time. */
function repetitionOf(token: Token): string {
  const repetition = Number(token.meta?.["repetition"]);
  return repetition > 0 ? `-${repetition}` : "";
}
