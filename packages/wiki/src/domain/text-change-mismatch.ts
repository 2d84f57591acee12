import { CodedError } from "@palimpsest/eventsourcing";

/** A change met a text that it was not made for, or a text is not what its last change made. */
export class TextChangeMismatchError extends CodedError {
  readonly code = "TEXT_CHANGE_MISMATCH";
  /** What differs: the length before the change in UTF-16 units, or the checksum of the text after it. */
  readonly measure: "length" | "sum";
  readonly expected: number;
  readonly actual: number;

  constructor(values: {
    readonly measure: "length" | "sum";
    readonly expected: number;
    readonly actual: number;
    /** Which text it was, such as `page 3f2a… at version 7`. */
    readonly subject?: string;
  }) {
    const { measure, expected, actual, subject = "the text" } = values;
    super(
      measure === "length"
        ? `A change of a text of ${expected} UTF-16 units met ${subject}, which has ${actual}; apply it to the version it was made for.`
        : `By its last change ${subject} has the checksum ${expected}, but it is ${actual}; a change is missing or damaged: verify the log.`,
    );
    this.measure = measure;
    this.expected = expected;
    this.actual = actual;
  }
}
