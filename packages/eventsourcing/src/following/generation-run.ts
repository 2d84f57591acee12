import { setImmediate as nextTurn } from "node:timers/promises";
import type { ReadModelStore, SqlSession } from "../persistence/read-model-store.ts";
import {
  LogChangedError,
  NotAStoreError,
  StoreClosedError,
  StoreFullError,
  StoreUnavailableError,
} from "../persistence/store-errors.ts";
import type { RecordedEvent } from "../persistence/stored-event.ts";
import { BLOCK, type LogEntry, type LogWindow } from "./log-window.ts";
import type { Projection } from "./projection.ts";
import { ProjectionFailedError, SupersededError } from "./projection-errors.ts";
import { sessionOf } from "./projection-session.ts";
import { advance, noteFailure, type Tracking } from "./tracking.ts";

/** What a run needs to know of the program around it. */
export interface RunContext {
  readonly store: ReadModelStore;
  readonly window: LogWindow;
  /** Whether the application declares a topic: what nobody declares is not passed over. */
  readonly declares: (topic: string) => boolean;
  /** How long a batch may hold up the event loop, in milliseconds: SQLite answers on the thread that serves readers. */
  readonly slice: number;
}

// The first batch tells how many events fit in a slice.
const FIRST_BATCH = 16;
// Bounds what is in memory at once. What a batch writes to one row several times is written once.
const LARGEST_BATCH = 4 * BLOCK;

/** One generation of a projection on its way along the log. */
export class GenerationRun {
  readonly #projection: Projection;
  readonly #tracking: Tracking;
  readonly #context: RunContext;
  readonly #blocks: boolean;
  #position: number;
  #batch: number;

  constructor(projection: Projection, tracking: Tracking, context: RunContext) {
    this.#projection = projection;
    this.#tracking = tracking;
    this.#context = context;
    this.#position = tracking.position;
    this.#blocks = context.store.reader.dialect === "sqlite";
    this.#batch = this.#blocks ? FIRST_BATCH : LARGEST_BATCH;
  }

  /** The position of the last event that was applied. */
  get position(): number {
    return this.#position;
  }

  /**
   * Applies the next events, in a transaction with their position, and answers whether there were any. Rejects with
   * `ProjectionFailedError`, after all events before the one at fault were applied; with `SupersededError`; with a
   * `StoreError` where the store fails.
   */
  async step(): Promise<boolean> {
    const entries = await this.#next();
    if (entries.length === 0) return false;
    const start = performance.now();
    try {
      await this.#context.store.transaction((sql) => this.#apply(sql, entries));
    } catch (error) {
      if (!isOfEvents(error)) throw error;
      await this.#findFault(entries, error);
    }
    this.#position = positionAfter(entries);
    if (this.#blocks) await this.#yield(performance.now() - start, entries.length);
    return true;
  }

  /** Applies events up to a position in a transaction that is under way. After one that fails the run is of no use. */
  async stepTo(sql: SqlSession, position: number): Promise<void> {
    while (this.#position < position) {
      const entries = (await this.#context.window.after(this.#position)).slice(0, position - this.#position);
      await this.#apply(sql, entries);
      this.#position = positionAfter(entries);
    }
  }

  /** The next batch: of several blocks where they are whole, for after one that is not the log ends. */
  async #next(): Promise<readonly LogEntry[]> {
    const entries: LogEntry[] = [];
    for (;;) {
      const position = this.#position + entries.length;
      const more = await this.#context.window.after(position);
      entries.push(...more);
      if (entries.length >= this.#batch || more.length === 0 || (position + more.length) % BLOCK !== 0) break;
    }
    return entries.slice(0, this.#batch);
  }

  async #apply(sql: SqlSession, entries: readonly LogEntry[]): Promise<void> {
    const { name, topics } = this.#projection;
    const events = entries.filter((entry) => this.#isWanted(entry, topics)).map((entry) => entry.event);
    const { generation } = this.#tracking;
    // First of all: where another runner was faster, nothing is applied, and it is waited for where it is at work.
    await advance(sql, { name, generation, position: this.#position }, lastOf(entries));
    if (events.length > 0) await this.#projection.apply(events, sessionOf(sql, name, generation));
  }

  #isWanted(entry: LogEntry, topics: ReadonlySet<string>): boolean {
    if (topics.has(entry.row.topic)) return true;
    // Asking for the event says what is wrong with it.
    return !this.#context.declares(entry.row.topic) && entry.event !== undefined;
  }

  /** Applies one event after another, so that the one at fault is known and none before it waits. */
  async #findFault(entries: readonly LogEntry[], error: unknown): Promise<void> {
    for (const entry of entries) {
      try {
        if (entries.length === 1) throw error;
        await this.#context.store.transaction((sql) => this.#apply(sql, [entry]));
        this.#position = entry.row.position;
      } catch (fault) {
        throw isOfEvents(fault) ? await this.#fail(entry.row, fault) : fault;
      }
    }
  }

  async #fail(row: RecordedEvent, cause: unknown): Promise<ProjectionFailedError> {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const failed = new ProjectionFailedError(this.#projection.name, row, reason, { cause });
    const tracking = { ...this.#tracking, position: this.#position };
    await this.#context.store.transaction((sql) => noteFailure(sql, tracking, { event: failed.event, reason }));
    return failed;
  }

  /** Lets others have their turn, and fits the next batch into a slice. */
  async #yield(elapsed: number, count: number): Promise<void> {
    const fitting = Math.floor((count * this.#context.slice) / Math.max(elapsed, 0.01));
    this.#batch = Math.max(1, Math.min(LARGEST_BATCH, fitting, this.#batch * 2));
    await nextTurn();
  }
}

function lastOf(entries: readonly LogEntry[]): RecordedEvent {
  const last = entries.at(-1);
  if (!last) throw new SupersededError("the log is shorter than it was");
  return last.row;
}

function positionAfter(entries: readonly LogEntry[]): number {
  return lastOf(entries).position;
}

/** Whether a failure comes from an event or from what was made of it, not from the store or another runner. */
function isOfEvents(error: unknown): boolean {
  const others = [
    SupersededError,
    StoreUnavailableError,
    StoreFullError,
    StoreClosedError,
    NotAStoreError,
    LogChangedError,
  ];
  return !others.some((type) => error instanceof type);
}
