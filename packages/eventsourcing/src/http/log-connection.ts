import { ProgrammingError } from "../domain/errors.ts";
import { StoreError, StoreUnavailableError } from "../persistence/store-errors.ts";
import { InvalidAnswerError, RemoteLogRefusedError } from "./remote-log-errors.ts";

type GivenHeaders = NonNullable<RequestInit["headers"]>;

/** How a remote log is reached. */
export interface LogConnectionOptions {
  /** Default the global one. */
  readonly fetch?: typeof fetch;
  /** Sent with each request; a function is asked anew for each, for tokens that expire. */
  readonly headers?: GivenHeaders | (() => GivenHeaders | Promise<GivenHeaders>);
  /** How often a request is made before its failure is told; default 10, with pauses of some 15 s. */
  readonly attempts?: number;
  /** The pause after a first failure in milliseconds; each next one is twice as long, up to 5 s. Default 100. */
  readonly backoff?: number;
  /** How long an answer may take, beyond the time that it was asked to wait, in milliseconds; default 30,000. */
  readonly timeout?: number;
  /** The longest answer that is taken, in bytes; default 64 MiB. */
  readonly maxAnswerBytes?: number;
  /** Ends all requests: they reject with its reason. */
  readonly signal?: AbortSignal;
}

const LONGEST_PAUSE = 5_000;
const LONGEST_RETRY_AFTER = 60_000;
// Too early, too often, or a server or what stands before it is not there.
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** One request, and how its answer is read. */
export interface LogRequest<T> {
  readonly path: string;
  readonly parameters: URLSearchParams;
  /** Seconds that the server may take before it answers. */
  readonly wait?: number;
  readonly abort?: AbortSignal | undefined;
  /** Reads what was answered; where it throws `StoreUnavailableError`, the request is made again. */
  readonly read: (answer: unknown) => T;
}

/** Requests to one server, made again where the connection is lost. */
export class LogConnection {
  readonly #url: URL;
  readonly #options: LogConnectionOptions;

  constructor(url: string | URL, options: LogConnectionOptions) {
    const parsed = URL.parse(`${url}`);
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username !== "" || parsed.password !== "") {
      throw new ProgrammingError("a remote log has an address that begins with http: or https: and holds no password");
    }
    this.#url = parsed;
    this.#url.pathname = this.#url.pathname.replace(/\/+$/, "");
    this.#url.hash = "";
    this.#options = options;
  }

  /**
   * Rejects with `StoreUnavailableError` after the last attempt, with what makes no sense to repeat at once, and with
   * the reason of a signal that is aborted.
   */
  async request<T>(request: LogRequest<T>): Promise<T> {
    const { attempts = 10, signal } = this.#options;
    const { abort } = request;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      abort?.throwIfAborted();
      try {
        return await this.#attempt(request);
      } catch (error) {
        signal?.throwIfAborted();
        abort?.throwIfAborted();
        if (!(error instanceof StoreUnavailableError) || attempt >= attempts) throw error;
        await pause(this.#pauseAfter(attempt, error), [signal, abort]);
      }
    }
  }

  async #attempt<T>({ path, parameters, wait = 0, abort, read }: LogRequest<T>): Promise<T> {
    const { timeout = 30_000, signal, headers } = this.#options;
    const url = new URL(this.#url);
    url.pathname += path;
    for (const [name, value] of parameters) url.searchParams.append(name, value);
    // A token may stand in the query.
    const shown = `${url.origin}${url.pathname}`;
    const given = new Headers(typeof headers === "function" ? await headers() : headers);
    if (!given.has("accept")) given.set("accept", "application/json");
    const tooLate = new AbortController();
    const timer = setTimeout(() => tooLate.abort(new Error("it took too long")), timeout + wait * 1_000);
    const release = forward([signal, abort], tooLate);
    try {
      const { fetch = globalThis.fetch } = this.#options;
      const response = await fetch(url.href, { headers: given, signal: tooLate.signal });
      const text = await this.#readBody(response);
      if (PASSING.has(response.status)) throw unavailable(shown, `it answered ${response.status}`, response);
      const type = response.headers.get("content-type") ?? "";
      // With its own problems only: what else refuses may show pages of its own.
      const answer = /^application\/(problem\+)?json\b/.test(type) ? parse(text, shown) : undefined;
      if (!response.ok && response.status !== 409) {
        throw new RemoteLogRefusedError(shown, response.status, typeof answer === "object" && answer ? answer : {});
      }
      if (answer === undefined)
        throw new InvalidAnswerError("its type", `is ${JSON.stringify(type.slice(0, 60))}, not JSON`);
      return read(answer);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      throw unavailable(shown, error instanceof Error ? error.message : String(error), error);
    } finally {
      clearTimeout(timer);
      release();
    }
  }

  async #readBody(response: Response): Promise<string> {
    const { maxAnswerBytes = 2 ** 26 } = this.#options;
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      // Leaving the loop cancels what is still to come.
      if (bytes > maxAnswerBytes) {
        throw new InvalidAnswerError("its length", `is more than ${maxAnswerBytes} bytes (\`maxAnswerBytes\`)`);
      }
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }

  #pauseAfter(attempt: number, { cause }: StoreUnavailableError): number {
    const { backoff = 100 } = this.#options;
    const longest = Math.min(backoff * 2 ** (attempt - 1), LONGEST_PAUSE);
    const seconds = cause instanceof Response ? Number(cause.headers.get("retry-after") ?? 0) : 0;
    const asked = Number.isFinite(seconds) ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER) : 0;
    // Followers that lost one server must not all come back at once.
    return Math.max(asked, longest * (0.5 + Math.random() / 2));
  }
}

function unavailable(url: string, reason: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`the remote log at ${url} cannot be read: ${reason}; try again later`, { cause });
}

/** A text that was cut where nobody noticed is no JSON: it is as if the connection had been lost. */
function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unavailable(url, "what it answered is no JSON", error);
  }
}

/** Aborts a controller when one of some signals is. Unlike `AbortSignal.any`, it can be let go of. */
function forward(signals: readonly (AbortSignal | undefined)[], to: AbortController): () => void {
  const given = signals.filter((signal) => signal !== undefined);
  const abort = () => to.abort(given.find(({ aborted }) => aborted)?.reason);
  for (const signal of given) signal.addEventListener("abort", abort);
  if (given.some(({ aborted }) => aborted)) abort();
  return () => {
    for (const signal of given) signal.removeEventListener("abort", abort);
  };
}

/** Resolves after some milliseconds, or when one of some signals is aborted. */
export async function pause(milliseconds: number, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = new AbortController();
  stop.signal.addEventListener("abort", () => resolve());
  const timer = setTimeout(resolve, milliseconds);
  const release = forward(signals, stop);
  await promise;
  clearTimeout(timer);
  release();
}
