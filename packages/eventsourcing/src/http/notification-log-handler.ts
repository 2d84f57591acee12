import { InvalidSectionError, type NotificationLog } from "../application/notification-log.ts";
import { ProgrammingError } from "../domain/errors.ts";
import { assertWhole } from "../persistence/ranges.ts";
import {
  InvalidRangeError,
  LogChangedError,
  StoreClosedError,
  StoreUnavailableError,
} from "../persistence/store-errors.ts";
import { type LogQuery, parseLogQuery } from "./log-query.ts";
import {
  badRequest,
  FORBIDDEN,
  INTERNAL_ERROR,
  logChanged,
  METHOD_NOT_ALLOWED,
  NOT_ACCEPTABLE,
  NOT_FOUND,
  type Problem,
  problemResponse,
  TOO_MANY_WAITING,
  UNAVAILABLE,
  URI_TOO_LONG,
} from "./problem.ts";
import { readRows } from "./read-rows.ts";
import { toRowJson } from "./row-json.ts";

/** How a log is served. */
export interface NotificationLogHandlerOptions {
  /** Where the log is, `/notifications` where none is given. */
  readonly basePath?: string;
  /**
   * Asked first for each request. True lets it pass, false refuses it with 403, and a response is answered as it is.
   * Default: everyone may read the whole log.
   */
  readonly authorize?: (request: Request) => boolean | Response | Promise<boolean | Response>;
  /** The most events in one answer; default 1,000. Who asks for more goes on after `upTo`. */
  readonly maxLimit?: number;
  /** How many characters an answer holds before it ends, after at least one event; default 4 Mi. */
  readonly maxLength?: number;
  /** The most seconds that a request waits for the log to grow; default 30. */
  readonly maxWait?: number;
  /** How many requests may wait at a time; default 100. */
  readonly maxWaiting?: number;
  /** Hears what was answered with 500 or 503; default `console.error`. */
  readonly onError?: (error: unknown) => void;
}

const MAX_QUERY = 8_192;
const FOR_EVER = "max-age=31536000, immutable";

/**
 * Serves a notification log to any framework that speaks Request and Response. Below `basePath` are the log itself
 * (`?start=&stop=&limit=&topic=&wait=`), `/head` (`?beyond=&wait=`) and sections such as `/1,10`; all take `epoch=`,
 * and refuse the request where the log has another.
 */
export function notificationLogHandler(
  log: NotificationLog,
  options: NotificationLogHandlerOptions = {},
): (request: Request) => Promise<Response> {
  const handler = new NotificationLogHandler(log, options);
  return (request) => handler.handle(request);
}

/** A part of the log in JSON, and whether it can ever be another. */
interface Answer {
  /** The fields after the identity. */
  readonly json: string;
  /** What tells it from other answers to the same request, in one epoch. */
  readonly tag: string;
  readonly settled: boolean;
}

class NotificationLogHandler {
  readonly #log: NotificationLog;
  readonly #basePath: string;
  readonly #options: NotificationLogHandlerOptions;
  readonly #maxLimit: number;
  readonly #maxLength: number;
  readonly #maxWait: number;
  readonly #maxWaiting: number;
  #waiting = 0;

