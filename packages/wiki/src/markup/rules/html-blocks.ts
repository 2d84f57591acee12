import type { MarkdownIt, StateBlock, StateCore, Token } from "markdown-it";
import { FLOW } from "../html-elements.ts";
import { OpenElements } from "../html-nesting.ts";
import { attributesOf, Comments, findTags, type HtmlTag, tagAt } from "../html-tags.ts";

/**
 * HTML that takes lines of its own, as CommonMark has it: from a tag at the beginning of a line to the next empty one. What is
 * text in it is no Markdown; between two such blocks Markdown is. Cells of Markdown's tables may hold such elements too.
 * They become tokens `html_open` and `html_close`, headings those of Markdown: no tag goes from the text to the page.
 */
export function htmlBlocks(md: MarkdownIt): void {
  md.block.ruler.at("html_block", readBlock, { alt: ["paragraph", "reference", "blockquote"] });
  md.core.ruler.after("block", "html_elements", makeElements);
}

function readBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  if (state.src[start] !== "<" || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const end = endOfBlock(state, start, startLine, endLine);
  if (end === undefined) return false;
  if (silent) return true;
  const token = state.push("html_block", "", 0);
  token.content = state.getLines(startLine, end, state.blkIndent, true);
  token.map = [startLine, end];
  state.line = end;
  return true;
}

/** The line after the block; undefined where none begins. */
function endOfBlock(state: StateBlock, start: number, startLine: number, endLine: number): number | undefined {
  const { comments, preformatted } = searchesOf(state);
  const comment = comments.at(start);
  if (comment !== undefined) return lineAfter(state, comment.end, startLine, endLine);
  const tag = tagAt(state.src, start);
  if (tag === undefined || !FLOW.has(tag.name)) return undefined;
  if (tag.name === "pre" && !tag.isClosing) {
    const end = preformatted.after(tag.end);
    const after = end === undefined ? undefined : lineAfter(state, end, startLine, endLine);
    if (after !== undefined) return after;
  }
  let line = startLine + 1;
  while (line < endLine && !state.isEmpty(line) && (state.sCount[line] ?? 0) >= state.blkIndent) line++;
  return line;
}

/** The line after the one that a place is in, unless the block around ends before. */
function lineAfter(state: StateBlock, place: number, startLine: number, endLine: number): number | undefined {
  for (let line = startLine; line < endLine; line++) {
    if (line > startLine && !state.isEmpty(line) && (state.sCount[line] ?? 0) < state.blkIndent) return undefined;
    if ((state.eMarks[line] ?? 0) >= place) return line + 1;
  }
  return undefined;
}

type Searches = { readonly comments: Comments; readonly preformatted: PreformattedEnds };

/** Of a text, what was looked for in vain. */
const searches = new WeakMap<object, Searches>();

function searchesOf({ env, src }: StateBlock): Searches {
  const known = searches.get(env);
  if (known !== undefined) return known;
  const made = { comments: new Comments(src), preformatted: new PreformattedEnds(src) };
  searches.set(env, made);
  return made;
}

class PreformattedEnds {
  readonly #text: string;
  #hasEnd = true;

  constructor(text: string) {
    this.#text = text;
  }

  after(place: number): number | undefined {
    if (!this.#hasEnd) return undefined;
    const end = /<\/pre\s*>/gi;
    end.lastIndex = place;
    this.#hasEnd = end.test(this.#text);
    return this.#hasEnd ? end.lastIndex : undefined;
  }
}

function makeElements(state: StateCore): void {
  if (!state.src.includes("<")) return;
  const elements = new OpenElements((type, tag, nesting) => new state.Token(type, tag, nesting));
  let before: Token | undefined;
  for (const token of state.tokens) {
    if (token.type === "html_block") {
      addHtml(state, elements, token.content, { isMarkdown: false });
      elements.endLine();
    } else if (token.type === "inline" && isCell(before) && hasFlow(token.content)) {
      addHtml(state, elements, token.content, { isMarkdown: true });
    } else if (token.nesting === 1) elements.beginBlock(token);
    else if (token.nesting === -1) elements.endBlock(token);
    else {
      elements.makeRoom();
      elements.tokens.push(token);
    }
    before = token;
  }
  elements.endAll();
  state.tokens = elements.tokens;
}

function isCell(token: Token | undefined): boolean {
  return token?.type === "td_open" || token?.type === "th_open";
}

function hasFlow(text: string): boolean {
  if (!text.includes("<")) return false;
  for (const { name } of findTags(text, { isMarkdown: true })) if (FLOW.has(name)) return true;
  return false;
}

function addHtml(state: StateCore, elements: OpenElements, html: string, mode: { readonly isMarkdown: boolean }): void {
  let text = "";
  let end = 0;
  for (const tag of findTags(html, mode)) {
    const isFlow = FLOW.has(tag.name);
    if (!isFlow && tag.name !== "!--") continue;
    text += html.slice(end, tag.start);
    end = tag.end;
    if (!isFlow) continue;
    addText(state, elements, text, mode.isMarkdown);
    addTag(state, elements, tag);
    text = "";
  }
  addText(state, elements, text + html.slice(end), mode.isMarkdown);
}

function addTag(state: StateCore, elements: OpenElements, tag: HtmlTag): void {
  if (tag.name === "hr") {
    elements.endParagraph();
    elements.makeRoom();
    elements.tokens.push(new state.Token("hr", "hr", 0));
  } else if (tag.isClosing) elements.close(tag.name);
  else elements.open(tag.name, (token) => describe(token, tag, state.md));
}

function describe(token: Token, tag: HtmlTag, md: MarkdownIt): void {
  token.meta = { html: tag.name, attributes: attributesOf(tag, md) };
}

/** What stands in the flow of the page becomes a paragraph; what is the text of an element does not. */
const HOLDS_PARAGRAPHS: ReadonlySet<string | undefined> = new Set([undefined, "blockquote", "details"]);
const DIVISION = "div";

function addText(state: StateCore, elements: OpenElements, written: string, isMarkdown: boolean): void {
  const isPreformatted = elements.current === "pre";
  const text = isPreformatted ? written : written.trim();
  if (text === "") return;
  elements.makeRoom();
  const inline = new state.Token("inline", "", 0);
  inline.content = text;
  inline.children = [];
  if (!isMarkdown) inline.meta = { html: isPreformatted ? "preformatted" : "text" };
  const { current } = elements;
  const isParagraph =
    !isMarkdown && (HOLDS_PARAGRAPHS.has(current) || (current !== undefined && FLOW.get(current) === DIVISION));
  if (!isParagraph) {
    elements.tokens.push(inline);
    return;
  }
  inline.level = 1;
  elements.tokens.push(new state.Token("paragraph_open", "p", 1), inline, new state.Token("paragraph_close", "p", -1));
}
