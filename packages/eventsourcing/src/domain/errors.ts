/**
 * The root of every failure that a caller can act on. `code` is stable and has a paragraph in `docs/errors.md`;
 * the message says what happened, with which values, and what to do.
 */
export abstract class CodedError extends Error {
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }
}

/** A mistake in the program that calls us, not in its input: fix the code, do not catch it. */
export class ProgrammingError extends CodedError {
  readonly code = "PROGRAMMING_ERROR";
}
