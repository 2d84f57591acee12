const BLOCK =
  /^(?:\ufeff)?---[ \t]*\r?\n[A-Za-z][\w-]*:.*\r?\n(?:(?:[A-Za-z][\w-]*:|[ \t]|- ).*\r?\n)*---[ \t]*(?:\r?\n|$)/;

/**
 * The lines of `name: value` between two lines of three hyphens that a text may begin with, as pages of other systems do,
 * and these two; empty where it does not. They are about the page, and Markdown would make a heading of them.
 */
export function frontMatterBlock(text: string): string {
  return BLOCK.exec(text)?.[0] ?? "";
}
