import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { CodedError, ProgrammingError } from "@palimpsest/eventsourcing";
import type { Answer, FromThread, Request } from "./renderer-protocol.ts";

/** How much a thread may use. Times are in milliseconds. */
export interface ThreadLimits {
  /** Of a processor, for one request. */
  readonly cost: number;
  /** After which a thread without requests ends. */
  readonly idle: number;
  /** For the heap, in MiB. */
  readonly memory: number;
}

/** A text takes more time or memory to format than it is given. */
export class TooCostlyError extends CodedError {
  readonly code = "TOO_COSTLY";

  constructor(cause: string) {
    super(`the text costs too much to format (${cause}); show it as it was written`);
  }
}

const CLOSED = "the thread that renders was closed";

interface Pending {
  readonly resolve: (answer: Answer<Request>) => void;
  readonly reject: (error: unknown) => void;
}

// Where other programs keep the processor busy, a request may take so many times as long before it is given up.
const PATIENCE = 5;

/**
 * A thread that does one thing at a time, within limits: what goes beyond them ends the thread, and the next request
 * starts another one. There is none before the first request, and none when nothing has been asked for a while.
 */
export class GuardedWorker {
  readonly #limits: ThreadLimits;
  readonly #start: (limits: ThreadLimits) => Worker;
  #worker: Worker | undefined;
  #ready: Promise<void> = Promise.resolve();
  #pending: Pending | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(limits: ThreadLimits, start: (limits: ThreadLimits) => Worker = startOwnThread) {
    this.#limits = limits;
    this.#start = start;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Rejects with `TooCostlyError`, and otherwise with what is no fault of the text. */
  async ask<R extends Request>(request: R): Promise<Answer<R>> {
    if (this.#isClosed) throw new Error(CLOSED);
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#begin();
    worker.ref();
    await this.#ready;
    const answered = new Promise<Answer<Request>>((resolve, reject) => {
      this.#pending = { resolve, reject };
      worker.postMessage(request);
    });
    const guard = new AbortController();
    try {
      void this.#guard(worker, guard.signal);
      return (await answered) as Answer<R>;
    } finally {
      guard.abort();
      this.#pending = undefined;
      worker.unref();
      this.#idle = setTimeout(() => void this.#end(new Error(CLOSED)), this.#limits.idle).unref();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    await this.#end(new Error(CLOSED));
  }

  #begin(): Worker {
    const worker = this.#start(this.#limits);
    this.#worker = worker;
    this.#ready = new Promise((resolve, reject) => {
      worker.on("message", (message: FromThread) => {
        if (message.kind === "ready") resolve();
        else if (message.kind === "answer") this.#pending?.resolve(message.answer);
        else this.#pending?.reject(new ProgrammingError(message.message));
      });
      const lost = (error: Error) => {
        reject(error);
        if (this.#worker !== worker) return;
        this.#worker = undefined;
        this.#pending?.reject(new TooCostlyError(error.message));
      };
      worker.on("error", lost);
      worker.on("exit", (code) => lost(new Error(`the thread that renders ended with code ${code}`)));
    });
    // Whoever waits for it hears of it.
    this.#ready.catch(() => {});
    return worker;
  }

  /** Ends the thread when the request has used what it may: time of a processor, for which others may compete with it. */
  async #guard(worker: Worker, signal: AbortSignal): Promise<void> {
    const { cost } = this.#limits;
    const latest = performance.now() + PATIENCE * cost;
    const before = await usedBy(worker);
    let used = 0;
    while (used < cost && performance.now() < latest) {
      await sleep(Math.max(cost - used, cost / 10), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      used = (await usedBy(worker)) - before;
    }
    if (!signal.aborted && this.#worker === worker) await this.#end(new TooCostlyError(`more than ${cost} ms`));
  }

  async #end(error: Error): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#pending?.reject(error);
    await worker?.terminate();
  }
}

/** In milliseconds. A thread that is busy is asked too. */
async function usedBy(worker: Worker): Promise<number> {
  // Node can tell from 24.6 on. Before that only how long the request takes counts.
  if (typeof worker.cpuUsage !== "function") return 0;
  // Where the thread has just died, whoever waits for its answer hears of that.
  const { user, system } = await worker.cpuUsage().catch(() => ({ user: Number.POSITIVE_INFINITY, system: 0 }));
  return (user + system) / 1_000;
}

/** The sources run as they are; a published package holds JavaScript. Bundlers look for both as they stand here. */
export function startOwnThread({ memory }: ThreadLimits): Worker {
  const file = import.meta.url.endsWith(".ts")
    ? new URL("./renderer-thread.ts", import.meta.url)
    : new URL("./renderer-thread.js", import.meta.url);
  return new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: memory } });
}
