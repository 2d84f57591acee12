import { frontMatterBlock } from "../domain/front-matter-block.ts";
import { type Tags, Title, toTags } from "../domain/page-text.ts";

/** What a file says of its page before its text. */
export interface FrontMatter {
  readonly title: string | undefined;
  readonly tags: Tags | undefined;
}

/** A file, taken apart. */
export interface FrontMatterFile extends FrontMatter {
  /** The text; with the block before it where that says more than the title and the tags. */
  readonly body: string;
}

const LINE = /^(title|tags):[ \t]+(\S.*)$/;
const ITEM = /^[ \t]*-[ \t]+(\S.*)$/;

/**
 * Takes a title and tags from the lines between two lines of three hyphens at the beginning of a file, in the simple forms
 * in which everybody writes them. A block that says anything else stays in the text too: what we do not understand we do
 * not drop.
 */
export function splitFrontMatter(text: string): FrontMatterFile {
  const block = frontMatterBlock(text);
  const { title, tags, isAll } = readLines(block.trimEnd().split(/\r?\n/).slice(1, -1));
  // What an export writes is left out, with the empty line behind it.
  const isOurs = isAll && block.startsWith("---\n") && block.endsWith("\n---\n") && !block.includes("\r");
  return { title, tags, body: isOurs ? text.slice(block.length).replace(/^\n/, "") : text };
}

/** What the lines of a block say, and whether that is all they say. */
function readLines(lines: readonly string[]): FrontMatter & { readonly isAll: boolean } {
  let title: string | undefined;
  let tags: (string | undefined)[] | undefined;
  let inTags = false;
  let isAll = lines.length > 0;
  for (const line of lines) {
    const item = inTags ? ITEM.exec(line)?.[1] : undefined;
    if (item !== undefined) {
      tags?.push(unquoted(item));
      continue;
    }
    inTags = line.trimEnd() === "tags:";
    const [, key, value = ""] = LINE.exec(line) ?? [];
    if (inTags) tags = [];
    else if (key === "title") title = unquoted(value);
    else if (key === "tags") tags = listOf(value);
    else isAll = false;
    if (key !== undefined && (key === "title" ? title : tags) === undefined) isAll = false;
  }
  const checked = { title: Title.safeParse(title).data, tags: tags && checkedTags(tags) };
  return {
    ...checked,
    isAll: isAll && checked.title === title && (checked.tags === undefined) === (tags === undefined),
  };
}

/** A file of a page with this title and these tags, which `splitFrontMatter` takes apart again. */
export function withFrontMatter({ title, tags = [] }: Partial<FrontMatter>, body: string): string {
  const lines = [
    ...(title === undefined ? [] : [`title: ${JSON.stringify(title)}`]),
    ...(tags.length === 0 ? [] : [`tags: [${tags.map((tag) => JSON.stringify(tag)).join(", ")}]`]),
  ];
  return `---\n${lines.join("\n")}\n---\n\n${body}`;
}

/** A YAML scalar of one line; undefined for one of the less simple kinds. */
function unquoted(value: string): string | undefined {
  const text = value.trimEnd();
  if (text.startsWith('"')) return parseText(text);
  if (text.startsWith("'")) {
    const inner = /^'((?:[^']|'')*)'$/.exec(text)?.[1];
    return inner?.replaceAll("''", "'");
  }
  // Other first characters, a comment or a colon have a meaning of their own.
  return /^[^[\]{}&*!|>%@`#,?:-]/.test(text) && !/: | #/.test(text) ? text : undefined;
}

const FLOW_ITEM = /\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,[\]{}"'](?:[^,[\]{}"']*[^\s,[\]{}"'])?)\s*(?:,|$)/y;

/** `a, b`, or a list in brackets. */
function listOf(value: string): (string | undefined)[] | undefined {
  const text = value.trimEnd();
  if (!text.startsWith("[")) return unquoted(text)?.split(",");
  if (!text.endsWith("]")) return undefined;
  const inner = text.slice(1, -1).trim();
  const items: (string | undefined)[] = [];
  FLOW_ITEM.lastIndex = 0;
  while (FLOW_ITEM.lastIndex < inner.length) {
    const [, item] = FLOW_ITEM.exec(inner) ?? [];
    if (item === undefined) return undefined;
    items.push(unquoted(item));
  }
  return items;
}

function checkedTags(tags: readonly (string | undefined)[]): Tags | undefined {
  if (tags.includes(undefined)) return undefined;
  try {
    return toTags(tags.map((tag) => tag?.trim()));
  } catch {
    return undefined;
  }
}

function parseText(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
