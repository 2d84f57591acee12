import type { LogIdentity, LogRange, NotificationLog, RecordedEvent, Section } from "@palimpsest/eventsourcing";

// In milliseconds.
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 100;

/**
 * The log as the thread of the read models follows it: in strides. It shows what has been recorded at once where little is,
 * or where somebody waits. While edits follow each other and nobody asks, it shows them some milliseconds later, many
 * together: the text of a page that was edited ten times is read once then, and written in one transaction.
 */
export class PacedLog implements NotificationLog {
  readonly #log: NotificationLog;
  readonly #clock: () => number;
  #growth = new AbortController();
  /** What is recorded up to here is shown. */
  #shown = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #pause = 0;
  #isWanted = false;
  #hurry: (() => void) | undefined;
  #stride: Promise<void> | undefined;

  /** `clock` is in milliseconds, and is not set. */
  constructor(log: NotificationLog, clock: () => number = () => performance.now()) {
    this.#log = log;
    this.#clock = clock;
  }

  /** What was recorded can be read by now. */
  grown(): void {
    const growth = this.#growth;
    this.#growth = new AbortController();
    growth.abort(GROWN);
  }

  /** Somebody waits for what was recorded. */
  wanted(): void {
    this.#isWanted = true;
    this.#wake();
  }

  async waitBeyond(position: number, abort?: AbortSignal): Promise<void> {
    const wake = () => this.#wake();
    abort?.addEventListener("abort", wake);
    try {
      while (position >= this.#shown && !abort?.aborted) {
        await this.#log.waitBeyond(position, this.#growth.signal);
        if (abort?.aborted) return;
        this.#stride ??= this.#takeStride().finally(() => {
          this.#stride = undefined;
        });
        await this.#stride;
      }
    } finally {
      abort?.removeEventListener("abort", wake);
    }
  }

  get identity(): LogIdentity {
    return this.#log.identity;
  }

  async select(range: LogRange): Promise<readonly RecordedEvent[]> {
    if (this.#shown === 0) this.#shown = await this.#log.head();
    return this.#log.select({ ...range, stop: Math.min(range.stop ?? this.#shown, this.#shown) });
  }

  head(): Promise<number> {
    return this.#log.head();
  }

  section(sectionId: string): Promise<Section> {
    return this.#log.section(sectionId);
  }

  #wake(): void {
    this.grown();
    this.#hurry?.();
  }

  /** Shows all that is recorded, when it is time to. */
  async #takeStride(): Promise<void> {
    const rest = this.#shownAt + this.#pause - this.#clock();
    if (rest > 0 && !this.#isWanted) await this.#rest(rest);
    const head = await this.#log.head();
    if (head <= this.#shown) return;
    const isBusy = this.#clock() - this.#shownAt <= LONGEST_PAUSE;
    this.#pause = isBusy && !this.#isWanted ? Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, 2 * this.#pause)) : 0;
    this.#isWanted = false;
    this.#shownAt = this.#clock();
    this.#shown = head;
  }

  /** For some milliseconds, or until somebody waits. */
  async #rest(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#hurry = resolve;
    await promise;
    clearTimeout(timer);
    this.#hurry = undefined;
  }
}

// Without a reason, aborting makes an error with its stack.
const GROWN = "the log has grown";
