import { LIMITS } from "../markup/limits.ts";
import type { RenderedPage } from "../markup/rendered-page.ts";
import { costOf, countInclusions } from "./cost.ts";
import { TooCostlyError } from "./guarded-worker.ts";
import type { PageText, References } from "./page-text.ts";
import type { Renderer, Turn } from "./renderer.ts";
import type { WikiFacts } from "./wiki-facts.ts";

/** A text that was read, and what it refers to. */
export interface ReadText {
  readonly page: PageText;
  readonly references: References;
}

const NONE: References = { links: [], includes: [], attachments: [], pages: [] };

/** A page on its way to HTML, with those that it includes: all that belongs to it is rendered in one place. */
export class PageRendering {
  readonly #renderer: Renderer;
  readonly #owner: string;
  /** In milliseconds: of all texts once, and of the most expensive one that is included. */
  #cost = 0;
  #costliest = 0;
  /** How often texts are included, at most. */
  #inclusions = 0;
  #isBegun = false;

  constructor(renderer: Renderer, owner: string) {
    this.#renderer = renderer;
    this.#owner = owner;
  }

  /** Reads the page first, and then, together, the texts that are included. One that costs too much is taken as its source. */
  async read(pages: readonly PageText[]): Promise<readonly ReadText[]> {
    for (const page of pages) this.#count(page);
    if (this.#isCheap) return pages.map((page) => this.#readHere(page));
    try {
      const references = await this.#renderer.readThere(pages, this.#turn);
      return pages.map((page, i) => ({ page, references: references[i] ?? NONE }));
    } catch (error) {
      if (!(error instanceof TooCostlyError)) throw error;
      if (pages.length === 1) return pages.map((page) => this.#readHere({ ...page, isSource: true }));
      // One of them does, or all together.
      const each: ReadText[] = [];
      for (const page of pages) each.push(...(await this.read([page])));
      return each;
    }
  }

  async render(page: PageText, facts: WikiFacts): Promise<RenderedPage> {
    if (this.#isCheap || page.isSource) return this.#renderer.renderHere(page, facts);
    try {
      return await this.#renderer.renderThere(page, facts, this.#turn);
    } catch (error) {
      if (error instanceof TooCostlyError) return this.#renderer.renderHere({ ...page, isSource: true }, facts);
      throw error;
    }
  }

  #readHere(page: PageText): ReadText {
    return { page, references: this.#renderer.readHere(page) };
  }

  get #isCheap(): boolean {
    return this.#turn.cost <= this.#renderer.cheap;
  }

  get #turn(): Turn {
    return { owner: this.#owner, cost: this.#cost + this.#inclusions * this.#costliest };
  }

  #count({ text }: PageText): void {
    const cost = costOf(text);
    const inclusions = countInclusions(text);
    this.#cost += cost;
    if (this.#isBegun) this.#costliest = Math.max(this.#costliest, cost);
    // What includes others may itself be included each time.
    this.#inclusions = this.#isBegun && inclusions > 0 ? LIMITS.includes : Math.max(this.#inclusions, inclusions);
    this.#isBegun = true;
  }
}
