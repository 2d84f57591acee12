import { CodedError } from "@palimpsest/eventsourcing";
import type { z } from "zod";

/** A value from outside that a field does not take. */
export class InvalidInputError extends CodedError {
  readonly code = "INVALID_INPUT";
  /** The field, with the path within it: `tags.2`. */
  readonly field: string;
  /** What is wrong with it, as the end of a sentence: `must not be empty`. */
  readonly reason: string;

  constructor({ field, reason }: { readonly field: string; readonly reason: string }) {
    super(`${field} ${reason}; correct it and send it again`);
    this.field = field;
    this.reason = reason;
  }
}

/** The value as its schema types it; an `InvalidInputError` with the first thing that is wrong with it otherwise. */
export function assertInput<Schema extends z.ZodType>(field: string, schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InvalidInputError({
    field: [field, ...(issue?.path ?? [])].map(String).join("."),
    reason: issue?.message ?? "is not valid",
  });
}
