import type { IncomingMessage, ServerResponse } from "node:http";
import { encodingFor, isKnown, pageHeaders } from "./answers.ts";
import type { CachedAnswer, PageCache } from "./page-cache.ts";
import { seenPosition } from "./seen-position.ts";
import type { FastPath } from "./server.ts";

/** What tells whether an answer that is kept is current. */
export interface Currency {
  readonly epoch: string;
  /** Whether changes are heard of at all. */
  readonly isKnown: () => boolean;
  /** All events up to here have been heard of. */
  readonly position: () => number;
  /** The position of the last event that may have changed how many links lead to a page. */
  readonly linksChangedAt: () => number;
}

/** Sends pages that are kept in memory, without a look at the database. */
export function pageFastPath(cache: PageCache, currency: Currency): FastPath {
  const { epoch, isKnown: isHeardOf, position, linksChangedAt } = currency;
  return (request, response) => {
    if ((request.method !== "GET" && request.method !== "HEAD") || !isHeardOf()) return false;
    const answer = request.url === undefined ? undefined : cache.get(request.url);
    if (!answer || answer.linksKnownUpTo < linksChangedAt()) return false;
    if (seenPosition(request.headers.cookie, epoch) > position()) return false;
    send(request, response, answer.etag, answer.body);
    return true;
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  etag: string,
  body: { readonly [encoding in ReturnType<typeof encodingFor>]: Buffer },
): void {
  const encoding = encodingFor(String(request.headers["accept-encoding"] ?? ""));
  const bytes = body[encoding];
  if (isKnown(request.headers["if-none-match"], etag)) {
    response.writeHead(304, pageHeaders(etag, "identity"));
    response.end();
    return;
  }
  response.writeHead(200, { ...pageHeaders(etag, encoding), "content-length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

/** The same for a request that came to the application. */
export function keptAnswer(request: Request, { etag, body }: CachedAnswer): Response {
  const encoding = encodingFor(request.headers.get("accept-encoding") ?? undefined);
  if (isKnown(request.headers.get("if-none-match") ?? undefined, etag)) {
    return new Response(null, { status: 304, headers: pageHeaders(etag, "identity") });
  }
  return new Response(new Uint8Array(body[encoding]), { headers: pageHeaders(etag, encoding) });
}
