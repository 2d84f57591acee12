import { PHRASING } from "./html-elements.ts";
import { findTags, type HtmlTag } from "./html-tags.ts";

/** What stands at a place of a line: an element with its two tags, one that has none to end it, or a comment. */
export type InlineElement = { readonly tag: HtmlTag; readonly closing?: HtmlTag };

const WITHOUT_END: ReadonlySet<string> = new Set(["br", "wbr", "img", "source", "!--"]);

/**
 * The elements in a piece of text by where they begin, each within those around it. An element that does not end, and an end
 * without a beginning, are none: what is said of `<b>` is said, not bold. Linear, whatever opens and never closes.
 */
export function pairTags(text: string, mode: { readonly isMarkdown: boolean }): ReadonlyMap<number, InlineElement> {
  const elements = new Map<number, InlineElement>();
  const open: HtmlTag[] = [];
  const openByName = new Map<string, number>();
  const count = (name: string, difference: number) => openByName.set(name, (openByName.get(name) ?? 0) + difference);
  for (const tag of findTags(text, mode)) {
    if (WITHOUT_END.has(tag.name)) {
      if (!tag.isClosing) elements.set(tag.start, { tag });
    } else if (!PHRASING.has(tag.name)) continue;
    else if (!tag.isClosing) {
      open.push(tag);
      count(tag.name, 1);
    } else if ((openByName.get(tag.name) ?? 0) > 0) {
      let opening = open.pop();
      while (opening !== undefined) {
        count(opening.name, -1);
        if (opening.name === tag.name) break;
        opening = open.pop();
      }
      if (opening !== undefined) elements.set(opening.start, { tag: opening, closing: tag });
    }
  }
  return elements;
}
