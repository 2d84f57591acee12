import type { Version } from "../domain/aggregate.ts";
import type { Uuid } from "../domain/uuid.ts";

/** Keeps the newest known states of the aggregates used last. States are immutable: nothing is copied. */
export class AggregateCache {
  readonly #maxSize: number;
  // A Map keeps the order of insertion: the first entry is the one used longest ago.
  readonly #entries = new Map<Uuid, { readonly aggregate: string; readonly version: Version<object> }>();

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get(aggregate: string, id: Uuid): Version<object> | undefined {
    const entry = this.#entries.get(id);
    if (entry?.aggregate !== aggregate) return undefined;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry.version;
  }

  /** Keeps a version unless a newer one is known. */
  put(aggregate: string, id: Uuid, version: Version<object>): void {
    const known = this.#entries.get(id);
    if (known && known.version.version > version.version) return;
    this.#entries.delete(id);
    this.#entries.set(id, { aggregate, version });
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size > this.#maxSize) this.#entries.delete(oldest);
  }
}
