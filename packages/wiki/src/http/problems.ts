import { CodedError } from "@palimpsest/eventsourcing";
import { problemAddress } from "../views/addresses.ts";

/** The status for each code that a request can meet. What is not named here is ours to answer for: 500. */
const STATUS: { readonly [code: string]: number } = {
  AGGREGATE_BUSY: 503,
  ATTACHMENT_NOT_FOUND: 404,
  ATTACHMENT_STORE_UNAVAILABLE: 503,
  ATTACHMENT_TOO_LARGE: 413,
  BODY_TOO_LARGE: 413,
  BODY_TOO_SLOW: 408,
  CLOCK_SKEW: 503,
  CROSS_SITE_REQUEST: 403,
  DAMAGED_ATTACHMENT: 503,
  DAMAGED_EVENT: 503,
  EDIT_CONFLICT: 409,
  FUTURE_EVENT: 503,
  INVALID_INPUT: 422,
  INVALID_RANGE: 400,
  INVALID_SECTION: 400,
  INVALID_SLUG: 422,
  LOG_CHANGED: 409,
  METHOD_NOT_ALLOWED: 405,
  MISMATCHED_EVENT: 503,
  NEWER_PROJECTION: 503,
  NOT_FOUND: 404,
  NOT_PERMITTED: 403,
  OUTCOME_UNKNOWN: 503,
  OVERLOADED: 503,
  PAGE_CHANGED: 409,
  PAGE_NOT_FOUND: 404,
  PROJECTION_FAILED: 503,
  PROJECTION_TIMEOUT: 503,
  RENDERER_BUSY: 503,
  SLUG_CONFLICT: 409,
  STORE_CLOSED: 503,
  STORE_FULL: 503,
  STORE_UNAVAILABLE: 503,
  TEXT_CHANGE_MISMATCH: 503,
  TOO_MANY_REQUESTS: 429,
  UNKNOWN_HOST: 421,
  UNKNOWN_TOPIC: 503,
  UNREADABLE_REQUEST: 400,
  UNSUPPORTED_MEDIA_TYPE: 415,
  VERSION_CONFLICT: 409,
  VERSION_NOT_FOUND: 404,
};

// What happened is told to the operator alone.
const INTERNAL = "INTERNAL_ERROR";

/** What went wrong, as RFC 9457 has it, with our code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** Further fields of the error, such as the field of the request that was refused. */
  readonly [field: string]: unknown;
}

const TITLES: { readonly [status: number]: string } = {
  400: "The request cannot be read",
  403: "Not permitted",
  404: "Not found",
  405: "Not possible here",
  408: "Too slow",
  409: "Somebody was faster",
  413: "Too large",
  415: "Wrong type",
  421: "Not this wiki",
  422: "Not accepted",
  429: "Too many requests",
  500: "Something went wrong",
  503: "Not possible right now",
};

/** The status of the errors with a code; undefined for what no request meets. */
export function statusOf(code: string): number | undefined {
  return STATUS[code];
}

/** The problem that an error is to a client. The text of an unknown error is not shown. */
export function toProblem(error: unknown): Problem {
  const known = error instanceof CodedError ? STATUS[error.code] : undefined;
  if (!(error instanceof CodedError) || known === undefined) {
    return problemOf(500, INTERNAL, "this is a defect of the wiki, and it was logged; try again or tell its operator");
  }
  return { ...problemOf(known, error.code, detailOf(error)), ...fieldsOf(error) };
}

/** All problems that a request can meet, by their codes. */
export function listProblems(): readonly Pick<Problem, "code" | "status" | "title">[] {
  const all = Object.entries({ ...STATUS, [INTERNAL]: 500 });
  return all.map(([code, status]) => ({ code, status, title: TITLES[status] ?? "Error" }));
}

function problemOf(status: number, code: string, detail: string): Problem {
  return { type: problemAddress(code), title: TITLES[status] ?? "Error", status, detail, code };
}

function detailOf(error: CodedError): string {
  // Of the store, a client learns what to do, and not where it is.
  return STATUS[error.code] === 503
    ? "the wiki cannot do this right now; what was saved before is safe, try again later"
    : error.message;
}

/** The values of an error that a client can act on. */
function fieldsOf(error: CodedError): object {
  if (STATUS[error.code] === 503) return "retryAfter" in error ? { retryAfter: error.retryAfter } : {};
  const { cause: _cause, code: _code, ...fields } = { ...error };
  return fields;
}
