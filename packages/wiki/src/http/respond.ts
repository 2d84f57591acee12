import type { ZodError } from "zod";
import { InvalidInputError } from "../domain/invalid-input.ts";
import type { View } from "../views/html.ts";
import { type Encoding, encode, encodeAs, encodingFor, etagOf, isKnown } from "./answers.ts";
import { type Fields, fieldsOfBody, fieldsOfQuery } from "./decoding.ts";
import type { Encoded } from "./page-cache.ts";
import { type Problem, toProblem } from "./problems.ts";
import { UnreadableRequestError } from "./request-errors.ts";
import type { Asked, MadeOf, Reply, Resource } from "./resource.ts";
import { seenCookie } from "./seen-position.ts";

/** What belongs to the server around a resource. */
export interface Surroundings {
  /** The common page for what went wrong. */
  readonly errorView: (problem: Problem, asked: Asked) => View;
  /** Hears of errors that are ours to answer for. */
  readonly onError: (error: unknown, asked: Asked) => void;
  /** The epoch of the log, which a position means something in. */
  readonly epoch: string;
  /** Hears of each change that was saved, up to a position; resolves when this node shows it. */
  readonly onSaved: (position: number) => Promise<void>;
  /** Keeps a view that was made of some pages. */
  readonly keep: (asked: Asked, body: KeptBody) => void;
}

/** A body that may be sent again until one of the pages changes that it was made of. */
export interface KeptBody {
  readonly etag: string;
  readonly body: Encoded;
  readonly madeOf: MadeOf;
}

/** Asks a resource, and answers in the form that was asked for; what goes wrong too. Never rejects. */
export async function respond(
  { input, lists, bodyType, handle, showError }: Resource,
  asked: Asked,
  params: Fields,
  surroundings: Surroundings,
): Promise<Response> {
  let given: Fields = params;
  try {
    given = await fieldsGiven(asked, params, { lists, hasFields: bodyType === undefined });
    const parsed = input.safeParse(given);
    if (!parsed.success) throw toInvalidInput(parsed.error);
    return await toResponse(await handle(parsed.data, asked), asked, surroundings);
  } catch (error) {
    const shown = asked.form === "html" ? await showError?.(error, given, asked).catch(() => undefined) : undefined;
    if (!shown) return respondError(error, asked, surroundings);
    const problem = toProblem(error);
    if (problem.status === 500) surroundings.onError(error, asked);
    const response = await toResponse(shown, asked, surroundings);
    for (const [name, value] of Object.entries(errorHeaders(problem))) response.headers.set(name, value);
    return response;
  }
}

/** The answer for an error: a problem for programs, a page for people. */
export async function respondError(error: unknown, asked: Asked, surroundings: Surroundings): Promise<Response> {
  const problem = toProblem(error);
  if (problem.status === 500) surroundings.onError(error, asked);
  const headers = errorHeaders(problem);
  if (asked.form === "json") {
    return Response.json(problem, {
      status: problem.status,
      headers: { ...headers, "content-type": "application/problem+json" },
    });
  }
  const body = surroundings.errorView(problem, asked);
  return new Response(String(body), {
    status: problem.status,
    headers: { ...headers, "content-type": "text/html; charset=utf-8" },
  });
}

async function fieldsGiven(
  { request, url }: Asked,
  params: Fields,
  { lists, hasFields }: { readonly lists?: readonly string[] | undefined; readonly hasFields: boolean },
): Promise<Fields> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const query = fieldsOfQuery(url, lists);
  const given = isRead || !hasFields ? query : { ...query, ...(await fieldsOfBody(request)) };
  // Databases refuse it, and no text of ours has it.
  for (const [name, value] of Object.entries({ ...query, ...params })) {
    if (String(value).includes("\0"))
      throw new InvalidInputError({ field: name.slice(0, 50), reason: "must not hold NUL" });
  }
  for (const name of Object.keys(params)) {
    if (name in given)
      throw new UnreadableRequestError(`"${name}" stands in the address already; leave it out elsewhere`);
  }
  return { ...given, ...params };
}

