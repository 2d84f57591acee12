import type { StandardSchemaV1 } from "@standard-schema/spec";
import { CodedError, ProgrammingError } from "./errors.ts";

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
    // What a schema changes would be recorded in a form that its own input check may refuse.
    if (typeof value !== "object" && !Object.is(result.value, value)) {
      throw new ProgrammingError(`the schema of "${field}" in event ${topic} changes its value; transform before`);
    }
    if (result.value !== undefined) checked[field] = result.value;
  }
  for (const field of Object.keys(data)) {
    if (!Object.hasOwn(shape, field)) throw new InvalidEventError(topic, field, "is not declared");
  }
  return checked;
}

/** The names of the fields that a shape insists on. */
export function requiredFields(shape: Shape): readonly string[] {
  return Object.keys(shape).filter((field) => {
    const result = shape[field]?.["~standard"].validate(undefined);
    return result instanceof Promise || result?.issues !== undefined;
  });
}
