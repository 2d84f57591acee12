import type { NotificationLog } from "../application/notification-log.ts";
import { assertWhole } from "../persistence/ranges.ts";
import type { RecordedEvent } from "../persistence/stored-event.ts";

/** From where to follow a log, and what of it. */
export interface SubscriptionOptions {
  /** Only events after this position; default 0, the beginning. */
  readonly after?: number;
  /** Only events with one of these topics; default all. */
  readonly topics?: readonly string[];
  /** Ends the subscription, also while it waits. */
  readonly signal?: AbortSignal;
}

// A row is about 400 bytes.
const BATCH = 1_000;

/**
 * Follows a log: first what it holds after a position, then what comes, each event once and in order. It ends when
 * `signal` is aborted, and rejects with what reading the log does; to go on, subscribe after the last position seen.
 */
export async function* subscribe(
  log: Pick<NotificationLog, "select" | "head" | "waitBeyond">,
  { after = 0, topics, signal }: SubscriptionOptions = {},
): AsyncGenerator<RecordedEvent, void> {
  assertWhole("after", after, 0);
  let position = after;
  while (!signal?.aborted) {
    // Read before the events: of those up to here none is missing in what is read next.
    const head = await log.head();
    const range = { start: position + 1, limit: BATCH };
    const items = await log.select(topics === undefined ? range : { ...range, topics });
    for (const item of items) {
      if (signal?.aborted) return;
      position = item.position;
      yield item;
    }
    if (items.length === BATCH) continue;
    position = Math.max(position, head);
    await log.waitBeyond(position, signal);
  }
}
