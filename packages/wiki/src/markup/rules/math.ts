import type { MarkdownIt, StateBlock, StateInline } from "markdown-it";

const MAX_LINES = 60;

/**
 * `$x^2$` and `$$x^2$$` within text, and `$$` … `$$` over lines of its own. Prices stay prices: an opening `$` has no
 * letter, digit or `$` before it and no space after it, a closing one no space before it and no letter or digit after.
 */
export function math(md: MarkdownIt): void {
  md.inline.ruler.after("escape", "math", readInline);
  md.block.ruler.before("fence", "math_block", readBlock, { alt: ["paragraph", "reference", "blockquote", "list"] });
}

function readInline(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (src[pos] !== "$" || (pos > 0 && /[\p{L}\p{N}$\\]/u.test(src[pos - 1] ?? ""))) return false;
  const fence = src[pos + 1] === "$" ? "$$" : "$";
  const start = pos + fence.length;
  // The first "$" decides, so that a row of openings without an end is read once.
  let end = src.indexOf("$", start);
  while (end > 0 && isEscaped(src, end)) end = src.indexOf("$", end + 1);
  if (end <= start || end + fence.length > posMax || !src.startsWith(fence, end)) return false;
  const formula = src.slice(start, end);
  if (fence === "$" && (/^\s|\s$/.test(formula) || /[\p{L}\p{N}$]/u.test(src[end + 1] ?? ""))) return false;
  if (!silent) {
    const token = state.push("math_inline", "", 0);
    token.content = formula.trim();
    token.markup = fence;
  }
  state.pos = end + fence.length;
  return true;
}

function isEscaped(src: string, at: number): boolean {
  let backslashes = 0;
  while (src[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

function readBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
  if (!state.src.startsWith("$$", start) || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const lastLine = findEnd(state, startLine, endLine, start);
  if (lastLine === undefined) return false;
  if (silent) return true;
  const text = state.getLines(startLine, lastLine + 1, state.tShift[startLine] ?? 0, false).trim();
  const token = state.push("math_block", "", 0);
  token.content = text.slice(2, -2).trim();
  token.map = [startLine, lastLine + 1];
  state.line = lastLine + 1;
  return true;
}

/** The line that ends with `$$`: near, and before an empty one. */
function findEnd(state: StateBlock, startLine: number, endLine: number, start: number): number | undefined {
  for (let line = startLine; line < Math.min(endLine, startLine + MAX_LINES); line++) {
    if (state.isEmpty(line) || (state.sCount[line] ?? 0) < state.blkIndent) return undefined;
    const end = state.skipSpacesBack(state.eMarks[line] ?? 0, start);
    if (end >= start + 4 && state.src.startsWith("$$", end - 2)) return line;
  }
  return undefined;
}
