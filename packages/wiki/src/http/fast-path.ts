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
  /** Counts the links to a page again, when it was not done a moment ago. */
  readonly recountLinks: (url: string, answer: CachedAnswer) => void;
}

/** Sends pages that are kept in memory, without a look at the database. */
export function pageFastPath(cache: PageCache, currency: Currency): FastPath {
  const { epoch, isKnown: isHeardOf, position, linksChangedAt, recountLinks } = currency;
  return (request, response) => {
    const { url = "" } = request;
    if ((request.method !== "GET" && request.method !== "HEAD") || !isHeardOf()) return false;
    const answer = cache.get(url);
    const seen = seenPosition(request.headers.cookie, epoch);
    if (!answer || seen > position()) return false;
    if (answer.linksKnownUpTo < linksChangedAt()) {
      // Whoever has just made such a link finds it counted; for the others it is counted while they read.
      if (answer.linksKnownUpTo < 0 || seen > answer.linksKnownUpTo) return false;
      recountLinks(url, answer);
    }
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
