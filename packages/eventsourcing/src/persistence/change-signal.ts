/** Wakes those who wait until something holds, when what they wait for may have changed. */
export class ChangeSignal {
  readonly #waiting = new Set<() => void>();

  /** Wakes everyone who waits now. */
  notify(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * Resolves when something holds, or at once when `abort` is aborted. Looks when it is notified, and every `interval`
   * milliseconds for changes that nobody tells of. Rejects with what looking does.
   */
  async waitUntil(holds: () => boolean | Promise<boolean>, { interval, abort }: WaitOptions): Promise<void> {
    while (!abort?.aborted) {
      // Armed before the look: a change in between must not be slept through.
      const { woken, disarm } = this.#arm(interval, abort);
      try {
        if (await holds()) return;
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

/** How to wait. */
export interface WaitOptions {
  /** How often to look unasked, in milliseconds. */
  readonly interval: number;
  readonly abort: AbortSignal | undefined;
}
