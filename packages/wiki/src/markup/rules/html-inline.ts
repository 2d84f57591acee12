import type { MarkdownIt, StateCore, StateInline } from "markdown-it";
import { PHRASING } from "../html-elements.ts";
import { type InlineElement, pairTags } from "../html-pairs.ts";
import { attributesOf, decodeEntities, type HtmlTag, tagAt } from "../html-tags.ts";
import { LIMITS } from "../limits.ts";

/**
 * HTML within a line: `<kbd>…</kbd>`, `<br>`, `<img src="…">`, `<a href="…">…</a>`, `<a name="…"></a>`, with both ends in one
 * paragraph. They become tokens like any other: no tag goes from the text to the page.
 */
export function htmlInline(md: MarkdownIt): void {
  md.inline.ruler.before("autolink", "html_element", readElement);
  md.core.ruler.at("inline", readInlines);
}

/** As markdown-it does it, but for the text of HTML, in which nothing else is read. */
function readInlines({ tokens, md, env }: StateCore): void {
  for (const { type, content, children, meta } of tokens) {
    if (type !== "inline" || children === null) continue;
    const html = meta?.["html"];
    if (html === undefined) {
      md.inline.parse(content, md, env, children);
      continue;
    }
    const state = new md.inline.State(content, md, env, children);
    htmlStates.set(state, { isPreformatted: html === "preformatted" });
    readHtml(state);
    if (state.pending !== "") state.pushPending();
  }
}

const htmlStates = new WeakMap<StateInline, { readonly isPreformatted: boolean }>();

function readHtml(state: StateInline): void {
  const isPreformatted = htmlStates.get(state)?.isPreformatted === true;
  while (state.pos < state.posMax) {
    if (state.src[state.pos] === "<" && (readElement(state, false) || skipTag(state))) continue;
    const next = state.src.indexOf("<", state.pos + 1);
    const end = next < 0 || next > state.posMax ? state.posMax : next;
    const text = decodeEntities(state.src.slice(state.pos, end), state.md);
    state.pending += isPreformatted ? text : text.replace(/\s+/g, " ");
    state.pos = end;
  }
}

/** Within HTML, a tag of ours that has no other end is a slip, as a browser takes it. */
function skipTag(state: StateInline): boolean {
  const tag = tagAt(state.src, state.pos);
  if (tag === undefined || tag.end > state.posMax || !PHRASING.has(tag.name)) return false;
  state.pos = tag.end;
  return true;
}

const elementsOf = new WeakMap<StateInline, ReadonlyMap<number, InlineElement>>();

function readElement(state: StateInline, silent: boolean): boolean {
  // Every sign that may mean something comes by here: what begins no tag is let go before anything is searched.
  if (state.src[state.pos] !== "<") return false;
  let elements = elementsOf.get(state);
  if (elements === undefined) {
    elements = pairTags(state.src, { isMarkdown: !htmlStates.has(state) });
    elementsOf.set(state, elements);
  }
  const element = elements.get(state.pos);
  if (element === undefined) return false;
  const { tag, closing } = element;
  const { end } = closing ?? tag;
  if (end > state.posMax) return false;
  if (closing === undefined) {
    if (!pushWithoutEnd(state, tag, silent)) return false;
  } else if (!pushElement(state, tag, closing, silent)) return false;
  state.pos = end;
  return true;
}

function pushWithoutEnd(state: StateInline, tag: HtmlTag, silent: boolean): boolean {
  if (tag.name === "img") return pushImage(state, tag, silent);
  if (silent) return true;
  if (tag.name === "br") state.push("hardbreak", "br", 0);
  else if (tag.name === "wbr") state.push("html_wbr", "wbr", 0);
  return true;
}

function pushImage(state: StateInline, tag: HtmlTag, silent: boolean): boolean {
  const attributes = attributesOf(tag, state.md);
  const src = addressIn(state, attributes.get("src") ?? "");
  if (src === undefined || src === "") return false;
  if (silent) return true;
  const image = state.push("image", "img", 0);
  image.attrs = [["src", src], ...titleOf(attributes)];
  image.content = attributes.get("alt") ?? "";
  image.meta = { html: "img", attributes };
  return true;
}

function pushElement(state: StateInline, tag: HtmlTag, closing: HtmlTag, silent: boolean): boolean {
  if (state.level >= LIMITS.nesting) return false;
  const attributes = attributesOf(tag, state.md);
  const href = tag.name === "a" ? attributes.get("href") : undefined;
  const address = href === undefined ? undefined : addressIn(state, href);
  if (href !== undefined && (address === undefined || state.linkLevel > 0)) return false;
  if (silent) return true;
  const name = address === undefined ? "html" : "link";
  const token = state.push(`${name}_open`, tag.name === "a" ? "span" : (PHRASING.get(tag.name) ?? "span"), 1);
  token.meta = { html: tag.name, attributes };
  if (address !== undefined) token.attrs = [["href", address], ...titleOf(attributes)];
  readInside(state, tag.end, closing.start, address !== undefined);
  state.push(`${name}_close`, token.tag, -1);
  return true;
}

function titleOf(attributes: ReadonlyMap<string, string>): [string, string][] {
  const title = attributes.get("title");
  return title === undefined ? [] : [["title", title]];
}

function readInside(state: StateInline, start: number, end: number, isLink: boolean): void {
  const { posMax } = state;
  state.pos = start;
  state.posMax = end;
  if (isLink) state.linkLevel++;
  if (htmlStates.has(state)) readHtml(state);
  else state.md.inline.tokenize(state);
  if (isLink) state.linkLevel--;
  state.posMax = posMax;
}

/** The address that is written; undefined where it is none to be followed. */
function addressIn(state: StateInline, written: string): string | undefined {
  const address = state.md.normalizeLink(written.trim());
  return state.md.validateLink(address) ? address : undefined;
}
