import type { StandardSchemaV1 } from "@standard-schema/spec";
import { deepFreeze } from "./deep-freeze.ts";
import { CodedError, ProgrammingError } from "./errors.ts";
import { isPlain } from "./plain.ts";

/** The fields of an event, each with a schema of any library that speaks Standard Schema. Checked synchronously; a schema must not transform. */
export type Shape = { readonly [field: string]: StandardSchemaV1 };

type Output<S extends StandardSchemaV1> = StandardSchemaV1.InferOutput<S>;
type OptionalField<S extends Shape> = { [K in keyof S]: undefined extends Output<S[K]> ? K : never }[keyof S];
type Flat<T> = { [K in keyof T]: T[K] } & {};

/** The values that a shape describes; a field whose schema takes `undefined` is optional. */
export type DataOf<S extends Shape> = Flat<
  { readonly [K in Exclude<keyof S, OptionalField<S>>]: Output<S[K]> } & {
    readonly [K in OptionalField<S>]?: Output<S[K]>;
  }
>;

/** An event was made with data that its schema refuses; nothing was recorded. */
export class InvalidEventError extends CodedError {
  readonly code = "INVALID_EVENT";
  readonly topic: string;
  /** The field at fault, with the path inside it: `change.parts.0`. */
  readonly field: string;
  readonly reason: string;

  constructor(topic: string, field: string, reason: string) {
    super(`event ${topic} cannot be made: field "${field}" ${reason}; nothing was recorded, correct the value`);
    this.topic = topic;
    this.field = field;
    this.reason = reason;
  }
}

/** Checks data fully against a shape and answers it; throws `InvalidEventError`. */
export function checkData(topic: string, shape: Shape, data: object): Record<string, unknown> {
  if (typeof data !== "object" || data === null) {
    throw new ProgrammingError(`event ${topic} takes an object of its fields; ${JSON.stringify(data)} is none`);
  }
  const checked: Record<string, unknown> = {};
  for (const [field, schema] of Object.entries(shape)) {
    const value: unknown = (data as Record<string, unknown>)[field];
    const result = schema["~standard"].validate(value);
    if (result instanceof Promise) {
      throw new ProgrammingError(`the schema of "${field}" in event ${topic} is asynchronous; use a synchronous one`);
    }
    if (result.issues) {
      const issue = result.issues[0];
      const path = (issue?.path ?? []).map((step) => String(typeof step === "object" ? step.key : step));
      throw new InvalidEventError(topic, [field, ...path].join("."), `is refused (${issue?.message ?? "no reason"})`);
    }
    // What a schema changes, or drops, would be recorded otherwise than it was given, and in silence.
    if (!isSame(result.value, value)) {
      throw new ProgrammingError(
        `the schema of "${field}" in event ${topic} changes its value or drops a part of it; ` +
          "transform it before, and give the schema every field",
      );
    }
    // Frozen, so that what the caller does to it later is not recorded.
    if (value !== undefined) checked[field] = deepFreeze(value);
  }
  for (const field of Object.keys(data)) {
    if (!Object.hasOwn(shape, field)) throw new InvalidEventError(topic, field, "is not declared");
  }
  return checked;
}

/** Whether a schema answered what it was given: the same value, or a copy of the same structure. */
function isSame(checked: unknown, given: unknown): boolean {
  if (Object.is(checked, given)) return true;
  if (typeof checked !== "object" || typeof given !== "object" || checked === null || given === null) return false;
  if (Object.getPrototypeOf(checked) !== Object.getPrototypeOf(given)) return false;
  if (!isPlain(given)) return checked.valueOf() === given.valueOf() || typeof given.valueOf() === "object";
  // A field that is undefined and one that is absent are the same to every reader.
  const keys = new Set([...Object.keys(given), ...Object.keys(checked)]);
  return [...keys].every((key) => isSame(checked[key as never], given[key as never]));
}

/** The names of the fields that a shape insists on. */
export function requiredFields(shape: Shape): readonly string[] {
  return Object.keys(shape).filter((field) => {
    const result = shape[field]?.["~standard"].validate(undefined);
    return result instanceof Promise || result?.issues !== undefined;
  });
}
