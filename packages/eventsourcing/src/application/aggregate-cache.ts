import type { Version } from "../domain/aggregate.ts";
import type { Uuid } from "../domain/uuid.ts";

/** How much is kept in memory. */
export interface CacheBounds {
  /** How many aggregates. */
  readonly size: number;
  /** How many bytes their states may take. */
  readonly bytes: number;
  /** How many bytes the state of an aggregate takes, by the aggregate's name. */
  readonly sizeOf: (aggregate: string, state: object) => number;
}

interface Entry {
  readonly aggregate: string;
  readonly version: Version<object>;
  readonly bytes: number;
}

/** Keeps the newest known states of the aggregates used last. States are immutable: nothing is copied. */
export class AggregateCache {
  readonly #bounds: CacheBounds;
  // A Map keeps the order of insertion: the first entry is the one used longest ago.
  readonly #entries = new Map<Uuid, Entry>();
  #bytes = 0;

  constructor(bounds: CacheBounds) {
    this.#bounds = bounds;
  }

  get(aggregate: string, id: Uuid): Version<object> | undefined {
    const entry = this.#entries.get(id);
    if (entry?.aggregate !== aggregate) return undefined;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry.version;
  }

  /** Keeps a version unless a newer one is known. One that is larger than all may be together is not kept. */
  put(aggregate: string, id: Uuid, version: Version<object>): void {
    const known = this.#entries.get(id);
    if (known && known.version.version > version.version) return;
    this.#remove(id, known);
    const bytes = this.#bounds.sizeOf(aggregate, version.state);
    if (bytes > this.#bounds.bytes) return;
    this.#entries.set(id, { aggregate, version, bytes });
    this.#bytes += bytes;
    if (this.#isFull) this.#makeRoom();
  }

  get #isFull(): boolean {
    return this.#entries.size > this.#bounds.size || this.#bytes > this.#bounds.bytes;
  }

  #makeRoom(): void {
    for (const [oldest, entry] of this.#entries) {
      if (!this.#isFull) return;
      this.#remove(oldest, entry);
    }
  }

  #remove(id: Uuid, entry: Entry | undefined): void {
    if (this.#entries.delete(id)) this.#bytes -= entry?.bytes ?? 0;
  }
}
