import type { Application } from "@palimpsest/eventsourcing";
import type { PageState } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import type { PagePassage } from "./page-passage.ts";
import type { PageStates } from "./page-states.ts";

interface Newest {
  readonly version: number;
  readonly position: number;
}

// Followers that are this near to a page's last event do not look ahead: somebody may wait to see what he wrote.
const FAR = 200;
const MAX_KNOWN = 20_000;

/**
 * Reads the texts that batches lead to, except those that are replaced far along the log. To read a text takes a
 * millisecond: while a projection catches up, what is derived from it is left as it is, and follows with the text that
 * stays.
 */
export class PageLookahead {
  readonly #app: Application;
  readonly #states: PageStates;
  /** There may be newer ones: a page that has changed once more is still one that changes again. */
  readonly #newest = new Map<PageId, Newest>();

  constructor(app: Application, states: PageStates) {
    this.#app = app;
    this.#states = states;
  }

  /** The states of pages after a batch, by page, of those whose texts are worth reading now. */
  async settled(passages: readonly PagePassage[]): Promise<ReadonlyMap<PageId, PageState>> {
    const states = new Map<PageId, PageState>();
    await Promise.all(
      passages.map(async (passage) => {
        if (await this.#changesAgain(passage)) return;
        states.set(passage.pageId, await this.#states.at(passage.pageId, passage.version));
      }),
    );
    return states;
  }

  async #changesAgain({ pageId, version, last }: PagePassage): Promise<boolean> {
    const known = this.#newest.get(pageId);
    const newest = known && known.version > version ? known : await this.#readNewest(pageId);
    return newest !== undefined && newest.position > last.position + FAR;
  }

  async #readNewest(pageId: PageId): Promise<Newest | undefined> {
    const [row] = await this.#app.recorder.readStream(pageId, { descending: true, limit: 1 });
    if (!row) return undefined;
    const newest = { version: row.originatorVersion, position: row.position };
    if (this.#newest.size >= MAX_KNOWN) this.#newest.clear();
    this.#newest.set(pageId, newest);
    return newest;
  }
}
