import type { Token } from "markdown-it";
import { escapeHtml } from "./escape-html.ts";
import { htmlAttributesOf, writeHtmlAttributes } from "./html-attributes.ts";
import type { LinkTarget } from "./parsed-page.ts";
import { PlainText } from "./plain-text.ts";
import { anchorOf } from "./render-html.ts";
import type { Rendering } from "./rendering.ts";

export function renderLink(page: Rendering, token: Token): void {
  const target = targetOf(token);
  const href = target === undefined ? undefined : page.urlOf(target);
  if (target === undefined || href === undefined) {
    // A file that is not there, or no address: the words stay.
    page.out.begin('<span class="missing">', "</span>");
    return;
  }
  const title = token.attrGet("title");
  const titleAttribute = title === null ? "" : ` title="${escapeHtml(String(title))}"`;
  const id = anchorOf(page, token);
  const idAttribute = id === undefined ? "" : ` id="${escapeHtml(id)}"`;
  page.beginLink(`<a href="${escapeHtml(href)}"${titleAttribute}${kindAttributes(page, target)}${idAttribute}>`);
}

export function renderImage(page: Rendering, token: Token): void {
  const target = targetOf(token);
  const src = target === undefined ? undefined : page.urlOf(target);
  const label = token.children === null ? token.content : PlainText.of(token.children);
  if (target === undefined || src === undefined || !isShown(target)) {
    renderUnshown(page, target, src, label);
    return;
  }
  page.out.write(
    `<img src="${escapeHtml(src)}" alt="${escapeHtml(label)}"${imageAttributes(page, token)} loading="lazy" referrerpolicy="no-referrer">`,
  );
}

function imageAttributes(page: Rendering, token: Token): string {
  if (htmlAttributesOf(token) !== undefined) return writeHtmlAttributes(token, "img", anchorOf(page, token));
  const title = token.attrGet("title");
  return title === null ? "" : ` title="${escapeHtml(String(title))}"`;
}

/** Other sites' images over TLS alone: the rest would be blocked, or give away to the network what is read. */
function isShown(target: LinkTarget): boolean {
  if (target.kind === "external") return /^https:/i.test(target.url);
  return target.kind === "attachment" || target.kind === "site";
}

/** What cannot be shown as an image leads there, or says at least what it would be. */
function renderUnshown(page: Rendering, target: LinkTarget | undefined, src: string | undefined, label: string): void {
  const text = label || (target?.kind === "attachment" ? target.path : (src ?? "image"));
  if (target === undefined || src === undefined) {
    page.out.write(`<span class="missing">${escapeHtml(text)}</span>`);
    return;
  }
  page.beginLink(`<a href="${escapeHtml(src)}"${kindAttributes(page, target)}>`);
  page.out.write(escapeHtml(text));
  page.endLink();
}

function kindAttributes(page: Rendering, target: LinkTarget): string {
  // Nothing to gain for those who write links for search engines; a private wiki's addresses stay its own.
  if (target.kind === "external") return ' class="external" rel="nofollow noreferrer"';
  if (target.kind === "page" && !page.pageExists(target.slug)) return ' class="missing" rel="nofollow"';
  return "";
}

function targetOf(token: Token): LinkTarget | undefined {
  return token.meta?.["target"] as LinkTarget | undefined;
}
