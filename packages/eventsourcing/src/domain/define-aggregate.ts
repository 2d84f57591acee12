import type { Aggregate, Version } from "./aggregate.ts";
import { UnitOfWork } from "./aggregate.ts";
import { foldOf } from "./aggregate-fold.ts";
import type {
  AggregateSpec,
  CommandArguments,
  CommandResult,
  EventData,
  EventDeclarations,
  EventUnion,
  GivenData,
  SnapshotSpec,
} from "./aggregate-spec.ts";
import { assertDeclaration } from "./assert-declaration.ts";
import type { ContextAttributes } from "./context.ts";
import { ProgrammingError } from "./errors.ts";
import type { DomainEvent } from "./event.ts";
import { declareEvent, type EventType } from "./event-type.ts";
import { TriggeredEvent } from "./triggered-event.ts";
import type { Uuid } from "./uuid.ts";
import { isUuid, uuid7 } from "./uuid.ts";

/** The methods that an aggregate object gets from its command functions: the state argument is filled in. */
export type CommandMethods<Event, Arguments extends CommandArguments> = {
  readonly [K in keyof Arguments]: (...args: Arguments[K]) => readonly Event[];
};

/** A declared aggregate: makes new ones, and folds recorded events back into a state. */
export interface AggregateDefinition<
  State extends object = object,
  Event extends DomainEvent = DomainEvent,
  Created = never,
  Methods = unknown,
  IdData = never,
> {
  readonly name: string;
  /** Names under which it was recorded before. */
  readonly formerly: readonly string[];
  readonly eventTypes: readonly EventType[];
  readonly snapshots: SnapshotSpec;
  /** Makes a new aggregate, with its first event pending. Throws `InvalidEventError`. */
  create(data: Created): Aggregate<State, Event> & Methods;
  /** The declared id for such data; throws `ProgrammingError` where ids are not declared. */
  idOf(data: IdData): Uuid;
  /** The state after some more events; `from` is undefined before the first. Throws `InapplicableEventError`. */
  fold(id: Uuid, from: Version<State> | undefined, events: readonly DomainEvent[]): Version<State>;
  /** How many bytes of memory a state takes, as it was declared. */
  sizeOf(state: State): number;
  /** Whether an event is one of this aggregate's, so that its type is known. */
  isEvent<E extends DomainEvent>(event: E): event is E & Event;
  /** An aggregate object at a version, without pending events. */
  at(id: Uuid, version: Version<State>): Aggregate<State, Event> & Methods;
}

/** The aggregate objects of a definition: `AggregateOf<typeof Page>`. */
export type AggregateOf<Definition extends { at(...args: never[]): unknown }> = ReturnType<Definition["at"]>;

/** Names that command methods cannot take, because each aggregate object has them already. */
const RESERVED = new Set(["id", "version", "state", "pendingEvents", "unitOfWork", "toJSON", "constructor", "then"]);

// The state is behind getters, which Node does not show of an object that is printed. Other platforms know no such symbol.
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * Declares an aggregate: its events with their schemas, how they change its immutable state, and its commands.
 * All is inferred from the one value given; a missing `apply` case or a misspelt field does not compile.
 */
export function defineAggregate<
  const Name extends string,
  E extends EventDeclarations,
  State extends object,
  // biome-ignore lint/complexity/noBannedTypes: no context means no further fields.
  C extends ContextAttributes = {},
  // biome-ignore lint/complexity/noBannedTypes: no commands means no further methods.
  Arguments extends CommandArguments = {},
  IdData = EventData<E["Created"], C>,
>(
  spec: AggregateSpec<Name, C, E, State, Arguments, IdData>,
): AggregateDefinition<
  State,
  EventUnion<E, C>,
  GivenData<E["Created"]>,
  CommandMethods<EventUnion<E, C>, Arguments>,
  IdData
