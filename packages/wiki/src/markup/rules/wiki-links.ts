import type { MarkdownIt, StateInline } from "markdown-it";
import { LIMITS } from "../limits.ts";
import { isFileName } from "../link-target.ts";

/**
 * `[[Page title]]`, `[[guides/start#Part|label]]`, `[[#Part]]`, and `![[map.png|alternative text]]`. The tokens are those
 * of a Markdown link or image, whose `meta.wikiTarget` takes the place of an address.
 */
export function wikiLinks(md: MarkdownIt): void {
  md.inline.ruler.before("link", "wiki_link", (state, silent) => readWikiLink(state, state.pos, silent));
  md.inline.ruler.before("image", "wiki_image", (state, silent) => {
    return state.src[state.pos] === "!" && readWikiLink(state, state.pos + 1, silent);
  });
}

function readWikiLink(state: StateInline, start: number, silent: boolean): boolean {
  if (!state.src.startsWith("[[", start)) return false;
  const inside = readInside(state.src.slice(start + 2, Math.min(state.posMax, start + 2 + 2 * LIMITS.targetUnits)));
  if (inside === undefined) return false;
  const end = start + 2 + inside.length + 2;
  // `[[1]](https://…)` is a Markdown link whose text is "[1]".
  if (state.src[end] === "(" || (state.linkLevel > 0 && start === state.pos)) return false;
  if (!silent) {
    const [target = "", ...label] = inside.split("|");
    pushLink(state, target, label.join("|").trim(), start > state.pos && isFileName(target.trim()));
  }
  state.pos = end;
  return true;
}

/** What stands before "]]": without brackets, so that a row of a thousand "[" is read once. */
function readInside(text: string): string | undefined {
  const inside = /^([^[\]\n]+)\]\]/.exec(text)?.[1];
  return inside === undefined || inside.trim() === "" ? undefined : inside;
}

function pushLink(state: StateInline, target: string, label: string, isImage: boolean): void {
  if (isImage) {
    const image = state.push("image", "img", 0);
    image.content = label;
    image.meta = { wikiTarget: target };
    return;
  }
  state.push("link_open", "a", 1).meta = { wikiTarget: target };
  state.push("text", "", 0).content = label === "" ? target.trim() : label;
  state.push("link_close", "a", -1);
}
