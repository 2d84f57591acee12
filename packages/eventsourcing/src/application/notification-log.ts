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
export function readNotifications(
  log: Pick<NotificationLog, "select">,
  options: ReadOptions = {},
): AsyncIterableIterator<RecordedEvent, undefined> {
  return new Reading(log, options);
}

/** By hand, for a generator waits once more for each item: a twentieth of the time to read and decode a small event. */
class Reading implements AsyncIterableIterator<RecordedEvent, undefined> {
  readonly #log: Pick<NotificationLog, "select">;
  readonly #options: ReadOptions;
  #start: number;
  #items: readonly RecordedEvent[] = [];
  /** The place of the next one in these. */
  #at = 0;
  #more = true;
  #loading: Promise<void> | undefined;

  constructor(log: Pick<NotificationLog, "select">, options: ReadOptions) {
    this.#log = log;
    this.#options = options;
    this.#start = options.start ?? 1;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<RecordedEvent, undefined>> {
    // Who asks for several at once waits for one and the same batch.
    while (this.#at === this.#items.length && this.#more) {
      this.#loading ??= this.#load();
      await this.#loading;
    }
    const value = this.#items[this.#at];
    if (!value) return { value, done: true };
    this.#at += 1;
    return { value, done: false };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#more = false;
    this.#items = [];
    return { value: undefined, done: true };
  }

  async #load(): Promise<void> {
    try {
      const items = await this.#log.select({ ...this.#options, start: this.#start, limit: READ_BATCH });
      const last = items.at(-1);
      // Unless it was ended in the meantime.
      if (this.#more) this.#items = items;
      this.#at = 0;
      this.#more &&= items.length === READ_BATCH;
      if (last) this.#start = last.position + 1;
    } catch (error) {
      this.#more = false;
      throw error;
    } finally {
      this.#loading = undefined;
    }
  }
}
