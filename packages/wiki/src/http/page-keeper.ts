import type { RecordedEvent } from "@palimpsest/eventsourcing";
import { pageFastPath } from "./fast-path.ts";
import type { LogFollower } from "./log-follower.ts";
import { PageCache } from "./page-cache.ts";
import type { Asked } from "./resource.ts";
import type { KeptBody } from "./respond.ts";
import type { FastPath } from "./server.ts";

const MAX_BYTES = 64 * 2 ** 20;

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
    const answer = { etag, body, dependsOn: new Set(madeOf), linksKnownUpTo: position };
    this.#cache.put(url.pathname + url.search, answer, position);
  };

  fastPath(follower: LogFollower, epoch: string): FastPath {
    return pageFastPath(this.#cache, {
      epoch,
      isKnown: () => follower.isFollowing,
      position: () => follower.position,
      linksChangedAt: () => this.#linksChangedAt,
    });
  }
}