function toInvalidInput({ issues: [issue] }: ZodError): InvalidInputError {
  if (issue?.code === "unrecognized_keys") {
    return new InvalidInputError({ field: String(issue.keys[0]).slice(0, 50), reason: "is not known here" });
  }
  return new InvalidInputError({
    field: issue?.path.map(String).join(".") || "request",
    reason: issue?.message ?? "is not valid",
  });
}

async function toResponse(reply: Reply, asked: Asked, surroundings: Surroundings): Promise<Response> {
  switch (reply.kind) {
    case "raw":
      return reply.response;
    case "moved":
      return new Response(null, { status: reply.status, headers: { location: reply.to, "cache-control": "no-cache" } });
    case "changed": {
      await surroundings.onSaved(reply.position);
      const headers = { "set-cookie": seenCookie(surroundings.epoch, reply.position), "cache-control": "no-store" };
      return asked.form === "json"
        ? Response.json(reply.data, { status: reply.status, headers })
        : new Response(null, { status: 303, headers: { ...headers, location: reply.next } });
    }
    case "written":
      return toBody(asked, {}, reply.text, reply.type);
    case "shown":
      return asked.form === "json"
        ? toBody(asked, reply, JSON.stringify(reply.data), "application/json")
        : showTo(asked, reply, surroundings);
  }
}

type Shown = Extract<Reply, { readonly kind: "shown" }>;

async function showTo(asked: Asked, reply: Shown, { keep }: Surroundings): Promise<Response> {
  if (asked.form === "markdown" && reply.markdown !== undefined) {
    return toBody(asked, reply, reply.markdown, "text/markdown; charset=utf-8");
  }
  const html = String(reply.view());
  if (reply.madeOf === undefined) return toBody(asked, reply, html, HTML);
  const body = await encode(Buffer.from(html));
  const etag = etagOf(body.identity);
  keep(asked, { etag, body, madeOf: reply.madeOf });
  const { length } = body.identity;
  return answerWith(asked, { status: reply.status ?? 200, etag, type: HTML, length }, async (it) => body[it]);
}

const HTML = "text/html; charset=utf-8";
// Below this the headers of an encoding weigh more than it saves.
const MIN_ENCODED = 1_000;

function toBody(asked: Asked, { status = 200 }: Pick<Shown, "status">, text: string, type: string): Promise<Response> {
  const body = Buffer.from(text);
  const { length } = body;
  return answerWith(asked, { status, etag: etagOf(body), type, length }, (encoding) => encodeAs(body, encoding));
}

interface AnswerHead {
  readonly status: number;
  readonly etag: string;
  readonly type: string;
  /** In bytes, before it is encoded. */
  readonly length: number;
}

async function answerWith(
  { request }: Asked,
  { status, etag, type, length }: AnswerHead,
  bodyIn: (encoding: Encoding) => Promise<Buffer>,
): Promise<Response> {
  const headers = { "cache-control": "private, no-cache", vary: "accept-encoding, cookie", etag };
  if (status === 200 && isKnown(request.headers.get("if-none-match") ?? undefined, etag)) {
    return new Response(null, { status: 304, headers });
  }
  const accepted = request.headers.get("accept-encoding") ?? undefined;
  const encoding = length < MIN_ENCODED ? "identity" : encodingFor(accepted);
  const body = await bodyIn(encoding);
  return new Response(new Uint8Array(body), {
    status,
    headers: {
      ...headers,
      "content-type": type,
      ...(encoding === "identity" ? {} : { "content-encoding": encoding }),
    },
  });
}

function errorHeaders({ status, retryAfter, allowed }: Problem): Record<string, string> {
  return {
    "cache-control": "no-store",
    ...(status === 429 || status === 503 ? { "retry-after": String(retryAfter ?? 5) } : {}),
    ...(Array.isArray(allowed) ? { allow: allowed.join(", ") } : {}),
  };
}