> {
  type Event = EventUnion<E, C>;
  type Methods = CommandMethods<Event, Arguments>;
  assertDeclaration(spec);
  const context: ContextAttributes = spec.context ?? {};
  const names = [spec.name, ...(spec.formerly ?? [])];
  const types = new Map(
    Object.entries(spec.events).map(([type, declared]) => [type, declareEvent(names, type, declared, context)]),
  );

  const typeNamed = (name: string): EventType => {
    const type = types.get(name);
    if (!type) throw new ProgrammingError(`${spec.name} declares no event ${name}`);
    return type;
  };

  const isEvent = <E extends DomainEvent>(event: E): event is E & Event => {
    const type = types.get(event.type);
    return type !== undefined && type.topic === event.topic;
  };
  const { advance, fold } = foldOf<State, Event>(spec, isEvent);

  const make = (id: Uuid, version: number, triggered: TriggeredEvent): Event => {
    // What did not come from a factory was not checked, and might never be read again.
    if (!(triggered instanceof TriggeredEvent)) {
      throw new ProgrammingError(
        `a command of ${spec.name} answered ${describe(triggered)}; answer at once what "event.Name({ … })" makes, or nothing`,
      );
    }
    const { type, data } = triggered;
    const { topic, withContext } = typeNamed(type);
    // The union cannot be told from a name known at run time only; the schemas have just been checked.
    return {
      type,
      topic,
      id: uuid7(),
      originatorId: id,
      originatorVersion: version,
      data: Object.freeze(withContext(data)),
    } as Event;
  };

  const factories = Object.fromEntries(
    [...types].map(([type, { checked }]) => [type, (data: object = {}) => new TriggeredEvent(type, checked(data))]),
  );
  const commands: [string, (state: State, ...args: never[]) => CommandResult][] = Object.entries(
    spec.commands?.(factories as never) ?? {},
  );

  class DefinedAggregate implements Aggregate<State, Event> {
    readonly unitOfWork: UnitOfWork<State, Event>;
    constructor(id: Uuid, current: Version<State>) {
      this.unitOfWork = new UnitOfWork(spec.name, id, current);
    }
    get id(): Uuid {
      return this.unitOfWork.id;
    }
    get version(): number {
      return this.unitOfWork.current.version;
    }
    get state(): State {
      return this.unitOfWork.current.state;
    }
    get pendingEvents(): readonly Event[] {
      return this.unitOfWork.pending;
    }
    toJSON() {
      return { id: this.id, version: this.version, state: this.state };
    }
    [INSPECT](depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
      if (depth < 0) return `[${spec.name}]`;
      return `${spec.name} ${inspect({ ...this.toJSON(), pendingEvents: this.pendingEvents.map(({ type }) => type) }, options)}`;
    }
  }
  for (const [name, command] of commands) {
    if (RESERVED.has(name)) {
      throw new ProgrammingError(`a command of ${spec.name} cannot be called "${name}"; choose another name`);
    }
    Object.defineProperty(DefinedAggregate.prototype, name, {
      value(this: DefinedAggregate, ...args: unknown[]): readonly Event[] {
        this.unitOfWork.assertReady();
        const result = command(this.state, ...(args as never[]));
        const triggered = Array.isArray(result) ? result : [result];
        const events = triggered.map((event, index) => make(this.id, this.version + index + 1, event));
        if (events.length > 0) this.unitOfWork.append(events, advance(this.unitOfWork.current, events));
        return events;
      },
    });
  }
  const at = (id: Uuid, version: Version<State>) => new DefinedAggregate(id, version) as DefinedAggregate & Methods;

  return {
    name: spec.name,
    formerly: spec.formerly ?? [],
    eventTypes: [...types.values()],
    snapshots: spec.snapshots ?? {},
    fold,
    sizeOf: spec.sizeOf ?? (() => 0),
    isEvent,
    at,
    create(data) {
      const checked = typeNamed("Created").checked(data);
      const id = spec.id ? declaredId(spec.name, spec.id(checked as IdData)) : uuid7();
      const event = make(id, 1, new TriggeredEvent("Created", checked));
      const first = advance(undefined, [event]);
      const aggregate = at(id, first);
      aggregate.unitOfWork.append([event], first);
      return aggregate;
    },
    idOf(data) {
      if (!spec.id) throw new ProgrammingError(`${spec.name} declares no ids; keep the id that "create" gave`);
      return declaredId(spec.name, spec.id(data));
    },
  };
}

function describe(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  return value === null || typeof value !== "object" ? String(value) : "an object of its own making";
}

function declaredId(name: string, id: unknown): Uuid {
  if (!isUuid(id)) throw new ProgrammingError(`the id declared for ${name} is no UUID: ${String(id)}`);
  return id;
}
