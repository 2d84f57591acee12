import type { IncomingMessage } from "node:http";
import { type Rate, RateLimit } from "../rate-limit.ts";
import { OverloadedError } from "../request-errors.ts";

/** How much a server takes on. */
export interface AdmissionLimits {
  /** Of one client, where an answer must be made; pages that are kept in memory are not counted. */
  readonly reads: Rate;
  readonly writes: Rate;
  /** Requests at once, of all clients. */
  readonly requests: number;
  /** Changes at once, of all clients. */
  readonly saves: number;
  /** Whether clients are told apart by what a proxy of ours says of them, in `X-Forwarded-For`. */
  readonly behindProxy: boolean;
}

// Whoever reads, or runs a program against the wiki, stays below these; who asks as fast as he can does not.
const DEFAULTS: AdmissionLimits = {
  reads: { perSecond: 500, burst: 5_000 },
  writes: { perSecond: 100, burst: 1_000 },
  requests: 512,
  saves: 128,
  behindProxy: false,
};

/** Lets requests in: so many of each client over time, so many of all at once. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #reads: RateLimit;
  readonly #writes: RateLimit;
  #requests = 0;
  #saves = 0;

  constructor(limits: Partial<AdmissionLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
    this.#reads = new RateLimit(this.#limits.reads);
    this.#writes = new RateLimit(this.#limits.writes);
  }

  get underWay(): number {
    return this.#requests;
  }

  /** To be called with each request, and what it answers when that is answered. Throws `TooManyRequestsError`, `OverloadedError`. */
  readonly admit = (incoming: IncomingMessage | undefined, isWrite: boolean): (() => void) => {
    const client = incoming ? this.#clientOf(incoming) : "";
    (isWrite ? this.#writes : this.#reads).take(client, performance.now());
    if (this.#requests >= this.#limits.requests || (isWrite && this.#saves >= this.#limits.saves)) {
      throw new OverloadedError();
    }
    this.#requests++;
    if (isWrite) this.#saves++;
    return () => {
      this.#requests--;
      if (isWrite) this.#saves--;
    };
  };

  #clientOf({ socket, headers }: IncomingMessage): string {
    const forwarded = this.#limits.behindProxy ? headers["x-forwarded-for"] : undefined;
    // The last one is what our own proxy saw; those before it anybody can write.
    const address =
      String(forwarded ?? "")
        .split(",")
        .at(-1)
        ?.trim() ||
      (socket.remoteAddress ?? "");
    // A household has a whole network of version 6.
    return address.includes(":") && !address.startsWith("::ffff:") ? address.split(":").slice(0, 4).join(":") : address;
  }
}
