import type { IncomingMessage } from "node:http";
import type { RecordedEvent } from "@palimpsest/eventsourcing";
import type { Slug } from "../domain/slug.ts";
import { pageFastPath } from "./fast-path.ts";
import type { LogFollower } from "./log-follower.ts";
import { type CachedAnswer, PageCache } from "./page-cache.ts";
import type { Asked } from "./resource.ts";
import type { KeptBody } from "./respond.ts";
import { seenPosition } from "./seen-position.ts";
import type { FastPath } from "./server.ts";

const MAX_BYTES = 64 * 2 ** 20;
// In milliseconds. So old may the number be that a page tells of links which others made elsewhere.
const RECOUNT_AFTER = 1_000;

// What these change is not seen from the page alone: which links and pictures lead somewhere, what the tree holds.
const STRUCTURE = new Set([
  "Page.Created",
  "Page.TitleUpdated",
  "Page.SlugUpdated",
  "Page.Deleted",
  "Page.Restored",
  "Index.Created",
  "Index.PageUpdated",
  "Attachment.Created",
  "Attachment.Deleted",
  "Attachment.Restored",
]);

/** What it takes to find out whether a page that is kept is still right. */
export interface RecheckMeans {
  readonly follower: LogFollower;
  readonly epoch: string;
  /** How many links lead to a page, as of a position of the log; undefined where that cannot be known now. */
  readonly count: (slug: Slug, position: number) => Promise<number | undefined>;
}

/** Keeps the pages that were shown, and forgets those that an event of the log has changed. */
export class PageKeeper {
  readonly #cache = new PageCache(MAX_BYTES);
  #linksChangedAt = 0;

  /** To be told of each event, in order. */
  readonly onEvent = ({ topic, originatorId, position }: RecordedEvent): void => {
    if (STRUCTURE.has(topic)) this.#cache.clear(position);
    if (topic.startsWith("Page.")) this.#cache.changed(originatorId, position);
    if (topic === "Page.BodyUpdated") this.#linksChangedAt = position;
  };

  readonly keep = ({ url, position }: Asked, { etag, body, madeOf }: KeptBody): void => {
    const { pages, slug, backlinks } = madeOf;
    // The read model of links may have been behind when they were counted.
    const answer = { etag, body, dependsOn: new Set(pages), slug, backlinks, linksKnownUpTo: -1, linksCountedAt: 0 };
    this.#cache.put(url.pathname + url.search, answer, position);
  };

  /**
   * The page that is kept for an address, where all that may have changed of it is how many links lead to it, and counting
   * them says that this has not.
   */
  async recheck({ url = "", headers }: IncomingMessage, means: RecheckMeans): Promise<CachedAnswer | undefined> {
    const { follower, epoch } = means;
    const answer = this.#cache.get(url);
    if (!answer || !follower.isFollowing || seenPosition(headers.cookie, epoch) > follower.position) return undefined;
    return (await this.#recount(url, answer, means)) ? answer : undefined;
  }

  fastPath(means: RecheckMeans): FastPath {
    const { follower, epoch } = means;
    return pageFastPath(this.#cache, {
      epoch,
      isKnown: () => follower.isFollowing,
      position: () => follower.position,
      linksChangedAt: () => this.#linksChangedAt,
      recountLinks: (url, answer) => {
        if (performance.now() - answer.linksCountedAt > RECOUNT_AFTER) void this.#recount(url, answer, means);
      },
    });
  }

  /** Whether a page that is kept tells how many links lead to it; it is kept no longer where it does not. */
  async #recount(url: string, answer: CachedAnswer, { follower, count }: RecheckMeans): Promise<boolean> {
    answer.linksCountedAt = performance.now();
    const { position } = follower;
    const backlinks = await count(answer.slug, position);
    if (backlinks !== answer.backlinks) {
      if (backlinks !== undefined) this.#cache.drop(url, answer);
      return false;
    }
    answer.linksKnownUpTo = Math.max(answer.linksKnownUpTo, position);
    // Meanwhile the page itself may have changed.
    return this.#cache.get(url) === answer;
  }
}
