import { BodyTooSlowError, OverloadedError } from "../request-errors.ts";

/** How bodies are waited for. */
export interface BodyLimits {
  /** Bodies at once, of all clients. */
  readonly atOnce: number;
  /** Milliseconds that nothing of a body may come for. */
  readonly patience: number;
  /** Bytes that must come in each second, over time. */
  readonly perSecond: number;
}

/** A request whose body has not come as a whole. */
export interface ComingBody {
  readonly client: string;
  /** How many bytes have come. */
  readonly received: () => number;
  /** Is called once, when it is given up. */
  readonly giveUp: (reason: BodyTooSlowError | OverloadedError) => void;
}

interface Waiting extends ComingBody {
  readonly since: number;
  seen: number;
  seenAt: number;
}

/**
 * The bodies that are on their way. Whoever sends one slowly, or not at all, holds nothing that others need: it is given up
 * after a while, and where there are too many, at once. `now` is in milliseconds, of a clock that is not set.
 */
export class ComingBodies {
  readonly #limits: BodyLimits;
  readonly #waiting = new Set<Waiting>();

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#waiting.size;
  }

  /** Answers what to call when the body has come. One is always taken in: another gives way to it. */
  begin(body: ComingBody, now: number): () => void {
    if (this.#waiting.size >= this.#limits.atOnce) this.#makeRoom(now);
    const waiting = { ...body, since: now, seen: body.received(), seenAt: now };
    this.#waiting.add(waiting);
    return () => void this.#waiting.delete(waiting);
  }

  /** Gives up those that come too slowly. */
  check(now: number): void {
    for (const waiting of this.#waiting) {
      if (this.#deadlineOf(waiting, now) <= now) this.#giveUp(waiting, new BodyTooSlowError());
    }
  }

  /** Of the client that has the most the slowest gives way: nobody pushes out others with many of his own. */
  #makeRoom(now: number): void {
    const counts = new Map<string, number>();
    for (const { client } of this.#waiting) counts.set(client, (counts.get(client) ?? 0) + 1);
    const most = Math.max(...counts.values());
    let slowest: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (counts.get(waiting.client) !== most) continue;
      if (!slowest || this.#deadlineOf(waiting, now) < this.#deadlineOf(slowest, now)) slowest = waiting;
    }
    if (slowest) this.#giveUp(slowest, new OverloadedError());
  }

  #deadlineOf(waiting: Waiting, now: number): number {
    const { patience, perSecond } = this.#limits;
    const received = waiting.received();
    if (received > waiting.seen) Object.assign(waiting, { seen: received, seenAt: now });
    return patience + Math.min(waiting.seenAt, waiting.since + (1_000 * received) / perSecond);
  }

  #giveUp(waiting: Waiting, reason: BodyTooSlowError | OverloadedError): void {
    this.#waiting.delete(waiting);
    waiting.giveUp(reason);
  }
}
