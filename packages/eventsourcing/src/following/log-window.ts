import type { NotificationLog } from "../application/notification-log.ts";
import type { RecordedDomainEvent } from "../domain/event.ts";
import type { RecordedEvent } from "../persistence/stored-event.ts";

/** A row of the log, and the event that it holds once somebody asked for it. */
export class LogEntry {
  readonly row: RecordedEvent;
  readonly #decode: (row: RecordedEvent) => RecordedDomainEvent;
  #event: RecordedDomainEvent | undefined;

  constructor(row: RecordedEvent, decode: (row: RecordedEvent) => RecordedDomainEvent) {
    this.row = row;
    this.#decode = decode;
  }

  /** Throws what decoding does. */
  get event(): RecordedDomainEvent {
    this.#event ??= this.#decode(this.row);
    return this.#event;
  }
}

/** The most entries that are read at once. */
export const BLOCK = 512;
// Projections that are rebuilt together stay near each other.
const KEPT_BLOCKS = 8;

type Log = Pick<NotificationLog, "select" | "head" | "waitBeyond">;

/** The log in blocks, for several projections that follow it at once: each row is read and decoded once. */
export class LogWindow {
  readonly #log: Log;
  readonly #decode: (row: RecordedEvent) => RecordedDomainEvent;
  /** By their numbers, the one that was used last at the end. */
  readonly #blocks = new Map<number, Promise<readonly LogEntry[]>>();
  #growth: { readonly beyond: number; readonly promise: Promise<void> } | undefined;

  constructor(log: Log, decode: (row: RecordedEvent) => RecordedDomainEvent) {
    this.#log = log;
    this.#decode = decode;
  }

  /** The entries after a position, up to the end of its block; none where the log ends there. */
  async after(position: number): Promise<readonly LogEntry[]> {
    const number = Math.floor(position / BLOCK);
    const offset = position % BLOCK;
    const known = this.#blocks.get(number);
    const entries = known && (await known.catch(() => []));
    if (entries && entries.length > offset) {
      this.#keep(number, Promise.resolve(entries));
      return entries.slice(offset);
    }
    const read = this.#read(number, entries ?? []);
    this.#keep(number, read);
    return (await read).slice(offset);
  }

  head(): Promise<number> {
    return this.#log.head();
  }

  /** Resolves when the log may have grown beyond a position. Those who wait at the same end wait once. */
  async waitBeyond(position: number, abort: AbortSignal): Promise<void> {
    const growth =
      this.#growth?.beyond === position
        ? this.#growth
        : { beyond: position, promise: this.#log.waitBeyond(position, abort) };
    this.#growth = growth;
    try {
      await growth.promise;
    } finally {
      if (this.#growth === growth) this.#growth = undefined;
    }
  }

  /** What is known of a block is not read again. */
  async #read(number: number, known: readonly LogEntry[]): Promise<readonly LogEntry[]> {
    const start = number * BLOCK + known.length + 1;
    const rows = await this.#log.select({ start, limit: BLOCK - known.length });
    return [...known, ...rows.map((row) => new LogEntry(row, this.#decode))];
  }

  #keep(number: number, entries: Promise<readonly LogEntry[]>): void {
    this.#blocks.delete(number);
    this.#blocks.set(number, entries);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT_BLOCKS) break;
      this.#blocks.delete(oldest);
    }
  }
}
