import type { ContextAttributes, ContextShape } from "./context.ts";
import type { DomainEvent } from "./event.ts";
import type { EvolvedEvent, Upcast } from "./evolution.ts";
import type { DataOf, Shape } from "./schema.ts";
import type { TriggeredEvent } from "./triggered-event.ts";
import type { Uuid } from "./uuid.ts";

/** The event types of an aggregate, by name; `Created` is the first event of each. */
export type EventDeclarations = {
  readonly Created: Shape | EvolvedEvent<Shape>;
  readonly [type: string]: Shape | EvolvedEvent<Shape>;
};

type ShapeOf<D> = D extends EvolvedEvent<infer S> ? S : D extends Shape ? D : never;
type Flat<T> = { [K in keyof T]: T[K] } & {};

/** What a command gives for an event: its own fields, without those from the context. */
export type GivenData<D> = DataOf<ShapeOf<D>>;

/** What an event carries: its own fields and those from the context. */
export type EventData<D, C extends ContextAttributes> = Flat<DataOf<ShapeOf<D>> & DataOf<ContextShape<C>>>;

/** The events of an aggregate, as a union that `type` tells apart. */
export type EventUnion<E extends EventDeclarations, C extends ContextAttributes> = {
  [K in keyof E & string]: DomainEvent<K, EventData<E[K], C>>;
}[keyof E & string];

/** What a command answers: an event, several in order, or {@link nothing}. */
export type CommandResult = TriggeredEvent | readonly TriggeredEvent[];

/**
 * Makes the events that commands answer, each checked against its schemas; data may be left out where no field of it is
 * required. `Created` is made by `create` alone.
 */
export type EventFactories<E extends EventDeclarations> = {
  readonly [K in Exclude<keyof E & string, "Created">]: (
    ...given: object extends GivenData<E[K]> ? [data?: GivenData<E[K]>] : [data: GivenData<E[K]>]
  ) => TriggeredEvent;
};

/** The arguments of each command, by its name. */
export type CommandArguments = { readonly [name: string]: readonly unknown[] };

/** The command functions of an aggregate: from the state and arguments to what happens. They must be pure. */
export type CommandFunctions<State, Arguments extends CommandArguments> = {
  readonly [K in keyof Arguments]: (state: State, ...args: Arguments[K]) => CommandResult;
};

/** The answer of a command that changes nothing: no event is recorded. */
export const nothing: readonly TriggeredEvent[] = Object.freeze([]);

/** How snapshots of an aggregate are kept. */
export interface SnapshotSpec {
  /** Raise it whenever the state changes its shape; default 1. Snapshots of a version without an upcast are passed over. */
  readonly version?: number;
  /** For each older version that can still be used, the function that takes its state to the next version. */
  readonly upcast?: { readonly [version: number]: Upcast };
}

/** The declaration of an aggregate: all of its behaviour in one value. */
export interface AggregateSpec<
  Name extends string,
  C extends ContextAttributes,
  E extends EventDeclarations,
  State extends object,
  Arguments extends CommandArguments,
  IdData,
> {
  /** The name in topics (`Page.TitleUpdated`); it is recorded, so a rename belongs into `formerly`. */
  readonly name: Name;
  /** Names under which events of this aggregate were recorded before. */
  readonly formerly?: readonly string[];
  /** Attributes that each event takes from the context. */
  readonly context?: C;
  readonly events: E;
  /** The id as a function of the first event's data; without it ids are version-7 UUIDs. */
  readonly id?: (data: IdData) => Uuid;
  /** The first state. */
  readonly create: (
    data: EventData<E["Created"], C>,
    event: DomainEvent<"Created", EventData<E["Created"], C>>,
  ) => State;
  /** The next state for each type of event but `Created`; must be pure, and must not change the state given. */
  readonly apply: {
    readonly [K in Exclude<keyof E & string, "Created">]: (
      state: State,
      data: EventData<E[K], C>,
      event: DomainEvent<K, EventData<E[K], C>>,
      // The state is what `create` makes: a result that does not fit is wrong here, and not another state.
    ) => NoInfer<State>;
  };
  /** Runs after each event, the first included. */
  readonly applyEvery?: (state: State, data: Flat<DataOf<ContextShape<C>>>, event: EventUnion<E, C>) => NoInfer<State>;
  /** Throws where a state cannot be right; runs once after each batch of events, not after each event. */
  readonly check?: (state: State) => void;
  /**
   * How many bytes of memory a state takes, roughly: for where states differ much in size. It is asked for often, so it must
   * be cheap. Default 0: then only the number of aggregates bounds what is kept.
   */
  readonly sizeOf?: (state: State) => number;
  readonly commands?: (event: EventFactories<E>) => CommandFunctions<State, Arguments>;
  readonly snapshots?: SnapshotSpec;
}
