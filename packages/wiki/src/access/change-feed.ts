import {
  InvalidRangeError,
  type NotificationLog,
  ProgrammingError,
  type RecordedEvent,
  type Uuid,
} from "@palimpsest/eventsourcing";
import type { UserId } from "../domain/current-user.ts";
import { Page } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import { assertMay, may, type Viewer } from "./viewer.ts";
import type { WikiParts } from "./wiki-parts.ts";

/** An event of a page, as programs read it. */
export type FeedEvent = RecordedPageEvent | PageIsGone;

export interface RecordedPageEvent {
  readonly position: number;
  readonly type: string;
  readonly pageId: PageId;
  /** The version of the page after it. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly recordedAt: number;
  readonly eventId: Uuid;
  /** Shared by all that was saved at once. */
  readonly saveId: Uuid;
  readonly userId: UserId | null;
  readonly data: { readonly [field: string]: unknown };
  readonly metadata: { readonly [name: string]: unknown };
}

/** All that is told of a page that the viewer may not see any more: whoever keeps a copy has to drop it. */
export type PageIsGone = Pick<RecordedPageEvent, "position" | "pageId" | "version" | "recordedAt"> & {
  readonly type: "Deleted";
};

/** What a part of the log holds for a viewer. */
export interface FeedPart {
  readonly events: readonly FeedEvent[];
  /** Up to here nothing is missing: what is not shown of it, this viewer may not see. */
  readonly upTo: number;
  /** Whether the log goes on after it. */
  readonly more: boolean;
}

/** Which part of the log. */
export interface FeedRange {
  /** Only events after this position. */
  readonly after: number;
  /** The last position; default the end of the log. */
  readonly stop?: number | undefined;
  readonly limit: number;
}

const TOPICS = Page.eventTypes.map(({ topic }) => topic);
// Events of up to 1 MiB each are in memory at once: a few at a time, until they are this long together.
const BATCH = 50;
const MAX_LENGTH = 2 ** 22;
// Of a wiki in which much is deleted, a part may show little of what it was read from.
const MAX_READ = 5_000;
// In milliseconds.
const CATCH_UP = 5_000;

/** The events of all pages in their order, as far as one viewer may see them. */
export class ChangeFeed {
  readonly #parts: WikiParts;
  readonly #viewer: Viewer;

  constructor(parts: WikiParts, viewer: Viewer) {
    this.#parts = parts;
    this.#viewer = viewer;
  }

  /** The log as it is stored, for those who run the wiki. Throws `NotPermittedError`. */
  get notificationLog(): NotificationLog {
    assertMay(this.#viewer, "administrate");
    return this.#log;
  }

  head(): Promise<number> {
    assertMay(this.#viewer, "read");
    return this.#log.head();
  }

  /** Rejects with `NotPermittedError`, `InvalidRangeError`, and with what reading the log and the read models does. */
  async read({ after, stop = Number.MAX_SAFE_INTEGER, limit }: FeedRange): Promise<FeedPart> {
    const head = await this.head();
    const end = Math.min(stop, head);
    const events: FeedEvent[] = [];
    let upTo = Math.min(after, end);
    let length = 0;
    let read = 0;
    while (upTo < end && events.length < limit && length < MAX_LENGTH && read < MAX_READ) {
      const batch = Math.min(limit - events.length, BATCH);
      const rows = await this.#log.select({ start: upTo + 1, stop: end, limit: batch, topics: TOPICS });
      read += rows.length;
      upTo = rows.length < batch ? end : (rows.at(-1)?.position ?? end);
      const seen = await this.#visible(rows);
      events.push(...seen);
      length += JSON.stringify(seen).length;
    }
    return { events, upTo, more: upTo < head };
  }

  /** Throws `InvalidRangeError` where the log ends before a position. */
  async assertReached(position: number): Promise<void> {
    const head = await this.head();
    if (position <= head) return;
    throw new InvalidRangeError("after", position, `the log ends at ${head}; begin there, or at 0`);
  }

  /** Reads the log from a position on, then what comes, until `signal` is aborted. Rejects as `read` does. */
  async *follow(after: number, signal: AbortSignal): AsyncGenerator<FeedPart, void> {
    let position = after;
    while (!signal.aborted) {
      const part = await this.read({ after: position, limit: BATCH });
      if (part.upTo > position) {
        position = part.upTo;
        yield part;
      }
      if (!part.more) await this.#log.waitBeyond(position, signal);
    }
  }

  async #visible(rows: readonly RecordedEvent[]): Promise<readonly FeedEvent[]> {
    // The originator of an event of a page is the page.
    const pageIdOf = (row: RecordedEvent) => row.originatorId as PageId;
    const isShown = await this.#shown([...new Set(rows.map(pageIdOf))], rows.at(-1)?.position ?? 0);
    return rows.flatMap((row): readonly FeedEvent[] => {
      if (isShown(pageIdOf(row))) return [this.#toFeedEvent(row)];
      if (row.topic !== "Page.Deleted") return [];
      const { position, originatorVersion: version, recordedAt } = row;
      return [{ position, type: "Deleted", pageId: pageIdOf(row), version, recordedAt }];
    });
  }

  /** Which of some pages this viewer may see, when all is known that was recorded up to a position. */
  async #shown(pageIds: readonly PageId[], position: number): Promise<(pageId: PageId) => boolean> {
    if (may(this.#viewer, "seeDeleted")) return () => true;
    const { readModels } = this.#parts;
    await readModels.waitFor(position, { models: ["pages"], timeout: CATCH_UP });
    const pages = await readModels.findPages({ deleted: false }, pageIds);
    const shown = new Set(pages.map(({ pageId }) => pageId));
    return (pageId) => shown.has(pageId);
  }

  #toFeedEvent(row: RecordedEvent): RecordedPageEvent {
    const event = this.#parts.wiki.events.toDomainEvent(row);
    if (!Page.isEvent(event)) throw new ProgrammingError(`"${row.topic}" was asked for as a topic of pages`);
    const { userId, ...data } = event.data;
    return {
      position: event.position,
      type: event.type,
      // See above.
      pageId: event.originatorId as PageId,
      version: event.originatorVersion,
      recordedAt: event.recordedAt,
      eventId: event.id,
      saveId: event.saveId,
      userId,
      data,
      metadata: event.metadata,
    };
  }

  get #log(): NotificationLog {
    return this.#parts.wiki.events.notificationLog;
  }
}
