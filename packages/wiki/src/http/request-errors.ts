import { CodedError } from "@palimpsest/eventsourcing";

/** A request cannot be read: its body is no JSON, its address is not encoded well, or it has too many fields. */
export class UnreadableRequestError extends CodedError {
  readonly code = "UNREADABLE_REQUEST";
}

/** A body is longer than the wiki takes. */
export class BodyTooLargeError extends CodedError {
  readonly code = "BODY_TOO_LARGE";
  /** In bytes. */
  readonly limit: number;

  constructor(limit: number) {
    super(`the body is longer than ${limit} bytes; shorten it`);
    this.limit = limit;
  }
}

/** A body comes so slowly that nobody waits for the rest of it. */
export class BodyTooSlowError extends CodedError {
  readonly code = "BODY_TOO_SLOW";

  constructor() {
    super("the body of the request did not come in time; send it again, over a faster connection");
  }
}

/** A body is of a type that is not taken here. */
export class UnsupportedMediaTypeError extends CodedError {
  readonly code = "UNSUPPORTED_MEDIA_TYPE";
  readonly accepted: readonly string[];

  constructor(accepted: readonly string[]) {
    super(`the type of the body is not taken here; send ${accepted.join(" or ")}`);
    this.accepted = accepted;
  }
}

/** There is nothing under an address. */
export class NotFoundError extends CodedError {
  readonly code = "NOT_FOUND";

  constructor() {
    super("there is nothing under this address; check it, or search");
  }
}

/** An address does not take a method. */
export class MethodNotAllowedError extends CodedError {
  readonly code = "METHOD_NOT_ALLOWED";
  readonly allowed: readonly string[];

  constructor(allowed: readonly string[]) {
    super(`this address takes ${allowed.join(", ")} only`);
    this.allowed = allowed;
  }
}

/** A change was asked for from a page of another site. */
export class CrossSiteRequestError extends CodedError {
  readonly code = "CROSS_SITE_REQUEST";

  constructor() {
    super(
      "the request comes from another site, and changes are taken from this one only; open the wiki and try again there",
    );
  }
}

/** A request asks for a name that the wiki does not have. */
export class UnknownHostError extends CodedError {
  readonly code = "UNKNOWN_HOST";
  readonly host: string;

  constructor(host: string) {
    super(
      `this wiki is not called ${host}; open it under its own address, or if this is one, start it with --url and the whole address`,
    );
    this.host = host;
  }
}

/** One client asks too often. */
export class TooManyRequestsError extends CodedError {
  readonly code = "TOO_MANY_REQUESTS";
  /** Seconds. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(`too many requests; wait ${retryAfter} s`);
    this.retryAfter = retryAfter;
  }
}

/** More is asked at once than the wiki can do in time. */
export class OverloadedError extends CodedError {
  readonly code = "OVERLOADED";
  /** Seconds. */
  readonly retryAfter = 1;

  constructor() {
    super("the wiki has more to do than it can at once; try again in a moment");
  }
}
