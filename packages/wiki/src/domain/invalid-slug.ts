import { CodedError } from "@palimpsest/eventsourcing";

const ADVICE = {
  empty: "is empty; give it a letter or a digit",
  length: "is longer than 200 UTF-16 units; shorten it",
  character: "has a character other than letters, digits, hyphens and slashes, or an invisible one; leave it out",
  hyphen:
    "has a hyphen (or a space or underscore, which become one) at an end or next to another; leave one between words",
  slash: "has a slash at an end or next to another; leave one between names",
  script: "has a word in more than one script, or in one that slugs do not take; part the scripts by a hyphen",
  mark: "has a combining mark that its script does not need, or too many of them; leave them out",
  reserved: "begins with a name that the wiki needs for its own addresses; put another word before or after it",
} as const;

export type InvalidSlugReason = keyof typeof ADVICE;

/** A slug that has no canonical form. */
export class InvalidSlugError extends CodedError {
  readonly code = "INVALID_SLUG";
  /** What was given, cut after 60 UTF-16 units. */
  readonly input: string;
  readonly reason: InvalidSlugReason;

  constructor({ input, reason }: { readonly input: string; readonly reason: InvalidSlugReason }) {
    const short = input.length > 60 ? `${input.slice(0, 60)}…` : input;
    // JSON escapes control characters and halves of surrogate pairs, which do not belong into a log.
    super(`slug ${JSON.stringify(short)} ${ADVICE[reason]}`);
    this.input = short;
    this.reason = reason;
  }
}
