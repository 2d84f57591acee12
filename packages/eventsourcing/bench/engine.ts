import type { Application, ApplicationOptions } from "../src/application/application.ts";
import type { Uuid } from "../src/domain/uuid.ts";
import type { StoredEvent } from "../src/persistence/stored-event.ts";

/** A kind of store: the library on it, and its driver alone. */
export interface Engine {
  readonly name: string;
  /** What its bare writer does, in words. */
  readonly bareSaves: string;
  /** A new, empty store. */
  create(): Promise<Store>;
}

export interface Store {
  open(options: Omit<ApplicationOptions, "store">): Promise<Application>;
  /** The driver alone, on a new table of the same columns, constraints and indices. */
  bareWriter(): Promise<BareWriter>;
  /** The driver alone, on the rows that the application has saved. */
  bareReader(): Promise<BareReader>;
  /** The driver alone, on a new table of two columns. */
  bareEffects(): Promise<BareEffects>;
  /** Closes the bare connections and takes the store away. The application is closed before. */
  drop(): Promise<void>;
}

/** A row of the log, but for its position. */
export interface BareRow extends StoredEvent {
  readonly originatorVersion: number;
  readonly saveId: Uuid;
  readonly recordedAt: number;
}

/** Commits single rows. */
export interface BareWriter {
  insert(row: BareRow): unknown;
  count(): Promise<number>;
}

/** Inserts an event's id and position for each of some events, in one transaction. */
export interface BareEffects {
  insert(events: readonly { readonly eventId: Uuid; readonly position: number }[]): Promise<void>;
  clear(): Promise<void>;
}

/** Selects rows into objects. */
export interface BareReader {
  stream(originatorId: Uuid): Promise<readonly object[]>;
  log(start: number, limit: number): Promise<readonly object[]>;
}
