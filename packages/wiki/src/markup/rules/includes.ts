import type { MarkdownIt } from "markdown-it";
import { LIMITS } from "../limits.ts";
import { isFileName } from "../link-target.ts";

/** `![[page]]` and `![[page#Part]]` alone on a line: a token `include` whose `meta.wikiTarget` says what to include. */
export function includes(md: MarkdownIt): void {
  md.block.ruler.before(
    "table",
    "include",
    (state, startLine, _endLine, silent) => {
      const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      if (!state.src.startsWith("![[", start) || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
      const line = state.src.slice(start, Math.min(state.eMarks[startLine] ?? 0, start + 2 * LIMITS.targetUnits));
      const target = /^!\[\[([^[\]|]+)\]\]\s*$/.exec(line)?.[1]?.trim();
      if (target === undefined || target === "" || isFileName(target)) return false;
      if (silent) return true;
      const token = state.push("include", "", 0);
      token.map = [startLine, startLine + 1];
      token.content = line.trim();
      token.meta = { wikiTarget: target };
      state.line = startLine + 1;
      return true;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );
}
