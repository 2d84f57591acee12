import type { PageDetails } from "../application/page-details.ts";
import type { PageId } from "../domain/page-id.ts";
import { parsePage } from "../markup/parse-page.ts";
import type { ParsedPage } from "../markup/parsed-page.ts";

// In UTF-16 units of text. What is parsed takes some twenty bytes for each.
const MAX_UNITS = 2 ** 19;

/** Pages as they were parsed, the ones used last: a version of a page is parsed once, whatever surrounds it. */
export class ParsedPages {
  readonly #pages = new Map<string, { readonly parsed: ParsedPage; readonly units: number }>();
  #units = 0;

  get({ pageId, version, slug, body }: Pick<PageDetails, "pageId" | "version" | "slug" | "body">): ParsedPage {
    const key = keyOf(pageId, version);
    const known = this.#pages.get(key);
    this.#pages.delete(key);
    const page = known ?? { parsed: parsePage(body, { slug }), units: body.length };
    this.#pages.set(key, page);
    if (!known) this.#forget(page.units);
    return page.parsed;
  }

  #forget(added: number): void {
    this.#units += added;
    for (const [oldest, { units }] of this.#pages) {
      if (this.#units <= MAX_UNITS || this.#pages.size === 1) break;
      this.#pages.delete(oldest);
      this.#units -= units;
    }
  }
}

function keyOf(pageId: PageId, version: number): string {
  return `${pageId}@${version}`;
}
