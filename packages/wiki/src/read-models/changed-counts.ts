/** How many live pages, and how many that are deleted. */
export interface Count {
  readonly live: number;
  readonly gone: number;
}

/** Gathers by how much counts of pages change, so that each row of a count is written once for a batch. */
export class ChangedCounts {
  readonly #counts = new Map<string, { live: number; gone: number }>();

  add(keys: Iterable<string>, { deleted }: { readonly deleted: boolean }, by: number): void {
    for (const key of keys) {
      const count = this.#counts.get(key) ?? { live: 0, gone: 0 };
      this.#counts.set(key, count);
      count[deleted ? "gone" : "live"] += by;
    }
  }

  /** Those that do change. */
  get entries(): readonly (readonly [string, Count])[] {
    return [...this.#counts].filter(([, { live, gone }]) => live !== 0 || gone !== 0);
  }
}
