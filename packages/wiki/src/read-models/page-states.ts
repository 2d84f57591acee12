import type { Application } from "@palimpsest/eventsourcing";
import { Page, type PageState } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import { BoundedCache } from "./bounded-cache.ts";

// In UTF-16 units of text.
const MAX_UNITS = 2 * 2 ** 20;

/** The states of pages at their versions, kept for the projections that ask for the same one after the other. */
export class PageStates {
  readonly #app: Application;
  readonly #states = new BoundedCache<PageState>(MAX_UNITS, ({ body }) => body.length + 500);

  constructor(app: Application) {
    this.#app = app;
  }

  /** Rejects with what reading and folding do. */
  async at(pageId: PageId, version: number): Promise<PageState> {
    const key = `${pageId}@${version}`;
    const known = this.#states.get(key);
    if (known) return known;
    // Most often it is the newest, which the command that made it has left in the cache.
    const current = await this.#app.repository.get(Page, pageId);
    const page = current.version === version ? current : await this.#app.repository.get(Page, pageId, { version });
    this.#states.keep(key, page.state);
    return page.state;
  }
}
