import type { IncomingMessage, ServerResponse } from "node:http";
import { rightsOf, type Viewer } from "../access/viewer.ts";
import type { KeptAnswer } from "./answer-cache.ts";
import type { AnswerKeeper } from "./answer-keeper.ts";
import { encodingFor, isKnown, keptHeaders } from "./answers.ts";
import type { FastPath } from "./server.ts";

/**
 * Names an answer among those that are kept: all of the request and of who asks that it may follow from. What else a
 * request carries decides how an answer is sent, and whether a kept one is new enough.
 */
export function keyOf(viewer: Viewer, { url = "", headers: { host = "" } }: IncomingMessage): string {
  return `${rightsOf(viewer)} ${host} ${url}`;
}

/** Whether a request asks for an answer that may be kept. */
export function isRead({ method }: { readonly method?: string | undefined }): boolean {
  return method === "GET" || method === "HEAD";
}

/** Sends answers that are kept in memory, without a look at the database. Tells `onSent` of each. */
export function keptPath(
  keeper: AnswerKeeper,
  viewerOf: (request: IncomingMessage) => Viewer,
  onSent: (request: IncomingMessage, answer: KeptAnswer) => void,
): FastPath {
  return (request, response) => {
    if (!isRead(request)) return false;
    const answer = keeper.find(keyOf(viewerOf(request), request), request.headers.cookie);
    if (!answer) return false;
    onSent(request, answer);
    send(request, response, answer);
    return true;
  };
}

function send({ method, headers }: IncomingMessage, response: ServerResponse, answer: KeptAnswer): void {
  if (isKnown(headers["if-none-match"], answer.etag)) {
    response.writeHead(304, keptHeaders(answer, "identity"));
    response.end();
    return;
  }
  const encoding = answer.body.encodingFor(encodingFor(textOf(headers["accept-encoding"])));
  const write = (bytes: Buffer) => {
    response.writeHead(200, { ...keptHeaders(answer, encoding), "content-length": bytes.length });
    response.end(method === "HEAD" ? undefined : bytes);
  };
  const bytes = answer.body.in(encoding);
  if (bytes instanceof Promise) void bytes.then(write, (error: Error) => response.destroy(error));
  else write(bytes);
}

/** The same for a request that came to the application. */
export async function keptAnswer({ headers }: Request, answer: KeptAnswer): Promise<Response> {
  if (isKnown(headers.get("if-none-match") ?? undefined, answer.etag)) {
    return new Response(null, { status: 304, headers: keptHeaders(answer, "identity") });
  }
  const encoding = answer.body.encodingFor(encodingFor(headers.get("accept-encoding") ?? undefined));
  const bytes = await answer.body.in(encoding);
  return new Response(new Uint8Array(bytes), { headers: keptHeaders(answer, encoding) });
}

function textOf(header: string | string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header);
}
