import { TooManyRequestsError } from "./request-errors.ts";

/** How often one client may ask. */
export interface Rate {
  /** Requests a second, over time. */
  readonly perSecond: number;
  /** Requests at once. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

// Beyond this the oldest are forgotten: an attacker with many addresses must not fill the memory.
const MAX_CLIENTS = 10_000;

/** A bucket of tokens for each client: a request takes one, time puts them back. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Throws `TooManyRequestsError` where a client has no token left. `now` is in milliseconds, of a clock that is not set. */
  take(client: string, now: number): void {
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(client) ?? { tokens: burst, filledAt: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1_000) * perSecond);
    bucket.filledAt = now;
    this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_CLIENTS) break;
      this.#buckets.delete(oldest);
    }
    if (bucket.tokens < 1) throw new TooManyRequestsError(Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens--;
  }
}
