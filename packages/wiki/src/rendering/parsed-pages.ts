import type { ParsedPage } from "../markup/parsed-page.ts";
import { keyOf, type PageText, parseText } from "./page-text.ts";

/** Texts as they were parsed, the ones used last: a version of a page is parsed once, whatever surrounds it. */
export class ParsedPages {
  readonly #maxUnits: number;
  readonly #pages = new Map<string, ParsedPage>();
  #units = 0;

  /** What is parsed takes ten times as much as its text, in UTF-16 units, and up to three hundred times where it is hostile. */
  constructor(maxUnits: number) {
    this.#maxUnits = maxUnits;
  }

  get(page: PageText): ParsedPage {
    const key = keyOf(page);
    const known = this.#pages.get(key);
    this.#pages.delete(key);
    const parsed = known ?? parseText(page);
    this.#pages.set(key, parsed);
    if (!known) this.#forget(key.length);
    return parsed;
  }

  #forget(added: number): void {
    this.#units += added;
    for (const oldest of this.#pages.keys()) {
      if (this.#units <= this.#maxUnits || this.#pages.size === 1) break;
      this.#pages.delete(oldest);
      this.#units -= oldest.length;
    }
  }
}
