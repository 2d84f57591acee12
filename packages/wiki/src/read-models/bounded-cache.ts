/** Keeps what was used last, up to a weight. */
export class BoundedCache<Value> {
  readonly #limit: number;
  readonly #weigh: (value: Value) => number;
  /** The one that was used last at the end. */
  readonly #values = new Map<string, Value>();
  #weight = 0;

  constructor(limit: number, weigh: (value: Value) => number = () => 1) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** What is known under a key never changes. */
  keep(key: string, value: Value): void {
    if (this.#values.has(key)) return;
    this.#values.set(key, value);
    this.#weight += this.#weigh(value);
    // To find the first of a map takes as long as many before it were taken away.
    if (this.#weight <= this.#limit) return;
    for (const [oldest, dropped] of this.#values) {
      if (this.#weight <= this.#limit) break;
      this.#values.delete(oldest);
      this.#weight -= this.#weigh(dropped);
    }
  }
}
