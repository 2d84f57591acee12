import type { Slug } from "../domain/slug.ts";
import { escapeHtml } from "./escape-html.ts";
import { HtmlWriter } from "./html-writer.ts";
import { LIMITS } from "./limits.ts";
import type { Heading, LinkTarget, ParsedPage } from "./parsed-page.ts";
import type { RenderContext, RenderedPage } from "./rendered-page.ts";

/** The page that is being written: the page itself, or one that it includes. */
type Frame = {
  readonly slug: Slug | undefined;
  /** Before ids: those of included pages must differ. */
  readonly idPrefix: string;
};

type Cost = "includes" | "includedUnits" | "formulasUnits" | "codeUnits" | "diagramsBoxes";

/** One rendering under way: what is written, what was asked, and what it has cost. */
export class Rendering {
  readonly out = new HtmlWriter();
  readonly #context: RenderContext;
  readonly #frames: Frame[];
  readonly #contents: Heading[] = [];
  readonly #links = new Map<Slug, boolean>();
  readonly #included = new Map<Slug, ParsedPage | undefined>();
  readonly #attachments = new Map<string, string | undefined>();
  readonly #spent: Record<Cost, number> = {
    includes: 0,
    includedUnits: 0,
    formulasUnits: 0,
    codeUnits: 0,
    diagramsBoxes: 0,
  };
  #isLimited: boolean;
  #linkDepth: number | undefined;

  constructor(parsed: ParsedPage, context: RenderContext) {
    this.#context = context;
    this.#frames = [{ slug: parsed.content.slug, idPrefix: "" }];
    this.#isLimited = parsed.content.isLimited;
  }

  /** Whether nothing more may be written. */
  get isFull(): boolean {
    if (this.out.units <= LIMITS.htmlUnits) return false;
    this.#isLimited = true;
    return true;
  }

  finish(): RenderedPage {
    this.out.endTo(0);
    if (this.#isLimited) {
      this.out.write(
        '<p class="notice">This page holds more than can be shown: some of it is left out or stands as plain text. ' +
          `<a href="${escapeHtml(this.#context.sourceUrl)}">Read its source</a></p>`,
      );
    }
    return {
      html: this.out.finish(),
      contents: this.#contents,
      dependsOn: {
        links: [...this.#links.keys()],
        includes: [...this.#included.keys()],
        attachments: [...this.#attachments.keys()],
      },
      isLimited: this.#isLimited,
    };
  }

  /** Whether so much more of something may be rendered; if not, the page says that it is limited. */
  spend(what: Cost, amount: number): boolean {
    this.#spent[what] += amount;
    if (this.#spent[what] <= LIMITS[what]) return true;
    // Code without colours is complete.
    if (what !== "codeUnits") this.#isLimited = true;
    return false;
  }

  toId(id: string): string {
    return (this.#frames.at(-1)?.idPrefix ?? "") + id;
  }

  addHeading({ level, id, text }: Heading): Heading {
    const heading = { level, id: this.toId(id), text };
    if (this.#contents.length < LIMITS.contents) this.#contents.push(heading);
    return heading;
  }

  /** The address of a target; undefined where there is nothing to lead to. */
  urlOf(target: LinkTarget): string | undefined {
    switch (target.kind) {
      case "page":
        return this.#context.pageUrl(target.slug) + (target.section === undefined ? "" : `#${target.section}`);
      case "section": {
        // A part of a page may be included without the section.
        const slug = this.#frames.length === 1 ? undefined : this.#frames.at(-1)?.slug;
        return `${slug === undefined ? "" : this.#context.pageUrl(slug)}#${target.section}`;
      }
      case "attachment":
        return this.#attachmentUrl(target.path);
      case "site":
        return target.path;
      case "external":
        return target.url;
    }
  }

  pageExists(slug: Slug): boolean {
    const known = this.#links.get(slug);
    if (known !== undefined) return known;
    const exists = this.#context.pageExists(slug);
    this.#links.set(slug, exists);
    return exists;
  }

  #attachmentUrl(path: string): string | undefined {
    if (!this.#attachments.has(path)) this.#attachments.set(path, this.#context.attachmentUrl(path));
    return this.#attachments.get(path);
  }

  /** HTML knows no link within a link: the outer one stays. */
  beginLink(start: string): void {
    if (this.isInLink) {
      this.out.begin("", "");
      return;
    }
    this.#linkDepth = this.out.depth;
    this.out.begin(start, "</a>");
  }

  endLink(): void {
    this.out.end();
    if (this.out.depth === this.#linkDepth) this.#linkDepth = undefined;
  }

  get isInLink(): boolean {
    return this.#linkDepth !== undefined;
  }

  /** Whether the page with this slug is being written around this place. */
  isWriting(slug: Slug): boolean {
    return this.#frames.some((frame) => frame.slug === slug);
  }

  get includeDepth(): number {
    return this.#frames.length - 1;
  }

  getIncluded(slug: Slug): ParsedPage | undefined {
    if (!this.#included.has(slug)) this.#included.set(slug, this.#context.include(slug));
    return this.#included.get(slug);
  }

  /** Writes what `render` writes as a part of another page. */
  renderWithin(slug: Slug, render: () => void): void {
    this.#frames.push({ slug, idPrefix: `i${this.#spent.includes}-` });
    const { depth } = this.out;
    render();
    this.out.endTo(depth);
    this.#frames.pop();
  }
}
