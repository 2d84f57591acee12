import { CodedError } from "../domain/errors.ts";
import { assertWhole } from "../persistence/ranges.ts";
import type { LogIdentity, LogRange, Recorder } from "../persistence/recorder.ts";
import type { RecordedEvent } from "../persistence/stored-event.ts";

/** A section id is not of the form `"1,10"`. */
export class InvalidSectionError extends CodedError {
  readonly code = "INVALID_SECTION";
  /** As it was asked for, or the beginning of it. */
  readonly sectionId: string;

  constructor(sectionId: string) {
    const shown = sectionId.slice(0, 40);
    super(`"${shown}" names no section; give the first and the last position, such as "1,10"`);
    this.sectionId = shown;
  }
}

/** A page of the notification log. */
export interface Section {
  /** The positions of its first and last item, such as `"1,10"`; undefined where it is empty. */
  readonly id: string | undefined;
  readonly items: readonly RecordedEvent[];
  /** The section after it; undefined where this one is not full. */
  readonly nextId: string | undefined;
}

/** All events of a store in one order, from any position. What reads it sees none twice and misses none. */
export interface NotificationLog {
  /** Which log it is. Keep it beside a position: in a log of another epoch that position means nothing. */
  readonly identity: LogIdentity;
  /** At most `limit` events. Rejects with `InvalidRangeError`. */
  select(range: LogRange): Promise<readonly RecordedEvent[]>;
  /** The last position; 0 where the log is empty. */
  head(): Promise<number>;
  /** Resolves when the last position is beyond one, or `abort` is aborted. */
  waitBeyond(position: number, abort?: AbortSignal): Promise<void>;
  /** The section with an id such as `"1,10"`. Rejects with `InvalidSectionError`. */
  section(sectionId: string): Promise<Section>;
}

/** The notification log of a recorder. */
export class LocalNotificationLog implements NotificationLog {
  readonly #recorder: Recorder;
  readonly #sectionSize: number;

  constructor(recorder: Recorder, sectionSize = 10) {
    assertWhole("sectionSize", sectionSize, 1);
    this.#recorder = recorder;
    this.#sectionSize = sectionSize;
  }

  get identity(): LogIdentity {
    return this.#recorder.log;
  }

  select(range: LogRange): Promise<readonly RecordedEvent[]> {
    return this.#recorder.readLog(range);
  }

  head(): Promise<number> {
    return this.#recorder.head();
  }

  waitBeyond(position: number, abort?: AbortSignal): Promise<void> {
    return this.#recorder.waitBeyond(position, abort);
  }

  async section(sectionId: string): Promise<Section> {
    const { first: start, last } = parseSectionId(sectionId);
    const limit = Math.min(Math.max(0, last - start + 1), this.#sectionSize);
    const items = await this.select({ start, limit });
    const end = items.at(-1)?.position;
    if (end === undefined) return { id: undefined, items, nextId: undefined };
    return {
      id: `${items[0]?.position},${end}`,
      items,
      nextId: items.length === limit ? `${end + 1},${end + limit}` : undefined,
    };
  }
}

/** The first and last position that a section id asks for. Throws `InvalidSectionError`. */
export function parseSectionId(sectionId: string): { readonly first: number; readonly last: number } {
  const [, first, last] = /^(\d{1,15}),(\d{1,15})$/.exec(sectionId) ?? [];
  if (first === undefined || last === undefined) throw new InvalidSectionError(sectionId);
  return { first: Math.max(1, Number(first)), last: Number(last) };
}

/** Where to read a notification log from, and what. */
export interface ReadOptions {
  /** The first position; default 1. */
  readonly start?: number;
  /** The last position; default the end of the log as it is reached. */
  readonly stop?: number;
  readonly topics?: readonly string[];
}

// A row is about 400 bytes.
const READ_BATCH = 1_000;

/** Reads a log to its end, in order: `for await (const notification of readNotifications(log)) …`. */
export async function* readNotifications(
  log: Pick<NotificationLog, "select">,
  { start = 1, ...rest }: ReadOptions = {},
): AsyncGenerator<RecordedEvent, void> {
  let next = start;
  for (;;) {
    const items = await log.select({ ...rest, start: next, limit: READ_BATCH });
    // Not `yield*`, which awaits each item once more.
    for (const item of items) yield item;
    const last = items.at(-1);
    if (items.length < READ_BATCH || !last) return;
    next = last.position + 1;
  }
}
