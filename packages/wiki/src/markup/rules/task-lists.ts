import type { MarkdownIt } from "markdown-it";

/** `- [ ] open` and `- [x] done`: marks the text of such an item with `meta.task`, and its item with `meta.isTask`. */
export function taskLists(md: MarkdownIt): void {
  md.core.ruler.after("block", "task_lists", (state) => {
    for (const [i, text] of state.tokens.entries()) {
      const item = state.tokens[i - 2];
      if (text.type !== "inline" || item?.type !== "list_item_open") continue;
      const [mark, box] = /^\[([ xX])\][ \t]+(?=\S)/.exec(text.content) ?? [];
      if (mark === undefined) continue;
      text.content = text.content.slice(mark.length);
      text.meta = { task: box === " " ? "open" : "done" };
      item.meta = { isTask: true };
    }
  });
}