  constructor(log: NotificationLog, options: NotificationLogHandlerOptions) {
    const {
      basePath = "/notifications",
      maxLimit = 1_000,
      maxLength = 2 ** 22,
      maxWait = 30,
      maxWaiting = 100,
    } = options;
    for (const [name, value] of Object.entries({ maxLimit, maxLength })) assertWhole(name, value, 1);
    for (const [name, value] of Object.entries({ maxWait, maxWaiting })) assertWhole(name, value, 0);
    if (!/^(\/[^/?#]+)*$/.test(basePath)) {
      throw new ProgrammingError(
        `"${basePath}" is no base path; give one such as "/notifications", without a slash at the end`,
      );
    }
    this.#log = log;
    this.#basePath = basePath;
    this.#options = options;
    this.#maxLimit = maxLimit;
    this.#maxLength = maxLength;
    this.#maxWait = maxWait;
    this.#maxWaiting = maxWaiting;
  }

  async handle(request: Request): Promise<Response> {
    try {
      const verdict = (await this.#options.authorize?.(request)) ?? this.#options.authorize === undefined;
      // Whatever else a hook may answer in JavaScript, only true lets pass.
      if (typeof verdict === "object") return verdict;
      if (verdict !== true) return problemResponse(FORBIDDEN);
    } catch (error) {
      this.#report(error);
      return problemResponse(INTERNAL_ERROR);
    }
    const result = await this.#answer(request).catch((error: unknown) => this.#problemOf(error));
    const response = "json" in result ? this.#response(request, result) : problemResponse(result, this.#log.identity);
    return request.method === "HEAD" ? new Response(null, response) : response;
  }

  async #answer(request: Request): Promise<Answer | Problem> {
    const url = new URL(request.url);
    const path = url.pathname.replaceAll(/%2c/gi, ",");
    if (path !== this.#basePath && !path.startsWith(`${this.#basePath}/`)) return NOT_FOUND;
    const resource = path.slice(this.#basePath.length + 1);
    if (resource.includes("/")) return NOT_FOUND;
    if (request.method !== "GET" && request.method !== "HEAD") return METHOD_NOT_ALLOWED;
    if (!acceptsJson(request.headers.get("accept"))) return NOT_ACCEPTABLE;
    if (url.search.length > MAX_QUERY) return URI_TOO_LONG;
    const query = (...names: string[]) => this.#query(url, names);
    if (resource === "") return this.#select(query("start", "stop", "limit", "topic", "wait"), request.signal);
    if (resource === "head") return this.#head(query("beyond", "wait"), request.signal);
    query();
    return this.#section(resource);
  }

  #query(url: URL, names: readonly string[]): LogQuery {
    const query = parseLogQuery(url.searchParams, [...names, "epoch"]);
    const { logId, epoch } = this.#log.identity;
    if (query.epoch !== undefined && query.epoch !== epoch) {
      throw new LogChangedError({ logId, epoch: query.epoch }, { logId, epoch });
    }
    return query;
  }

  async #select({ start = 1, stop, limit, topics, wait }: LogQuery, gone: AbortSignal): Promise<Answer | Problem> {
    const last = stop ?? Number.MAX_SAFE_INTEGER;
    if (wait !== undefined && start <= last && !(await this.#wait(start - 1, wait, gone))) return TOO_MANY_WAITING;
    // What comes while the rows are read is for the next request: an answer is about the log up to one position.
    const end = Math.min(last, await this.#log.head());
    const { items, upTo } = await readRows(this.#log, {
      start,
      end,
      limit: Math.min(limit ?? this.#maxLimit, this.#maxLimit),
      maxLength: this.#maxLength,
      topics,
    });
    const more = upTo < end;
    return {
      json: `"upTo":${upTo},"more":${more},"items":[${items.join(",")}]`,
      tag: `${upTo}-${more}-${items.length}`,
      settled: more || last <= end,
    };
  }

  async #head({ beyond = 0, wait }: LogQuery, gone: AbortSignal): Promise<Answer | Problem> {
    if (wait !== undefined && !(await this.#wait(beyond, wait, gone))) return TOO_MANY_WAITING;
    const head = await this.#log.head();
    return { json: `"head":${head}`, tag: `${head}`, settled: false };
  }

  async #section(sectionId: string): Promise<Answer> {
    const { id = null, nextId = null, items } = await this.#log.section(sectionId);
    const json = `"id":${JSON.stringify(id)},"nextId":${JSON.stringify(nextId)},"items":[${items.map(toRowJson).join(",")}]`;
    return { json, tag: `${id}-${nextId}`, settled: nextId !== null };
  }

  /** Waits until the log is beyond a position, or long enough. Answers false where too many wait already. */
  async #wait(position: number, seconds: number, gone: AbortSignal): Promise<boolean> {
    if (this.#waiting >= this.#maxWaiting && (await this.#log.head()) <= position) return false;
    const enough = new AbortController();
    const stop = () => enough.abort();
    const timer = setTimeout(stop, Math.min(seconds, this.#maxWait) * 1_000);
    gone.addEventListener("abort", stop);
    if (gone.aborted) stop();
    this.#waiting += 1;
    try {
      await this.#log.waitBeyond(position, enough.signal);
      return true;
    } finally {
      this.#waiting -= 1;
      clearTimeout(timer);
      gone.removeEventListener("abort", stop);
    }
  }

  #response(request: Request, { json, tag, settled }: Answer): Response {
    const { logId, epoch } = this.#log.identity;
    const etag = `"${epoch}-${tag}"`;
    // An address without the epoch is that of another log's events after a restore.
    const forEver = settled && new URL(request.url).searchParams.has("epoch");
    // A shared cache would answer those who may not read.
    const audience = this.#options.authorize ? "private" : "public";
    const headers = { etag, "cache-control": `${audience}, ${forEver ? FOR_EVER : "no-cache"}` };
    if (isKnown(etag, request.headers.get("if-none-match"))) return new Response(null, { status: 304, headers });
    return new Response(`{"logId":"${logId}","epoch":"${epoch}",${json}}`, {
      headers: { ...headers, "content-type": "application/json" },
    });
  }

  #problemOf(error: unknown): Problem {
    if (error instanceof InvalidRangeError || error instanceof InvalidSectionError) return badRequest(error);
    if (error instanceof LogChangedError) return logChanged(error);
    this.#report(error);
    const isPassing = error instanceof StoreUnavailableError || error instanceof StoreClosedError;
    return isPassing ? UNAVAILABLE : INTERNAL_ERROR;
  }

  #report(error: unknown): void {
    const { onError = console.error } = this.#options;
    try {
      onError(error);
    } catch (failure) {
      console.error(failure);
    }
  }
}

function acceptsJson(accept: string | null): boolean {
  if (accept === null) return true;
  return accept.split(",").some((range) => {
    const [type = "", ...parameters] = range
      .toLowerCase()
      .split(";")
      .map((part) => part.trim());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !isRefused && ["application/json", "application/*", "*/*"].includes(type);
  });
}

function isKnown(etag: string, ifNoneMatch: string | null): boolean {
  return ifNoneMatch?.trim() === "*" || (ifNoneMatch?.match(/"[^"]*"/g)?.includes(etag) ?? false);
}
