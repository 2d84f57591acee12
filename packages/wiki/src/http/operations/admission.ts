import type { IncomingMessage } from "node:http";
import { type Rate, RateLimit } from "../rate-limit.ts";
import { OverloadedError } from "../request-errors.ts";
import { type BodyLimits, ComingBodies } from "./coming-bodies.ts";

/** How much a server takes on. */
export interface AdmissionLimits {
  /** Of one client, where an answer must be made; pages that are kept in memory are not counted. */
  readonly reads: Rate;
  readonly writes: Rate;
  /** Requests at once, of all clients. */
  readonly requests: number;
  /** Changes at once, of all clients; one whose body is still coming is none yet. */
  readonly saves: number;
  readonly bodies: BodyLimits;
  /** Whether clients are told apart by what a proxy of ours says of them, in `X-Forwarded-For`. */
  readonly behindProxy: boolean;
}

// Whoever reads, or runs a program against the wiki, stays below these; who asks as fast as he can does not.
const DEFAULTS: AdmissionLimits = {
  reads: { perSecond: 500, burst: 5_000 },
  writes: { perSecond: 100, burst: 1_000 },
  requests: 512,
  saves: 128,
  // A file of 20 MiB takes twenty minutes at most.
  bodies: { atOnce: 128, patience: 10_000, perSecond: 16 * 2 ** 10 },
  behindProxy: false,
};

/** A request that was let in. */
export interface Admitted {
  /** Aborted, with the reason, where nobody waits any longer for the body of a change. */
  readonly givenUp: AbortSignal;
  /** To be called when the body of a change has come, before anything is done. Throws `OverloadedError`. */
  readonly begin: () => void;
  /** To be called when it is answered. */
  readonly leave: () => void;
}

/** Lets requests in: so many of each client over time, so many of all at once. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #reads: RateLimit;
  readonly #writes: RateLimit;
  readonly #bodies: ComingBodies;
  #checking: NodeJS.Timeout | undefined;
  #requests = 0;
  #saves = 0;

  constructor(limits: Partial<AdmissionLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
    this.#reads = new RateLimit(this.#limits.reads);
    this.#writes = new RateLimit(this.#limits.writes);
    this.#bodies = new ComingBodies(this.#limits.bodies);
  }

  get underWay(): number {
    return this.#requests;
  }

  get bodiesUnderWay(): number {
    return this.#bodies.count;
  }

  /** To be called with each request. Throws `TooManyRequestsError`, for reading `OverloadedError`. */
  readonly admit = (incoming: IncomingMessage | undefined, isWrite: boolean): Admitted => {
    const client = incoming ? this.#clientOf(incoming) : "";
    (isWrite ? this.#writes : this.#reads).take(client, performance.now());
    const givingUp = new AbortController();
    const sender = isWrite ? incoming : undefined;
    let leave = sender ? this.#waitFor(sender, client, givingUp) : this.#take(isWrite);
    return {
      givenUp: givingUp.signal,
      begin: () => {
        if (!sender) return;
        leave();
        leave = () => {};
        leave = this.#take(isWrite);
      },
      leave: () => leave(),
    };
  };

  #take(isWrite: boolean): () => void {
    if (this.#requests >= this.#limits.requests || (isWrite && this.#saves >= this.#limits.saves)) {
      throw new OverloadedError();
    }
    this.#requests++;
    if (isWrite) this.#saves++;
    return () => {
      this.#requests--;
      if (isWrite) this.#saves--;
    };
  }

  #waitFor({ socket }: IncomingMessage, client: string, givingUp: AbortController): () => void {
    const giveUp = (reason: Error) => givingUp.abort(reason);
    const before = socket.bytesRead;
    const end = this.#bodies.begin({ client, received: () => socket.bytesRead - before, giveUp }, performance.now());
    this.#checking ??= setInterval(() => this.#check(), this.#limits.bodies.patience / 10).unref();
    return end;
  }

  #check(): void {
    this.#bodies.check(performance.now());
    if (this.#bodies.count > 0) return;
    clearInterval(this.#checking);
    this.#checking = undefined;
  }

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
