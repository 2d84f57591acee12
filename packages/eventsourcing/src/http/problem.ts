import type { LogIdentity } from "../persistence/recorder.ts";

/** Why a request is not answered as it was meant. */
export interface Problem {
  readonly status: number;
  /** For the title, in the words of HTTP. */
  readonly title: string;
  readonly code: string;
  readonly detail: string;
  readonly headers?: { readonly [name: string]: string };
}

/** Answers with problem details (RFC 9457) that carry our `code`. */
export function problemResponse({ headers, ...problem }: Problem, identity?: LogIdentity): Response {
  return new Response(JSON.stringify({ type: "about:blank", ...problem, ...identity }), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}

export const FORBIDDEN: Problem = {
  status: 403,
  title: "Forbidden",
  code: "FORBIDDEN",
  detail: "this request may not read the log",
};

export const NOT_FOUND: Problem = {
  status: 404,
  title: "Not Found",
  code: "NOT_FOUND",
  detail: "there is the log, and below it head and sections such as 1,10",
};

export const METHOD_NOT_ALLOWED: Problem = {
  status: 405,
  title: "Method Not Allowed",
  code: "METHOD_NOT_ALLOWED",
  detail: "the log is read with GET or HEAD",
  headers: { allow: "GET, HEAD" },
};

export const NOT_ACCEPTABLE: Problem = {
  status: 406,
  title: "Not Acceptable",
  code: "NOT_ACCEPTABLE",
  detail: "the log answers application/json",
};

export const URI_TOO_LONG: Problem = {
  status: 414,
  title: "URI Too Long",
  code: "URI_TOO_LONG",
  detail: "the query is too long; ask for fewer topics",
};

/** The log waits for as many as it may. */
export const TOO_MANY_WAITING: Problem = {
  status: 503,
  title: "Service Unavailable",
  code: "TOO_MANY_WAITING",
  detail: "too many requests wait for the log to grow; try again later",
  headers: { "retry-after": "1" },
};

// What the store says of itself is for who runs it.
export const UNAVAILABLE: Problem = {
  status: 503,
  title: "Service Unavailable",
  code: "STORE_UNAVAILABLE",
  detail: "the log cannot be read now; try again later",
  headers: { "retry-after": "1" },
};

export const INTERNAL_ERROR: Problem = {
  status: 500,
  title: "Internal Server Error",
  code: "INTERNAL_ERROR",
  detail: "something went wrong here",
};

/** What the caller has to correct; the text of such an error holds nothing but what the caller gave. */
export function badRequest({ code, message }: { readonly code: string; readonly message: string }): Problem {
  return { status: 400, title: "Bad Request", code, detail: message };
}

/** Another log answers under this address than the caller has read so far. */
export function logChanged({ code, message }: { readonly code: string; readonly message: string }): Problem {
  return { status: 409, title: "Conflict", code, detail: message };
}
