import { assertList } from "../domain/assert-declaration.ts";
import { ProgrammingError } from "../domain/errors.ts";
import type { DomainEvent, RecordedDomainEvent } from "../domain/event.ts";
import type { EventLogDefinition } from "../domain/event-log.ts";
import type { EventType } from "../domain/event-type.ts";
import type { ProjectionSession } from "./projection-session.ts";

/** What a projection can follow: an aggregate or a log, as they were declared. */
export type Followed = { readonly eventTypes: readonly EventType[] } | { readonly eventType: EventType };

/** The events of some aggregates and logs, told apart by `type` and `isEvent`. */
export type FollowedEvent<F extends Followed> = RecordedDomainEvent<EventOf<F>>;

type EventOf<F> =
  F extends EventLogDefinition<infer Event, infer _Given>
    ? Event
    : F extends { at(...args: never[]): { readonly pendingEvents: readonly (infer Event)[] } }
      ? Event extends DomainEvent
        ? Event
        : never
      : never;

/** How rows are derived from events: `defineProjection` checks it. */
export interface ProjectionSpec<F extends Followed = Followed> {
  /** Up to 30 lower-case letters, digits and "_", a letter first; begins the names of its tables. */
  readonly name: string;
  /** 1, 2, 3, …; raised when the tables or what stands in them change: then the rows are made anew. Default 1. */
  readonly version?: number;
  /** The aggregates and logs whose events it gets. */
  readonly follows: readonly F[];
  /** Only events with one of these topics, such as `Account.Deposited`; default all that it follows. */
  readonly topics?: readonly string[];
  /** Makes the tables, empty. */
  create(sql: ProjectionSession): Promise<unknown>;
  /**
   * Derives rows from some events, in their order; they are committed with the position, or not at all. It must do
   * nothing but ask `sql`: it can be run again for the same events after a failure.
   */
  apply(events: readonly FollowedEvent<F>[], sql: ProjectionSession): Promise<unknown>;
}

/** A declared projection: a read model, and how events become its rows. */
export interface Projection {
  readonly name: string;
  readonly version: number;
  /** Every topic, today's or a former one, whose events it gets. */
  readonly topics: ReadonlySet<string>;
  create(sql: ProjectionSession): Promise<unknown>;
  apply(events: readonly RecordedDomainEvent[], sql: ProjectionSession): Promise<unknown>;
}

/** Declares a projection. Throws `ProgrammingError`. */
export function defineProjection<const F extends Followed>(spec: ProjectionSpec<F>): Projection {
  const { name, version = 1 } = spec;
  if (!/^[a-z][a-z0-9_]{0,29}$/.test(name)) {
    throw new ProgrammingError(
      `"${name}" is no name for a projection; give up to 30 lower-case letters, digits and "_", a letter first`,
    );
  }
  if (!(Number.isSafeInteger(version) && version > 0)) {
    throw new ProgrammingError(`version ${version} of projection "${name}" is no whole number from 1 on`);
  }
  assertParts(spec);
  const types = spec.follows.flatMap((followed) =>
    "eventTypes" in followed ? followed.eventTypes : [followed.eventType],
  );
  return {
    name,
    version,
    topics: new Set(chosen(types, spec).flatMap(({ topics }) => topics)),
    create: (sql) => spec.create(sql),
    // Of other topics it gets none.
    apply: (events, sql) => spec.apply(events as readonly FollowedEvent<F>[], sql),
  };
}

/** What a compiler sees, where there is one. */
function assertParts({ name, follows, create, apply }: ProjectionSpec): void {
  assertList(follows, `"follows" of projection "${name}"`);
  if (!follows.every((followed) => "eventTypes" in followed || "eventType" in followed)) {
    throw new ProgrammingError(
      `projection "${name}" follows something else than what "defineAggregate" and "defineLog" answer`,
    );
  }
  for (const [part, value] of Object.entries({ create, apply })) {
    if (typeof value !== "function") throw new ProgrammingError(`"${part}" of projection "${name}" is no function`);
  }
}

function chosen(types: readonly EventType[], { name, topics }: ProjectionSpec): readonly EventType[] {
  if (!topics) return types;
  return topics.map((topic) => {
    const type = types.find((candidate) => candidate.topic === topic);
    if (!type) {
      const known = types.map((candidate) => candidate.topic).join(", ");
      throw new ProgrammingError(`projection "${name}" follows no topic "${topic}"; choose of ${known}`);
    }
    return type;
  });
}
