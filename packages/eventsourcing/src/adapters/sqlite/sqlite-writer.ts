import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { ProgrammingError } from "../../domain/errors.ts";
import { UnknownGroupOutcome } from "../../persistence/group-committer.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { StoreClosedError, StoreUnavailableError } from "../../persistence/store-errors.ts";
import { packRequest, unpackAnswer } from "./sqlite-messages.ts";
import type { Answer, Failure, Request, Writer, WriterFiles } from "./sqlite-writer-protocol.ts";
import { fileOf, toError } from "./sqlite-writer-protocol.ts";

interface Pending {
  readonly kind: Request["kind"];
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

// What is sent to the thread is garbage when it is written: where objects begin need not grow to 128 MB, as V8 lets it.
const LIMITS = { maxYoungGenerationSizeMb: 12 };

/**
 * The one place that writes, on a thread of its own: an fsync takes from a fifth of a millisecond to tens of them, and
 * on the thread that reads it would hold up every reader. A thread that dies is replaced at the next request.
 */
export class SqliteWriter implements Writer {
  readonly #files: WriterFiles;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 1;
  #closed = false;

  constructor(files: WriterFiles) {
    this.#files = files;
  }

  open(): Promise<LogIdentity> {
    return this.request({ kind: "open" });
  }

  /** Rejects with what happened on the thread; where it died with `StoreUnavailableError`, or `UnknownGroupOutcome`. */
  async request<R extends Request>(request: R): Promise<Answer<R>> {
    if (this.#closed) throw new StoreClosedError();
    return this.#post(request);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (this.#worker) await this.#post({ kind: "close" });
    } finally {
      const worker = this.#worker;
      this.#worker = undefined;
      await worker?.terminate();
    }
  }

  #post<R extends Request>(request: R): Promise<Answer<R>> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#worker ??= this.#start();
      this.#pending.set(id, {
        kind: request.kind,
        resolve: (answer) => resolve(unpackAnswer(request, answer)),
        reject,
      });
      // The process may end while nothing is asked of the thread, but not before an answer.
      this.#worker.ref();
      this.#worker.postMessage({ id, request: packRequest(request) });
    });
  }

  #start(): Worker {
    const worker = new Worker(threadFile(), { workerData: this.#files, resourceLimits: LIMITS });
    worker.on("message", ({ id, answer, failure }: { id: number; answer?: unknown; failure?: Failure }) => {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (this.#pending.size === 0) worker.unref();
      if (failure) pending?.reject(toError(pending ? fileOf(pending, this.#files) : this.#files.log, failure));
      else pending?.resolve(answer);
    });
    worker.on("error", (error) => this.#lost(worker, error));
    worker.on("exit", (code) => this.#lost(worker, new Error(`the writing thread ended with code ${code}`)));
    return worker;
  }

  #lost(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const error = isThreadMissing(cause)
      ? new ProgrammingError(
          `${fileURLToPath(threadFile())} is missing: where a program is bundled, leave @palimpsest/eventsourcing out of ` +
            "the bundle, or have that file of the package bundled beside it",
          { cause },
        )
      : new StoreUnavailableError(`${this.#files.log}: ${cause.message}; try again`, { cause });
    // It may have died between its commit and its answer.
    const unknown = new UnknownGroupOutcome(cause.message, { cause: error });
    for (const { kind, reject } of this.#pending.values()) reject(kind === "commit" ? unknown : error);
    this.#pending.clear();
  }
}

function isThreadMissing(cause: Error): boolean {
  return "code" in cause && cause.code === "MODULE_NOT_FOUND" && !existsSync(threadFile());
}

/** The sources run as they are; the published package holds JavaScript. Bundlers look for both as they stand here. */
function threadFile(): URL {
  return import.meta.url.endsWith(".ts")
    ? new URL("./sqlite-writer-thread.ts", import.meta.url)
    : new URL("./sqlite-writer-thread.js", import.meta.url);
}
