import type { MarkdownIt } from "markdown-it";

/** A tag in a text, or a comment, whose name is "!--". */
export type HtmlTag = {
  readonly name: string;
  readonly isClosing: boolean;
  /** As written. */
  readonly attributes: string;
  readonly start: number;
  readonly end: number;
};

// CommonMark's tags; values have a limit, so that no quote makes each tag be read to the end of the text.
const TAG =
  /<(\/?)([a-z][a-z0-9-]*)((?:\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']{0,2000}'|"[^"]{0,2000}"))?)*)\s*\/?>/iy;
const ATTRIBUTE = /([a-z_:][\w.:-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/gi;

/** The tag that begins here, if one does. */
export function tagAt(text: string, start: number): HtmlTag | undefined {
  TAG.lastIndex = start;
  const [tag, slash, name = "", attributes = ""] = TAG.exec(text) ?? [];
  if (tag === undefined) return undefined;
  return { name: name.toLowerCase(), isClosing: slash === "/", attributes, start, end: start + tag.length };
}

/** All tags and comments, in order: in Markdown those that are not in code, and not escaped. */
export function* findTags(text: string, { isMarkdown }: { readonly isMarkdown: boolean }): Iterable<HtmlTag> {
  const comments = new Comments(text);
  const code = isMarkdown ? new CodeSpans(text) : undefined;
  const signs = isMarkdown ? /\\.|`+|</gs : /</g;
  for (let sign = signs.exec(text); sign !== null; sign = signs.exec(text)) {
    const [found] = sign;
    if (found.startsWith("`")) signs.lastIndex = code?.endOf(sign.index, found.length) ?? signs.lastIndex;
    if (found !== "<") continue;
    const tag = comments.at(sign.index) ?? tagAt(text, sign.index);
    if (tag === undefined) continue;
    signs.lastIndex = tag.end;
    yield tag;
  }
}

/** Values by name in lower case; the first of a name counts. */
export function attributesOf({ attributes }: HtmlTag, md: MarkdownIt): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [, name = "", double, single, bare = ""] of attributes.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    if (!values.has(key)) values.set(key, decodeEntities(double ?? single ?? bare, md));
  }
  return values;
}

/** HTML knows no backslashes: they are escaped, for Markdown's own decoding to leave them. */
export function decodeEntities(html: string, md: MarkdownIt): string {
  return html.includes("&") ? md.utils.unescapeAll(html.replaceAll("\\", "\\\\")) : html;
}

/** Finds where comments end: once there is no end, it is searched no more. */
export class Comments {
  readonly #text: string;
  #hasEnd = true;

  constructor(text: string) {
    this.#text = text;
  }

  at(start: number): HtmlTag | undefined {
    if (!this.#hasEnd || !this.#text.startsWith("<!--", start)) return undefined;
    // "<!-->" is one too.
    const end = this.#text.indexOf("-->", start + 2);
    this.#hasEnd = end >= 0;
    return this.#hasEnd ? { name: "!--", isClosing: false, attributes: "", start, end: end + 3 } : undefined;
  }
}

/** Where code between backticks ends: at the next run of as many. Runs are looked for once. */
class CodeSpans {
  readonly #text: string;
  #runs: Map<number, number[]> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  endOf(start: number, length: number): number | undefined {
    this.#runs ??= this.#findRuns();
    const starts = this.#runs.get(length) ?? [];
    while (starts.length > 0 && (starts.at(-1) ?? 0) <= start) starts.pop();
    const end = starts.at(-1);
    return end === undefined ? undefined : end + length;
  }

  /** By length, the first one last. */
  #findRuns(): Map<number, number[]> {
    const runs = new Map<number, number[]>();
    for (const { 0: run, index } of this.#text.matchAll(/`+/g)) {
      const starts = runs.get(run.length);
      if (starts === undefined) runs.set(run.length, [index]);
      else starts.push(index);
    }
    for (const starts of runs.values()) starts.reverse();
    return runs;
  }
}
