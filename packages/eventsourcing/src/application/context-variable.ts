import { AsyncLocalStorage } from "node:async_hooks";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ContextAttribute } from "../domain/context.ts";

/** A value that follows the flow of calls and promises: set around a request, read when an event is made. */
export interface ContextVariable<S extends StandardSchemaV1> extends ContextAttribute<S> {
  get(): StandardSchemaV1.InferOutput<S>;
  /** Calls a function with a value in place, for all that it calls and awaits, and answers what it answers. */
  run<T>(value: StandardSchemaV1.InferOutput<S>, call: () => T): T;
}

/** Declares a context variable; `fallback` is its value where none was set around the call. */
export function contextVariable<S extends StandardSchemaV1>(spec: {
  readonly schema: S;
  readonly fallback: StandardSchemaV1.InferOutput<S>;
}): ContextVariable<S> {
  const storage = new AsyncLocalStorage<{ readonly value: StandardSchemaV1.InferOutput<S> }>();
  return {
    schema: spec.schema,
    get: () => (storage.getStore() ?? { value: spec.fallback }).value,
    run: (value, call) => storage.run({ value }, call),
  };
}
