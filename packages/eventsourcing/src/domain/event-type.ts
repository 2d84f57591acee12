import { assertShape } from "./assert-declaration.ts";
import type { ContextAttributes } from "./context.ts";
import { ProgrammingError } from "./errors.ts";
import { currentVersion, EvolvedEvent, type Upcast } from "./evolution.ts";
import { checkData, requiredFields, type Shape } from "./schema.ts";

/** A declared type of event: what making one checks, and what reading one of any version needs. */
export interface EventType {
  readonly type: string;
  /** The topic under which it is recorded today. */
  readonly topic: string;
  /** Every topic under which it may stand in the log, today's included. */
  readonly topics: readonly string[];
  readonly version: number;
  readonly upcasts: readonly Upcast[];
  /** Checks given data fully; throws `InvalidEventError`. */
  readonly checked: (data: object) => object;
  /** Adds the attributes of the context, checked, to data. */
  readonly withContext: (data: object) => object;
  /** Whether data of the current version has the declared structure: fields, not their limits. */
  readonly fits: (data: Readonly<Record<string, unknown>>) => boolean;
}

/** Joins an aggregate's name and the name of one of its event types. */
function topicOf(aggregate: string, type: string): string {
  return `${aggregate}.${type}`;
}

/** The event type for a declaration, recorded as `Aggregate.Type`. */
export function declareEvent(
  aggregates: readonly string[],
  type: string,
  declared: Shape | EvolvedEvent<Shape>,
  context: ContextAttributes,
): EventType {
  const types = [type, ...(evolutionOf(declared).formerly ?? [])];
  return eventType(
    type,
    aggregates.flatMap((aggregate) => types.map((name) => topicOf(aggregate, name))),
    declared,
    context,
  );
}

/** The event type for a declaration with its topics, the one of today first. */
export function eventType(
  type: string,
  topics: readonly string[],
  declared: Shape | EvolvedEvent<Shape>,
  context: ContextAttributes,
): EventType {
  const [topic] = topics;
  if (topic === undefined) throw new ProgrammingError(`event ${type} has no topic`);
  const shape = declared instanceof EvolvedEvent ? declared.shape : declared;
  assertShape(topic, shape);
  const contextShape = Object.fromEntries(Object.entries(context).map(([name, { schema }]) => [name, schema]));
  for (const field of Object.keys(shape)) {
    if (Object.hasOwn(contextShape, field)) {
      throw new ProgrammingError(`${topic} declares "${field}", which comes from the context; drop it from the event`);
    }
  }
  assertShape(topic, contextShape);
  const whole = { ...shape, ...contextShape };
  const required = requiredFields(whole);
  const evolution = evolutionOf(declared);
  return {
    type,
    topic,
    topics,
    version: currentVersion(evolution),
    upcasts: evolution.upcast ?? [],
    checked: (data) => checkData(topic, shape, data),
    withContext: (data) => {
      const taken = Object.entries(context).map(([name, attribute]) => [name, attribute.get()]);
      return { ...data, ...checkData(topic, contextShape, Object.fromEntries(taken)) };
    },
    fits: (data) => {
      for (const field of required) if (!Object.hasOwn(data, field)) return false;
      for (const field in data) if (!Object.hasOwn(whole, field)) return false;
      return true;
    },
  };
}

function evolutionOf(declared: Shape | EvolvedEvent<Shape>) {
  return declared instanceof EvolvedEvent ? declared.evolution : {};
}
