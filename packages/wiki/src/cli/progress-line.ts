import type { Terminal } from "./command.ts";

const WIDTH = 24;
const REDRAW = 100;
// For a log file: a line now and then.
const LINES = 10_000;
// The rate is that of the last while, for commits differ.
const WINDOW = 10_000;

/** Shows how far a command has come: a bar on a terminal, a line now and then elsewhere. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #noun: string;
  readonly #now: () => number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #marks: { readonly at: number; readonly done: number }[] = [];

  constructor(terminal: Terminal, noun: string, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#noun = noun;
    this.#now = now;
  }

  show({ done, total }: { readonly done: number; readonly total: number }): void {
    const at = this.#now();
    const { overwrite } = this.#terminal;
    if (at - this.#shownAt < (overwrite ? REDRAW : LINES) && done < total) return;
    this.#shownAt = at;
    this.#marks = [...this.#marks.filter((mark) => at - mark.at < WINDOW), { at, done }];
    const text = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${this.#noun}${this.#speed(done, total)}`;
    if (!overwrite) {
      this.#terminal.note(`${text}\n`);
      return;
    }
    const filled = total === 0 ? WIDTH : Math.floor((WIDTH * done) / total);
    overwrite(`${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${text}`);
  }

  /** Leaves the line, so that what follows is written below it. */
  end(): void {
    if (this.#terminal.overwrite && this.#marks.length > 0) this.#terminal.note("\n");
  }

  #speed(done: number, total: number): string {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (!first || !last || last.at <= first.at || last.done <= first.done) return "";
    const perSecond = ((last.done - first.done) * 1_000) / (last.at - first.at);
    const rate = `, ${Math.round(perSecond).toLocaleString("en")}/s`;
    return done < total ? `${rate}, ${toDuration((total - done) / perSecond)} left` : rate;
  }
}

/** A number of seconds, for people: `45 s`, `3 min`. */
function toDuration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
