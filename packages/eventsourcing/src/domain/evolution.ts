import { assertList } from "./assert-declaration.ts";
import type { Shape } from "./schema.ts";

/** Turns the recorded data of one version into that of the next. Must not change its argument. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** How something recorded has changed since it was first declared. */
export interface Evolution {
  /** Names under which it was recorded before. */
  readonly formerly?: readonly string[];
  /** One function for each version that went before, oldest first: the first takes version 1 to version 2. */
  readonly upcast?: readonly Upcast[];
}

/** An event type together with its past names and shapes. */
export class EvolvedEvent<S extends Shape> {
  readonly shape: S;
  readonly evolution: Evolution;

  constructor(shape: S, evolution: Evolution) {
    this.shape = shape;
    this.evolution = evolution;
  }
}

/**
 * Declares an event type that has been renamed or has changed its shape since events of it were recorded.
 * Its version is one more than the number of `upcast` functions.
 */
export function evolved<S extends Shape>(shape: S, evolution: Evolution): EvolvedEvent<S> {
  const { formerly = [], upcast = [] } = evolution;
  assertList(formerly, '"formerly" of a changed event');
  assertList(upcast, '"upcast" of a changed event');
  return new EvolvedEvent(shape, evolution);
}

/** The version of what is recorded today. */
export function currentVersion(evolution: Evolution): number {
  return (evolution.upcast?.length ?? 0) + 1;
}
