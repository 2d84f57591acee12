import type { ZodError } from "zod";
import { InvalidInputError } from "../domain/invalid-input.ts";
import type { View } from "../views/html.ts";
import { answerHeaders, bodyHeaders, encodingFor, etagOf, isKnown } from "./answers.ts";
import { type Fields, fieldsOfBody, fieldsOfQuery } from "./decoding.ts";
import { EncodedBody } from "./encoded-body.ts";
import type { KeepableBody, Keeping } from "./keeping.ts";
import { type Problem, toProblem } from "./problems.ts";
import { UnreadableRequestError } from "./request-errors.ts";
import type { Asked, Reply, Resource } from "./resource.ts";
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
  readonly keep: (keeping: Keeping, body: KeepableBody) => void;
}

/** Asks a resource, and answers in the form that was asked for; what goes wrong too. Never rejects. */
export async function respond(
  { input, lists, bodyType, handle, leadOn, showError }: Resource,
  asked: Asked,
  params: Fields,
  surroundings: Surroundings,
): Promise<Response> {
  let given: Fields = params;
  try {
    given = await fieldsGiven(asked, params, { lists, hasFields: bodyType === undefined });
    const parsed = input.safeParse(given);
    if (!parsed.success) throw toInvalidInput(parsed.error);
    if (bodyType === undefined) await asked.body?.hasCome();
    return await toResponse(await handle(parsed.data, asked), asked, surroundings);
  } catch (error) {
    const ledOn = await leadOn?.(error, asked).catch(() => undefined);
    if (ledOn) return toResponse(ledOn, asked, surroundings);
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
  { request, url, body }: Asked,
  params: Fields,
  { lists, hasFields }: { readonly lists?: readonly string[] | undefined; readonly hasFields: boolean },
): Promise<Fields> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const query = fieldsOfQuery(url, lists);
  const given = isRead || !hasFields ? query : { ...query, ...(await fieldsOfBody(request, body?.givenUp)) };
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
        ? // Not `Response.json`, which copies the headers into an object that takes longer than all the rest.
          new Response(JSON.stringify(reply.data), {
            status: reply.status,
            headers: { ...headers, "content-type": "application/json" },
          })
        : new Response(null, { status: 303, headers: { ...headers, location: reply.next } });
    }
    case "written":
      return toBody(asked, {}, { text: reply.text, type: reply.type }, surroundings);
    case "shown":
      return toBody(asked, reply, textOf(asked, reply), surroundings);
  }
}

type Shown = Extract<Reply, { readonly kind: "shown" }>;

function textOf({ form }: Asked, { data, view, markdown }: Shown): { readonly text: string; readonly type: string } {
  if (form === "json") return { text: JSON.stringify(data), type: "application/json" };
  if (form === "markdown" && markdown !== undefined) return { text: markdown, type: "text/markdown; charset=utf-8" };
  return { text: String(view()), type: "text/html; charset=utf-8" };
}

async function toBody(
  asked: Asked,
  { status = 200, madeOf }: Pick<Shown, "status" | "madeOf">,
  { text, type }: { readonly text: string; readonly type: string },
  { keep }: Surroundings,
): Promise<Response> {
  const { keeping, moment, request } = asked;
  const body = new EncodedBody(text);
  const etag = etagOf(body.identity);
  if (keeping && status === 200 && (await keeping.fence.held())) keep(keeping, { etag, type, body, madeOf, moment });
  if (status === 200 && isKnown(request.headers.get("if-none-match") ?? undefined, etag)) {
    return new Response(null, { status: 304, headers: answerHeaders(etag) });
  }
  const encoding = body.encodingFor(encodingFor(request.headers.get("accept-encoding") ?? undefined));
  return new Response(new Uint8Array(await body.in(encoding)), {
    status,
    headers: { ...answerHeaders(etag), ...bodyHeaders(type, encoding) },
  });
}

function errorHeaders({ status, retryAfter, allowed }: Problem): Record<string, string> {
  return {
    "cache-control": "no-store",
    // Whoever did not send all of a request is not listened to any longer.
    ...(status === 408 ? { connection: "close" } : {}),
    ...(status === 429 || status === 503 ? { "retry-after": String(retryAfter ?? 5) } : {}),
    ...(Array.isArray(allowed) ? { allow: allowed.join(", ") } : {}),
  };
}
