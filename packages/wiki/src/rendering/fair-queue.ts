interface Waiting<T> {
  readonly item: T;
  /** Those with the lowest go first. */
  readonly rank: number;
}

/**
 * What waits, by whose it is: each of them has a turn, so that nobody waits for all that another one has brought. Of one's
 * own the cheap goes ahead of the expensive, which yet waits no longer than in proportion to its cost.
 */
export class FairQueue<T> {
  /** In the order of their turns. */
  readonly #lanes = new Map<string, Waiting<T>[]>();
  #size = 0;
  #pushed = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(owner: string): number {
    return this.#lanes.get(owner)?.length ?? 0;
  }

  /** `cost` is in the place of how many cheap ones may overtake it. */
  push(owner: string, item: T, cost: number): void {
    const lane = this.#lanes.get(owner) ?? [];
    this.#lanes.set(owner, lane);
    const rank = this.#pushed++ + cost;
    const before = lane.findLastIndex((other) => other.rank <= rank);
    lane.splice(before + 1, 0, { item, rank });
    this.#size++;
  }

  shift(): T | undefined {
    for (const [owner, lane] of this.#lanes) {
      const first = lane.shift();
      // Whoever had a turn is last from then on, and who waits for nothing is forgotten.
      this.#lanes.delete(owner);
      if (lane.length > 0) this.#lanes.set(owner, lane);
      if (first === undefined) continue;
      this.#size--;
      return first.item;
    }
    return undefined;
  }
}
