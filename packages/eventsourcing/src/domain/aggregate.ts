import { AggregateBusyError, StaleAggregateError, UnknownOutcomePendingError } from "./aggregate-errors.ts";
import type { DomainEvent } from "./event.ts";
import type { Uuid } from "./uuid.ts";

/** What an aggregate object stands at: a version and the immutable state there. */
export interface Version<State> {
  readonly version: number;
  readonly state: State;
}

/** An aggregate in hand: an identity, an immutable state, and the events that are not saved yet. */
export interface Aggregate<State extends object = object, Event extends DomainEvent = DomainEvent> {
  readonly id: Uuid;
  /** The version with the pending events. */
  readonly version: number;
  readonly state: Readonly<State>;
  /** Events that commands have made and no save has recorded. */
  readonly pendingEvents: readonly Event[];
  /** For the application that saves it. */
  readonly unitOfWork: UnitOfWork<State, Event>;
  /** What JSON shows of it. */
  toJSON(): { readonly id: Uuid; readonly version: number; readonly state: Readonly<State> };
}

type Condition = "ready" | "saving" | "unknown" | "stale";

/**
 * The part of an aggregate object that changes: pending events and what a save does to them.
 * A failed save leaves the pending events in place, with their ids, so that the same save can be tried again
 * and is recorded once; only a conflict makes the object stale.
 */
export class UnitOfWork<State extends object = object, Event extends DomainEvent = DomainEvent> {
  readonly aggregate: string;
  readonly id: Uuid;
  #current: Version<State>;
  #pending: readonly Event[] = [];
  #condition: Condition = "ready";
  /** What a save that fails leaves behind: a retry that fails tells nothing of the first try. */
  #before: "ready" | "unknown" = "ready";

  constructor(aggregate: string, id: Uuid, current: Version<State>) {
    this.aggregate = aggregate;
    this.id = id;
    this.#current = current;
  }

  get current(): Version<State> {
    return this.#current;
  }

  get pending(): readonly Event[] {
    return this.#pending;
  }

  /** Throws where no command may come now. */
  assertReady(): void {
    this.assertSaveable();
    // With further events it would be another save, which the store cannot recognise.
    if (this.#condition === "unknown") throw new UnknownOutcomePendingError(this.aggregate, this.id);
  }

  /** Throws where no save may come now. */
  assertSaveable(): void {
    if (this.#condition === "saving") throw new AggregateBusyError(this.aggregate, this.id);
    if (this.#condition === "stale") throw new StaleAggregateError(this.aggregate, this.id);
  }

  append(events: readonly Event[], next: Version<State>): void {
    this.#pending = [...this.#pending, ...events];
    this.#current = next;
  }

  begin(): readonly Event[] {
    this.assertSaveable();
    this.#before = this.#condition === "unknown" ? "unknown" : "ready";
    this.#condition = "saving";
    return this.#pending;
  }

  recorded(): void {
    this.#pending = [];
    this.#condition = "ready";
  }

  failed(): void {
    this.#condition = this.#before;
  }

  unknown(): void {
    this.#condition = this.#pending.length > 0 ? "unknown" : "ready";
  }

  conflicted(): void {
    this.#condition = "stale";
  }
}
