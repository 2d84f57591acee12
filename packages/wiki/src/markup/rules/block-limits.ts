import type { MarkdownIt, StateBlock } from "markdown-it";
import { LIMITS } from "../limits.ts";

/**
 * What is nested too deep, and tables that are mostly cells nobody wrote, become a token `plain_block` with their text.
 * markdown-it itself would leave out the first in silence, and make 65,000 cells of 5 kB of the second.
 */
export function blockLimits(md: MarkdownIt): void {
  md.block.ruler.before("table", "nesting_limit", limitNesting);
  md.block.ruler.before("table", "table_limit", limitTable, { alt: ["paragraph", "reference"] });
}

function limitNesting(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if (state.level < LIMITS.nesting || silent) return false;
  pushPlain(state, startLine, endLine);
  return true;
}

function limitTable(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  // A table ends a paragraph only with its first line, which the rule for tables does then.
  if (silent || startLine + 1 >= endLine) return false;
  const delimiters = lineAt(state, startLine + 1);
  if (!/^[|:-][ \t|:-]*$/.test(delimiters)) return false;
  const columns = countCells(delimiters);
  if (columns < 3 || countCells(lineAt(state, startLine)) !== columns) return false;
  let line = startLine + 2;
  let missing = 0;
  while (line < endLine && !state.isEmpty(line) && line - startLine <= LIMITS.tableRows) {
    missing += Math.max(columns - countCells(lineAt(state, line)), 0);
    line++;
  }
  const total = (missingCells.get(state.env) ?? 0) + missing;
  missingCells.set(state.env, total);
  if (total <= LIMITS.missingCells && line - startLine <= LIMITS.tableRows) return false;
  while (line < endLine && !state.isEmpty(line)) line++;
  pushPlain(state, startLine, line);
  return true;
}

/** Of all tables of a text. */
const missingCells = new WeakMap<object, number>();

function lineAt(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line] ?? 0).trimEnd();
}

function countCells(row: string): number {
  let cells = row.startsWith("|") ? 0 : 1;
  for (let at = row.indexOf("|"); at >= 0; at = row.indexOf("|", at + 1)) {
    if (row[at - 1] !== "\\" && at < row.length - 1) cells++;
  }
  return cells;
}

function pushPlain(state: StateBlock, startLine: number, endLine: number): void {
  const token = state.push("plain_block", "", 0);
  token.content = state.getLines(startLine, endLine, state.blkIndent, true);
  token.map = [startLine, endLine];
  state.line = endLine;
}
