import type { ContextAttributes, ContextShape } from "./context.ts";
import type { DomainEvent } from "./event.ts";
import { type EventType, eventType } from "./event-type.ts";
import { EvolvedEvent } from "./evolution.ts";
import type { DataOf, Shape } from "./schema.ts";
import { toUuid, type Uuid, uuid7 } from "./uuid.ts";

/** A bare event for a log, not recorded yet: the recorder numbers it inside the commit, so that writers do not fight. */
export type PendingLogEvent<Event extends DomainEvent = DomainEvent> = Omit<Event, "originatorVersion"> & {
  readonly log: EventLogDefinition<Event>;
};

/** An event-sourced log: a sequence of events that belongs to no aggregate. */
export interface EventLogDefinition<Event extends DomainEvent = DomainEvent, Given = never> {
  readonly name: string;
  readonly id: Uuid;
  readonly eventType: EventType;
  /** Whether an event is one of this log's, so that its type is known. */
  isEvent<E extends DomainEvent>(event: E): event is E & Event;
  /** Makes an event for the end of the log; pass it to `save`. Throws `InvalidEventError`. */
  event(data: Given): PendingLogEvent<Event>;
}

/** Declares an event-sourced log with one type of event, recorded under the topic `name`. */
export function defineLog<
  const Name extends string,
  S extends Shape,
  // biome-ignore lint/complexity/noBannedTypes: no context means no further fields.
  C extends ContextAttributes = {},
>(spec: {
  readonly name: Name;
  readonly id: Uuid;
  readonly event: S | EvolvedEvent<S>;
  readonly context?: C;
}): EventLogDefinition<DomainEvent<Name, DataOf<S & ContextShape<C>>>, DataOf<S>> {
  type Event = DomainEvent<Name, DataOf<S & ContextShape<C>>>;
  const former = spec.event instanceof EvolvedEvent ? (spec.event.evolution.formerly ?? []) : [];
  const type = eventType(spec.name, [spec.name, ...former], spec.event, spec.context ?? {});
  const definition: EventLogDefinition<Event, DataOf<S>> = {
    name: spec.name,
    id: toUuid(spec.id),
    eventType: type,
    isEvent: <E extends DomainEvent>(event: E): event is E & Event => event.topic === type.topic,
    event: (data) => ({
      type: spec.name,
      topic: type.topic,
      id: uuid7(),
      originatorId: spec.id,
      // The schemas have just been checked.
      data: type.withContext(type.checked(data)) as Event["data"],
      log: definition,
    }),
  };
  return definition;
}
