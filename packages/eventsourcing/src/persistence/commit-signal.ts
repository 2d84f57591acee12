/** Wakes those who wait for the log to grow. */
export class CommitSignal {
  readonly #waiting = new Set<() => void>();

  /** Wakes everyone who waits now. */
  notify(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * Resolves when the head of the log is beyond a position, or at once when `abort` is aborted. Looks at the head when
   * it is notified, and every `interval` milliseconds for commits that nobody tells of. Rejects with what `head` does.
   */
  async waitBeyond(position: number, { head, interval, abort }: WaitOptions): Promise<void> {
    while (!abort?.aborted) {
      // Armed before the look at the head: a commit in between must not be slept through.
      const { woken, disarm } = this.#arm(interval, abort);
      try {
        if ((await head()) > position) return;
        await woken;
      } finally {
        disarm();
      }
    }
  }

  #arm(interval: number, abort: AbortSignal | undefined): { readonly woken: Promise<void>; disarm(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, interval);
    this.#waiting.add(resolve);
    const wake = () => resolve();
    abort?.addEventListener("abort", wake);
    return {
      woken: promise,
      disarm: () => {
        clearTimeout(timer);
        this.#waiting.delete(resolve);
        abort?.removeEventListener("abort", wake);
      },
    };
  }
}

/** How to tell that the log has grown. */
export interface WaitOptions {
  readonly head: () => Promise<number>;
  /** How often to look unasked, in milliseconds. */
  readonly interval: number;
  readonly abort: AbortSignal | undefined;
}
