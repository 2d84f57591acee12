import { deepStrictEqual, ok, partialDeepStrictEqual } from "node:assert/strict";
import type { Aggregate } from "../domain/aggregate.ts";
import type { AggregateDefinition } from "../domain/define-aggregate.ts";
import { ProgrammingError } from "../domain/errors.ts";
import type { DomainEvent } from "../domain/event.ts";
import { type Uuid, uuid7 } from "../domain/uuid.ts";

/** An event as a scenario writes it down: what happened, without ids and versions. */
export type EventOf<Event extends DomainEvent> = Event extends DomainEvent ? Pick<Event, "type" | "data"> : never;

/** What has happened; then comes a command. */
export interface Given<State extends object, Event extends DomainEvent, Methods> {
  /** Runs a command on an aggregate with that past. */
  when(command: (aggregate: Aggregate<State, Event> & Methods) => unknown): Then<State, Event>;
  /** Asserts on the state that the past leads to. */
  thenState(expected: State): void;
}

/** What a command made of it. */
export interface Then<State extends object, Event extends DomainEvent> {
  /** Asserts that exactly these events happened, in this order; none where it is called with none. */
  thenEvents(...expected: readonly EventOf<Event>[]): Then<State, Event>;
  /** Asserts on the state after the command. */
  thenState(expected: State): Then<State, Event>;
  /** Asserts that the command threw an error of a class, with these fields, and that nothing happened. */
  thenThrows<E extends Error>(expected: abstract new (...args: never[]) => E, fields?: Partial<E>): void;
  /** Asserts that the command threw an error with these fields, such as its `code`, and that nothing happened. */
  thenThrows(expected: { readonly [field: string]: unknown }): void;
}

/**
 * Describes the behaviour of an aggregate without a store: given what has happened, when a command runs, then this
 * happens. Assertions throw `AssertionError`, so that it works in any test runner. What has happened begins with `Created`;
 * as in a log that is read, its structure is checked and not its limits.
 */
export function given<State extends object, Event extends DomainEvent, Created, Methods>(
  definition: AggregateDefinition<State, Event, Created, Methods>,
  ...past: readonly EventOf<Event>[]
): Given<State, Event, Methods> {
  const id: Uuid = uuid7();
  assertBeginning(definition.name, past[0]?.type);
  const events = past.map(({ type, data }, index): DomainEvent => {
    const topic = topicOf(definition, type, data as Readonly<Record<string, unknown>>);
    return { type, topic, id: uuid7(), originatorId: id, originatorVersion: index + 1, data };
  });
  const aggregate = () => definition.at(id, definition.fold(id, undefined, events));
  return {
    when: (command) => afterCommand(aggregate(), command),
    thenState: (expected) => deepStrictEqual(aggregate().state, expected),
  };
}

type ErrorClass = abstract new (...args: never[]) => Error;

function assertBeginning(aggregate: string, type: string | undefined): void {
  if (type === undefined) {
    throw new ProgrammingError(`${aggregate} has no past; begin with its event "Created", or test what "create" makes`);
  }
  if (type !== "Created") {
    throw new ProgrammingError(`the past of ${aggregate} begins with "${type}"; begin with "Created"`);
  }
}

function topicOf(
  { name, eventTypes }: Pick<AggregateDefinition, "name" | "eventTypes">,
  type: string,
  data: Readonly<Record<string, unknown>>,
): string {
  const eventType = eventTypes.find((declared) => declared.type === type);
  if (!eventType) {
    const types = eventTypes.map((declared) => declared.type).join(", ");
    throw new ProgrammingError(`${name} declares no event "${type}"; give one of ${types}`);
  }
  if (!eventType.fits(data)) {
    const given = Object.keys(data).join(", ") || "none";
    throw new ProgrammingError(
      `"${type}" of ${name} does not have the fields that are declared, those of the context included; it has ${given}`,
    );
  }
  return eventType.topic;
}

function afterCommand<State extends object, Event extends DomainEvent, Methods>(
  aggregate: Aggregate<State, Event> & Methods,
  command: (aggregate: Aggregate<State, Event> & Methods) => unknown,
): Then<State, Event> {
  let thrown: { readonly error: unknown } | undefined;
  try {
    command(aggregate);
  } catch (error) {
    thrown = { error };
  }
  const succeed = () => {
    if (thrown) throw thrown.error;
  };
  const result: Then<State, Event> = {
    thenEvents(...expected) {
      succeed();
      const happened = aggregate.pendingEvents.map(({ type, data }) => ({ type, data }));
      deepStrictEqual(happened, expected);
      return result;
    },
    thenState(expected) {
      succeed();
      deepStrictEqual(aggregate.state, expected);
      return result;
    },
    thenThrows(expected: ErrorClass | object, fields: object = {}) {
      const isClass = typeof expected === "function";
      const error = thrown?.error;
      ok(
        error instanceof (isClass ? (expected as ErrorClass) : Error),
        `the command threw ${String(error ?? "nothing")}`,
      );
      // As plain objects: two objects of different classes are never equal.
      partialDeepStrictEqual({ ...error, name: error.name, message: error.message }, isClass ? fields : expected);
      deepStrictEqual(aggregate.pendingEvents, []);
    },
  };
  return result;
}
