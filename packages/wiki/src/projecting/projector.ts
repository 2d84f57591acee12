import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { NotificationLog } from "@palimpsest/eventsourcing";
import type { ReadModels } from "../read-models/read-models.ts";
import type { FromThread, ProjectorSettings, ToThread } from "./projector-protocol.ts";

/** What a projector works for: the address is of a store that can be opened twice. */
export interface ProjectorOptions extends ProjectorSettings {
  readonly log: NotificationLog;
  /** Those of this thread: they only read what the other one writes. */
  readonly readModels: ReadModels;
  readonly onWarning: (warning: Error) => void;
  /** How long the thread may take to end, in milliseconds; default 5 s. Longer, and it is ended. */
  readonly patience?: number;
  /** Default starts the one of this package. */
  readonly startThread?: (settings: ProjectorSettings) => Worker;
}

// In milliseconds, after a thread has died.
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
// In milliseconds. To be woken costs the thread more than to wait so long for what comes right behind.
const TELL_EVERY = 5;
// A batch takes 25 ms. What is not committed by then is made again.
const PATIENCE = 5_000;
// Where objects begin on the thread, which V8 lets grow to 128 MB otherwise: batches make much garbage, and keep little.
const YOUNG_MEGABYTES = 12;

/**
 * Keeps the read models up to date on a thread of its own: to read a page's text and to index its words takes milliseconds,
 * in which nobody would be served. A thread that dies is replaced; what it had begun was not committed.
 */
export class Projector {
  readonly #options: ProjectorOptions;
  readonly #closing = new AbortController();
  #worker: Worker | undefined;
  #running: Promise<unknown> | undefined;

  constructor(options: ProjectorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= Promise.all([this.#keepRunning(), this.#tellOfGrowth()]);
  }

  /** Has the thread show at once what it would else show with what comes next. */
  readonly hurry = (): void => {
    this.#tell("wanted");
  };

  /** Ends after the batches under way. A thread that does not end is ended. */
  async close(): Promise<void> {
    const { onWarning, patience = PATIENCE } = this.#options;
    this.#closing.abort();
    this.#tell("close");
    const late = setTimeout(() => {
      onWarning(
        new Error(`the thread that keeps the read models up to date did not end within ${patience} ms; it is ended`),
      );
      void this.#worker?.terminate();
    }, patience);
    await this.#running;
    clearTimeout(late);
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#closing;
    let pause = FIRST_PAUSE;
    while (!signal.aborted) {
      const began = performance.now();
      await this.#run();
      if (signal.aborted) return;
      pause = performance.now() - began > LONGEST_PAUSE ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }

  /** Until the thread has ended. */
  async #run(): Promise<void> {
    const { address, env, holder, readModels, onWarning, startThread = startOwnThread } = this.#options;
    const worker = startThread({ address, env: { ...env }, holder });
    this.#worker = worker;
    worker.on("message", (message: FromThread) => {
      if (message.kind === "moved") readModels.lookAgain();
      else onWarning(toWarning(message));
    });
    worker.on("error", onWarning);
    const code = await new Promise<number>((resolve) => worker.once("exit", resolve));
    this.#worker = undefined;
    if (this.#closing.signal.aborted) return;
    onWarning(
      new Error(`the thread that keeps the read models up to date ended with code ${code}; another one starts`),
    );
  }

  async #tellOfGrowth(): Promise<void> {
    const { log, onWarning } = this.#options;
    const { signal } = this.#closing;
    let position = 0;
    while (!signal.aborted) {
      try {
        await log.waitBeyond(position, signal);
        position = await log.head();
        this.#tell("grown");
        await sleep(TELL_EVERY, undefined, { signal }).catch(() => {});
      } catch (error) {
        // The database cannot be reached: the thread looks for itself when it can.
        if (!signal.aborted && error instanceof Error) onWarning(error);
        await sleep(LONGEST_PAUSE, undefined, { signal }).catch(() => {});
      }
    }
  }

  #tell(message: ToThread): void {
    this.#worker?.postMessage(message);
  }
}

function toWarning({ name, message, code }: Extract<FromThread, { readonly kind: "warning" }>): Error {
  return Object.assign(new Error(message), { name }, code === undefined ? {} : { code });
}

/** The sources run as they are; a published package holds JavaScript. Bundlers look for both as they stand here. */
export function startOwnThread(workerData: ProjectorSettings): Worker {
  const file = import.meta.url.endsWith(".ts")
    ? new URL("./projector-thread.ts", import.meta.url)
    : new URL("./projector-thread.js", import.meta.url);
  return new Worker(file, { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES } });
}
