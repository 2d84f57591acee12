/** An instant that views count from. It notes until when what they say of it holds, as they say it. */
export class Moment {
  /** In milliseconds since 1970. */
  readonly at: number;
  #holdsUntil = Number.POSITIVE_INFINITY;

  constructor(at: number) {
    this.at = at;
  }

  /** From when on the same would be said in other words. */
  get holdsUntil(): number {
    return this.#holdsUntil;
  }

  /** Something was said that holds until an instant. */
  saidUntil(instant: number): void {
    this.#holdsUntil = Math.min(this.#holdsUntil, instant);
  }
}
