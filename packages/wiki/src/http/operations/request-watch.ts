import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Metrics } from "./metrics.ts";
import type { ServerLog } from "./server-log.ts";

/** A request while it is answered. */
interface Watched {
  readonly id: string;
  route: string;
}

const GIVEN_ID = /^[\w-]{1,64}$/;
// Of what no route takes: addresses that anybody can think of are no labels.
const UNKNOWN_ROUTE = "other";

/** Names each request, and counts and logs it when its answer has been sent. */
export class RequestWatch {
  readonly #metrics: Metrics;
  readonly #log: ServerLog | undefined;
  readonly #watched = new WeakMap<IncomingMessage, Watched>();
  readonly #prefix = randomBytes(6).toString("base64url");
  #count = 0;

  constructor(metrics: Metrics, log: ServerLog | undefined) {
    this.#metrics = metrics;
    this.#log = log;
  }

  /** To be told of each request before it is answered. */
  readonly begin = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket, method = "GET" } = request;
    const given = request.headers["x-request-id"];
    const isGiven = typeof given === "string" && GIVEN_ID.test(given);
    const watched: Watched = {
      id: isGiven ? given : `${this.#prefix}-${(this.#count++).toString(36)}`,
      route: UNKNOWN_ROUTE,
    };
    this.#watched.set(request, watched);
    response.setHeader("x-request-id", watched.id);
    const began = performance.now();
    const sentBefore = socket.bytesWritten;
    response.once("close", () => {
      const ms = performance.now() - began;
      const status = response.statusCode;
      this.#metrics.answered({ method: knownMethod(method), route: watched.route, status, seconds: ms / 1_000 });
      const path = request.url?.split("?", 1)[0] ?? "";
      const bytes = socket.bytesWritten - sentBefore;
      const isCut = !response.writableFinished;
      this.#log?.request({ id: watched.id, method, path, status, ms, bytes, isCut });
    });
  };

  /** The route that answers a request. */
  routed(request: IncomingMessage | undefined, route: string): void {
    const watched = request && this.#watched.get(request);
    if (watched) watched.route = route;
  }

  idOf(request: IncomingMessage | undefined): string {
    return (request && this.#watched.get(request)?.id) ?? "";
  }
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

function knownMethod(method: string): string {
  return METHODS.has(method) ? method : UNKNOWN_ROUTE;
}
