import type { StandardSchemaV1 } from "@standard-schema/spec";

/** An attribute that events take from what surrounds the command: who acts, on whose behalf. No command mentions it. */
export interface ContextAttribute<S extends StandardSchemaV1 = StandardSchemaV1> {
  readonly schema: S;
  /** The value now; checked against the schema when an event is made. */
  get(): unknown;
}

/** The attributes that the events of an aggregate take from the context, by name. */
export type ContextAttributes = { readonly [name: string]: ContextAttribute };

/** The shape of the fields that context attributes add to each event. */
export type ContextShape<C extends ContextAttributes> = { readonly [K in keyof C]: C[K]["schema"] };
