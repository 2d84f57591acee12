import type { Token } from "markdown-it";
import { frontMatterBlock } from "../domain/front-matter-block.ts";
import type { Slug } from "../domain/slug.ts";
import { htmlAttributesOf } from "./html-attributes.ts";
import { LIMITS } from "./limits.ts";
import { resolveAddress, resolveWikiTarget } from "./link-target.ts";
import { markdown } from "./markdown.ts";
import type { Heading, LinkTarget, ParsedPage } from "./parsed-page.ts";
import { PlainText } from "./plain-text.ts";
import { SectionIds } from "./section-ids.ts";

/** What is known of a text. */
export interface TextOptions {
  /** The page's own, from which relative addresses of Markdown links are seen (`[next](part-2)` on `guides/part-1`). */
  readonly slug?: Slug | undefined;
  /** What stands above the text already: a heading at its beginning that says the same is left out. */
  readonly title?: string | undefined;
}

/** Reads the text of a page. Pure, and total: every text is a page. Links in double brackets need no slug. */
export function parsePage(text: string, { slug, title }: TextOptions = {}): ParsedPage {
  const read = text.slice(0, LIMITS.textUnits);
  const tokens = markdown.parse(read.slice(frontMatterBlock(read).length), {});
  const repeats = title !== undefined && opensWith(tokens, title);
  return new PageReading(slug).read(repeats ? tokens.slice(3) : tokens, text.length);
}

/** Whether a text begins with a heading of the first level that is its title. */
function opensWith([heading, text]: readonly Token[], title: string): boolean {
  return (
    heading?.type === "heading_open" &&
    heading.tag === "h1" &&
    comparable(PlainText.of(text?.children ?? [])) === comparable(title)
  );
}

function comparable(text: string): string {
  return text
    .replaceAll(/[\s-]+/g, " ")
    .trim()
    .toLowerCase();
}

/** A text as a page that shows it as it was written, with no word on what it means: for what costs too much to format. */
export function parseSource(text: string, slug: Slug | undefined): ParsedPage {
  const { Token } = new markdown.core.State("", markdown, {});
  const source = new Token("source", "", 0);
  source.content = text.slice(0, LIMITS.textUnits);
  return new PageReading(slug).read([source], text.length);
}

/** Goes once over the tokens: resolves links, numbers headings, gathers what the page refers to and says. */
class PageReading {
  readonly #slug: Slug | undefined;
  readonly #links = new Set<Slug>();
  readonly #includes = new Set<Slug>();
  readonly #pages = new Set<Slug>();
  readonly #attachments = new Set<string>();
  readonly #headings: Heading[] = [];
  readonly #ids = new SectionIds();
  readonly #targets = new Map<string, LinkTarget | undefined>();
  readonly #plainText = new PlainText();
  #isLimited = false;

  constructor(slug: Slug | undefined) {
    this.#slug = slug;
  }

  read(tokens: Token[], units: number): ParsedPage {
    this.#isLimited = units > LIMITS.textUnits;
    const highest = tokens.reduce((level, token) => (isHeading(token) ? Math.min(level, levelOf(token)) : level), 6);
    // Headings first: where an anchor bears the name of a heading, the heading has it.
    for (const [i, token] of tokens.entries()) {
      if (isHeading(token)) this.#readHeading(token, tokens[i + 1], 2 - highest);
    }
    for (const [i, token] of tokens.entries()) this.#readBlock(token, tokens[i - 1]);
    return {
      links: [...this.#links],
      includes: [...this.#includes],
      pages: [...this.#pages],
      attachments: [...this.#attachments],
      headings: this.#headings,
      plainText: this.#plainText.text,
      excerpt: this.#plainText.excerpt,
      content: { slug: this.#slug, tokens, units, isLimited: this.#isLimited },
    };
  }

  #readBlock(token: Token, before: Token | undefined): void {
    switch (token.type) {
      case "inline":
        for (const child of token.children ?? []) this.#readInline(child);
        this.#plainText.addBlock(token.children ?? [], before?.type === "paragraph_open" && token.level === 1);
        break;
      case "html_open":
      case "heading_open":
        this.#readAnchor(token);
        break;
      case "include":
        this.#readInclude(token);
        break;
      case "plain_block":
        this.#isLimited = true;
        this.#plainText.addLine(token.content);
        break;
      case "fence":
      case "code_block":
      case "math_block":
        this.#plainText.addLine(token.content);
        break;
    }
  }

  #readInline(token: Token): void {
    this.#readAnchor(token);
    if (token.type !== "link_open" && token.type !== "image") return;
    const target = this.#resolve(token);
    token.meta = { ...token.meta, target };
    if (target?.kind === "page" && token.type === "link_open") this.#links.add(target.slug);
    if (target?.kind === "attachment") this.#attachments.add(target.path);
  }

  /** An element of HTML may have a name, for links to lead there. */
  #readAnchor(token: Token): void {
    const attributes = htmlAttributesOf(token);
    const name = attributes?.get("id") ?? attributes?.get("name") ?? "";
    if (name !== "") token.meta = { ...token.meta, id: this.#ids.claim(name) };
  }

  #readInclude(token: Token): void {
    const target = this.#resolve(token);
    token.meta = { target };
    if (target?.kind === "page") this.#includes.add(target.slug);
  }

  #readHeading(token: Token, inline: Token | undefined, shift: number): void {
    const text = PlainText.of(inline?.children ?? []).trim();
    const heading = { level: Math.min(levelOf(token) + shift, 6), id: this.#ids.add(text), text };
    token.meta = { ...token.meta, heading };
    this.#headings.push(heading);
  }

  #resolve(token: Token): LinkTarget | undefined {
    const wikiTarget = token.meta?.["wikiTarget"];
    const isWiki = typeof wikiTarget === "string";
    const written = isWiki ? wikiTarget : String(token.attrGet(token.type === "image" ? "src" : "href") ?? "");
    const key = (isWiki ? "[" : "(") + written;
    if (!this.#targets.has(key)) {
      if (this.#targets.size === LIMITS.targets) {
        this.#isLimited = true;
        return undefined;
      }
      const target = isWiki ? resolveWikiTarget(written) : resolveAddress(written, this.#slug);
      if (target?.kind === "page") this.#pages.add(target.slug);
      this.#targets.set(key, target);
    }
    return this.#targets.get(key);
  }
}

function isHeading(token: Token): boolean {
  return token.type === "heading_open";
}

function levelOf(heading: Token): number {
  return Number(heading.tag.slice(1));
}
