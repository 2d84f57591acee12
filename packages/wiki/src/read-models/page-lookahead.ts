import type { Application } from "@palimpsest/eventsourcing";
import type { PageId } from "../domain/page-id.ts";
import type { PagePassage } from "./page-passage.ts";

interface Newest {
  readonly version: number;
  readonly position: number;
}

// Followers that are this near to a page's last event do not look ahead: somebody may wait to see what he wrote.
const FAR = 200;
// In a batch that is smaller there is nothing to gain.
const MANY_PASSAGES = 8;
const MAX_KNOWN = 20_000;

/**
 * Tells which pages will change again, far along the log. To read the text of a page takes a millisecond; what is derived
 * from text that is long replaced is left out while a projection catches up, and follows with the text that stays.
 */
export class PageLookahead {
  readonly #app: Application;
  /** There may be newer ones: a page that has changed once more is still one that changes again. */
  readonly #newest = new Map<PageId, Newest>();

  constructor(app: Application) {
    this.#app = app;
  }

  /** Those of a batch's passages whose text is worth reading now. */
  async settled(passages: readonly PagePassage[]): Promise<readonly PagePassage[]> {
    if (passages.length < MANY_PASSAGES) return passages;
    const kept = await Promise.all(
      passages.map(async (passage) => ((await this.#changesAgain(passage)) ? [] : [passage])),
    );
    return kept.flat();
  }

  async #changesAgain({ pageId, version, last }: PagePassage): Promise<boolean> {
    const known = this.#newest.get(pageId);
    const newest = known && known.version > version ? known : await this.#readNewest(pageId);
    return newest !== undefined && newest.version > version && newest.position > last.position + FAR;
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
