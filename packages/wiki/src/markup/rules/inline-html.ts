import type { MarkdownIt, StateInline } from "markdown-it";

/** Tags that Markdown has no sign for, taken without attributes, and only with both ends in one paragraph. */
const TAGS: ReadonlySet<string> = new Set([
  "kbd",
  "sub",
  "sup",
  "mark",
  "ins",
  "del",
  "small",
  "code",
  "b",
  "i",
  "u",
  "em",
  "strong",
  "a",
]);
const BREAK = /<br\s{0,9}\/?>/iy;
const OPENING = /<([a-z]+)(?:\s+(href|name|id)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'))?\s*>/iy;

/**
 * The little HTML that wikis are full of: `<br>`, `<kbd>…</kbd>` and the like, `<a href="…">…</a>`, `<a name="…"></a>`. They
 * become tokens of ours like any other: no tag and no attribute goes from the text to the page.
 */
export function inlineHtml(md: MarkdownIt): void {
  md.inline.ruler.before(
    "autolink",
    "inline_html",
    // Every sign that may mean something comes by here: what begins no tag is let go before anything is searched.
    (state, silent) => state.src[state.pos] === "<" && (readBreak(state, silent) || readTag(state, silent)),
  );
}

function readBreak(state: StateInline, silent: boolean): boolean {
  BREAK.lastIndex = state.pos;
  if (!BREAK.test(state.src) || BREAK.lastIndex > state.posMax) return false;
  if (!silent) state.push("hardbreak", "br", 0);
  state.pos = BREAK.lastIndex;
  return true;
}

function readTag(state: StateInline, silent: boolean): boolean {
  OPENING.lastIndex = state.pos;
  const [opening, name = "", attribute, doubleQuoted, singleQuoted] = OPENING.exec(state.src) ?? [];
  const tag = name.toLowerCase();
  if (opening === undefined || !TAGS.has(tag) || (tag === "a") !== (attribute !== undefined)) return false;
  const start = state.pos + opening.length;
  const closing = `</${tag}>`;
  const end = findClosing(state, closing, start);
  if (end === undefined) return false;
  const value = state.md.utils.unescapeAll(doubleQuoted ?? singleQuoted ?? "");
  const isLink = attribute?.toLowerCase() === "href";
  const href = isLink ? state.md.normalizeLink(value) : "";
  if (isLink && (state.linkLevel > 0 || !state.md.validateLink(href))) return false;
  if (!silent) {
    if (isLink) state.push("link_open", "a", 1).attrs = [["href", href]];
    else if (tag === "a") state.push("anchor_open", "", 1).meta = { name: value };
    else state.push(`${tag}_open`, tag, 1);
    readInside(state, start, end, isLink);
    state.push(isLink ? "link_close" : `${tag === "a" ? "anchor" : tag}_close`, tag, -1);
  }
  state.pos = end + closing.length;
  return true;
}

function readInside(state: StateInline, start: number, end: number, isLink: boolean): void {
  const { posMax } = state;
  state.pos = start;
  state.posMax = end;
  if (isLink) state.linkLevel++;
  state.md.inline.tokenize(state);
  if (isLink) state.linkLevel--;
  state.posMax = posMax;
}

const closings = new WeakMap<StateInline, Map<string, number>>();

/** Where the tag closes. What was found is kept: else each of a thousand `<b>` would search the rest of the text. */
function findClosing(state: StateInline, closing: string, from: number): number | undefined {
  const found = closings.get(state) ?? new Map<string, number>();
  closings.set(state, found);
  let at = found.get(closing);
  if (at === undefined || at < from) {
    at = state.src.indexOf(closing, from);
    found.set(closing, at < 0 ? Number.POSITIVE_INFINITY : at);
  }
  return at >= 0 && at + closing.length <= state.posMax ? at : undefined;
}
