import { type Tags, Title, toTags } from "../domain/page-text.ts";

/** What a file says of its page before its text. */
export interface FrontMatter {
  readonly title: string | undefined;
  readonly tags: Tags | undefined;
}

/** A file, taken apart. */
export interface FrontMatterFile extends FrontMatter {
  readonly body: string;
}

const BLOCK = /^---\n([\s\S]{0,4000}?\n)?---\n(\n)?/;
const LINE = /^(title|tags):[ \t]+(\S.*)$/;
const ITEM = /^[ \t]*-[ \t]+(\S.*)$/;

/**
 * Takes a title and tags from the lines between two lines of three hyphens at the beginning of a file. A block that holds
 * anything else than these two, in the simple forms in which everybody writes them, stays a part of the text: what we do
 * not understand we do not drop.
 */
export function splitFrontMatter(text: string): FrontMatterFile {
  const whole: FrontMatterFile = { title: undefined, tags: undefined, body: text };
  const [block, lines = ""] = BLOCK.exec(text.startsWith("---\r\n") ? "" : text) ?? [];
  if (block === undefined) return whole;
  let title: string | undefined;
  let tags: string[] | undefined;
  let inList = false;
  for (const line of lines.split("\n").slice(0, -1)) {
    const item = inList ? ITEM.exec(line)?.[1] : undefined;
    if (item !== undefined) {
      tags?.push(unquoted(item) ?? "");
      continue;
    }
    inList = line.trimEnd() === "tags:";
    if (inList) {
      tags = [];
      continue;
    }
    const [, key, value = ""] = LINE.exec(line) ?? [];
    if (key === "title") title = unquoted(value);
    else if (key === "tags") tags = listOf(value);
    else return whole;
    if ((key === "title" ? title : tags) === undefined) return whole;
  }
  const checked = tags === undefined ? undefined : checkedTags(tags);
  if (tags !== undefined && checked === undefined) return whole;
  if (title === undefined && tags === undefined) return whole;
  if (title !== undefined && !Title.safeParse(title).success) return whole;
  return { title, tags: checked, body: text.slice(block.length) };
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
  if (text.startsWith('"')) return parseJson(text, (it): it is string => typeof it === "string");
  if (text.startsWith("'")) {
    const inner = /^'((?:[^']|'')*)'$/.exec(text)?.[1];
    return inner?.replaceAll("''", "'");
  }
  // Other first characters, a comment or a colon have a meaning of their own.
  return /^[^[\]{}&*!|>%@`#,?:-]/.test(text) && !/: | #/.test(text) ? text : undefined;
}

function listOf(value: string): string[] | undefined {
  const text = value.trimEnd();
  if (!text.startsWith("[")) {
    const plain = unquoted(text);
    return plain?.split(",").map((tag) => tag.trim());
  }
  const json = parseJson(text, isTexts);
  if (json !== undefined) return json;
  const inner = /^\[([^[\]{}"']*)\]$/.exec(text)?.[1];
  return inner?.split(",").flatMap((tag) => (tag.trim() === "" ? [] : [tag.trim()]));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((it): it is string => typeof it === "string");
}

function parseJson<T>(text: string, is: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function checkedTags(tags: readonly string[]): Tags | undefined {
  try {
    return toTags(tags);
  } catch {
    return undefined;
  }
}
