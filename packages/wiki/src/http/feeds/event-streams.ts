import type { FeedPart } from "../../access/change-feed.ts";
import { OverloadedError } from "../request-errors.ts";

/** How many streams there may be at once, and how often a silent one is written to, in milliseconds. */
export interface EventStreamLimits {
  readonly most: number;
  readonly heartbeat: number;
}

// Each holds a connection, and reads the log by itself. Proxies cut what is silent for a minute, and that a reader is
// gone is noticed by writing alone.
const LIMITS: EventStreamLimits = { most: 500, heartbeat: 15_000 };

export const STREAM_HEADERS = { "content-type": "text/event-stream", "cache-control": "no-store" } as const;

/** Reads the log from a position on, then what comes, until `signal` is aborted. */
export type Follow = (after: number, signal: AbortSignal) => AsyncGenerator<FeedPart, void>;

/** The event streams of a server. All end when it stops. */
export class EventStreams {
  readonly #limits: EventStreamLimits;
  readonly #open = new Set<AbortController>();
  #isClosed = false;

  constructor(limits: Partial<EventStreamLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  get open(): number {
    return this.#open.size;
  }

  /** Streams what `follow` gives as server-sent events. Throws `OverloadedError` where there are too many. */
  start(epoch: string, after: number, follow: Follow): Response {
    if (this.#open.size >= this.#limits.most || this.#isClosed) throw new OverloadedError();
    const ending = new AbortController();
    this.#open.add(ending);
    const messages = messagesOf(epoch, follow(after, ending.signal), this.#limits.heartbeat);
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        // Where reading fails the stream ends: the reader comes back and goes on after the last event that it got.
        const { value } = await messages.next().catch(() => ({ value: undefined }));
        if (value !== undefined) return controller.enqueue(encoder.encode(value));
        this.#open.delete(ending);
        controller.close();
      },
      cancel: async () => {
        this.#open.delete(ending);
        ending.abort();
        await messages.return(undefined).catch(() => {});
      },
    });
    return new Response(body, { headers: STREAM_HEADERS });
  }

  /** Ends all streams, and takes no more. */
  close(): void {
    this.#isClosed = true;
    for (const ending of this.#open) ending.abort();
  }
}

/** The id of an event in a stream: a position means something in one epoch of the log alone. */
export function parseEventId(id: string): { readonly epoch: string; readonly position: number } | undefined {
  const [, epoch, position] = /^([-0-9a-f]{36})\.(\d{1,15})$/.exec(id) ?? [];
  return epoch === undefined ? undefined : { epoch, position: Number(position) };
}

async function* messagesOf(
  epoch: string,
  parts: AsyncGenerator<FeedPart, void>,
  heartbeat: number,
): AsyncGenerator<string, undefined> {
  try {
    // Something at once, so that the reader knows that it listens.
    yield "retry: 2000\n\n";
    let next = parts.next();
    for (;;) {
      const result = await withinTime(next, heartbeat);
      if (result === undefined) {
        yield ":\n\n";
        continue;
      }
      if (result.done) return undefined;
      yield messageOf(epoch, result.value);
      next = parts.next();
    }
  } finally {
    await parts.return();
  }
}

function messageOf(epoch: string, { events, upTo }: FeedPart): string {
  const lines = events.map((event) => `id: ${epoch}.${event.position}\ndata: ${JSON.stringify(event)}\n\n`);
  // What was passed over needs not be read again.
  const isBehind = events.at(-1)?.position !== upTo;
  return lines.join("") + (isBehind ? `id: ${epoch}.${upTo}\nevent: reached\ndata: {"position":${upTo}}\n\n` : "");
}

/** What a promise gives; undefined where it takes longer than some milliseconds. */
async function withinTime<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
