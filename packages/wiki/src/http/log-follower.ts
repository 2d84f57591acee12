import { type NotificationLog, type RecordedEvent, subscribe } from "@palimpsest/eventsourcing";

// In milliseconds.
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/**
 * Tells this process of each event that is recorded, by whichever process, so that what is kept in memory is known to be
 * current without asking the database.
 */
export class LogFollower {
  readonly #log: NotificationLog;
  readonly #onEvent: (event: RecordedEvent) => void;
  readonly #closing = new AbortController();
  readonly #waiting = new Set<{ readonly position: number; readonly resolve: () => void }>();
  #position = 0;
  #isFollowing = false;
  #following: Promise<void> | undefined;

  constructor(log: NotificationLog, onEvent: (event: RecordedEvent) => void) {
    this.#log = log;
    this.#onEvent = onEvent;
  }

  /** The position of the last event that was told of. */
  get position(): number {
    return this.#position;
  }

  /** Whether it hears of events at all: not while the database cannot be reached. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Begins at the end of the log. */
  async start(): Promise<void> {
    this.#position = await this.#log.head();
    this.#isFollowing = true;
    this.#following = this.#follow();
  }

  /** Resolves when it has told of all events up to a position, or after some milliseconds. */
  waitFor(position: number, patience: number): Promise<void> {
    if (this.#position >= position) return Promise.resolve();
    return new Promise((resolve) => {
      // A timer alone: an `AbortSignal` for each edit costs more than all else that is done here.
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve();
      }, patience);
      const waiting = {
        position,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.add(waiting);
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    let pause = FIRST_PAUSE;
    while (!this.#closing.signal.aborted) {
      try {
        const head = await this.#log.head();
        // What was recorded while nothing was heard of is told of first.
        this.#isFollowing = this.#position >= head;
        for await (const event of subscribe(this.#log, { after: this.#position, signal: this.#closing.signal })) {
          pause = FIRST_PAUSE;
          this.#onEvent(event);
          this.#moveTo(event.position);
          this.#isFollowing ||= event.position >= head;
        }
      } catch {
        this.#isFollowing = false;
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
  }

  #moveTo(position: number): void {
    this.#position = position;
    for (const waiting of this.#waiting) {
      if (waiting.position > position) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
