import type { Version } from "./aggregate.ts";
import { InapplicableEventError } from "./aggregate-errors.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { ProgrammingError } from "./errors.ts";
import type { DomainEvent } from "./event.ts";
import type { Uuid } from "./uuid.ts";

/** The functions of a declaration that lead from state to state. */
interface Transitions<State> {
  readonly name: string;
  readonly create: (data: never, event: never) => State;
  readonly apply: object;
  readonly applyEvery?: (state: State, data: never, event: never) => State;
  readonly check?: (state: State) => void;
}

type Apply<State> = { readonly [type: string]: (state: State, data: unknown, event: DomainEvent) => State };

/** The two ways from a version to a later one: by new events of a command, and by events that were recorded. */
export interface Fold<State extends object> {
  /** Throws what `apply` and `check` throw: nothing is recorded yet, and the command is to hear the reason. */
  advance(from: Version<State> | undefined, events: readonly DomainEvent[]): Version<State>;
  /** Throws `InapplicableEventError`, which names the event at fault. */
  fold(id: Uuid, from: Version<State> | undefined, events: readonly DomainEvent[]): Version<State>;
}

export function foldOf<State extends object, Event extends DomainEvent>(
  spec: Transitions<State>,
  isEvent: (event: DomainEvent) => event is Event,
): Fold<State> {
  const apply = (state: State | undefined, event: Event): State => {
    const next =
      state === undefined
        ? spec.create(event.data as never, event as never)
        : (spec.apply as Apply<State>)[event.type]?.(state, event.data, event);
    if (next === undefined) {
      throw new ProgrammingError(
        `"apply.${event.type}" of ${spec.name} answered no state, or is missing; answer the next state`,
      );
    }
    return spec.applyEvery ? spec.applyEvery(next, event.data as never, event as never) : next;
  };

  const finish = (version: number, state: State | undefined): Version<State> => {
    if (state === undefined) throw new ProgrammingError(`a fold of ${spec.name} needs at least one event`);
    // Once for many events: a check may read the whole state.
    spec.check?.(state);
    return { version, state: deepFreeze(state) };
  };

  return {
    advance(from, events) {
      const state = (events as readonly Event[]).reduce(apply as never, from?.state) as State | undefined;
      return finish((from?.version ?? 0) + events.length, state);
    },
    fold(id, from, events) {
      let state = from?.state;
      let version = from?.version ?? 0;
      for (const event of events) {
        try {
          if (event.originatorVersion !== version + 1) throw new Error(`it follows version ${version}`);
          if (!isEvent(event)) throw new Error(`it is no event of ${spec.name}`);
          state = apply(state, event);
        } catch (cause) {
          throw new InapplicableEventError(event.topic, id, event.originatorVersion, cause);
        }
        version = event.originatorVersion;
      }
      try {
        return finish(version, state);
      } catch (cause) {
        throw new InapplicableEventError(events.at(-1)?.topic ?? spec.name, id, version, cause);
      }
    },
  };
}
