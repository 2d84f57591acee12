import type { PageBatch } from "../application/page-batch.ts";
import type { Slug } from "../domain/slug.ts";
import { slugsFor } from "./page-file.ts";

/** Gives the pages of one commit their slugs. */
export class SlugChoice {
  readonly #pages: PageBatch;
  readonly #vacated: ReadonlySet<Slug>;
  readonly #claimed = new Set<Slug>();

  constructor(pages: PageBatch, vacated: ReadonlySet<Slug>) {
    this.#pages = pages;
    this.#vacated = vacated;
  }

  /** The first free slug of those that a path gives; `wanted` comes before them. */
  async choose(path: string, wanted?: Slug): Promise<Slug> {
    if (wanted !== undefined && (await this.#claim(wanted))) return wanted;
    const slugs = slugsFor(path);
    for (;;) {
      const { value: slug } = slugs.next();
      if (await this.#claim(slug)) return slug;
    }
  }

  async #claim(slug: Slug): Promise<boolean> {
    if (this.#claimed.has(slug)) return false;
    if (!this.#vacated.has(slug) && !(await this.#pages.isFree(slug))) return false;
    this.#claimed.add(slug);
    return true;
  }
}
