import type { Terminal } from "./command.ts";

/**
 * Sees that a program that was told to stop is gone within a time, whatever hangs: a disk that does not answer, a database
 * behind a line that was cut, a thread in a call of the system, for which the end of a process would wait too.
 */
export class StopLimit implements Disposable {
  readonly #interrupted: AbortSignal;
  readonly #begin: () => void;
  #part = "the start";
  #timer: NodeJS.Timeout | undefined;

  /** Of a time in seconds `onLate` is told when it is over, and of what was waited for; then the process is ended. */
  constructor(
    { interrupted, abandon }: Pick<Terminal, "interrupted" | "abandon">,
    seconds: number,
    onLate: (part: string) => void,
  ) {
    this.#interrupted = interrupted;
    this.#begin = () => {
      this.#timer = setTimeout(() => {
        onLate(this.#part);
        abandon();
      }, seconds * 1_000);
    };
    interrupted.addEventListener("abort", this.#begin, { once: true });
  }

  /** Names what is waited for from now on. */
  readonly waitFor = (part: string): void => {
    this.#part = part;
  };

  [Symbol.dispose](): void {
    this.#interrupted.removeEventListener("abort", this.#begin);
    clearTimeout(this.#timer);
  }
}
