import type { Uuid } from "./uuid.ts";

/** What happened, as the domain sees it: made by a command, or read back from the log. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  /** The name within its aggregate, such as `TitleUpdated`: the discriminant of the union of an aggregate's events. */
  readonly type: Type;
  /** The name in the whole store, such as `Page.TitleUpdated`. */
  readonly topic: string;
  /** A version-7 UUID, fixed when the event is made. */
  readonly id: Uuid;
  /** The aggregate or log that the event belongs to. */
  readonly originatorId: Uuid;
  /** 1, 2, 3, … within the originator. */
  readonly originatorVersion: number;
  readonly data: Data;
}

/** What a save adds to each of its events, such as a summary of the change or where an import took it from. */
export type Metadata = { readonly [name: string]: unknown };

/** What is known of an event once it stands in the log. */
export interface Recorded {
  /** 1, 2, 3, … over the whole store, without gaps, in the order of commits. */
  readonly position: number;
  /** Shared by all events of one save. */
  readonly saveId: Uuid;
  /** Milliseconds since 1970, given inside the commit; never goes back along the log. */
  readonly recordedAt: number;
  readonly metadata: Metadata;
  /** The key of the save, on its first event, where it was given one by a program that writes it into the event too. */
  readonly idempotencyKey?: string;
}

/** An event that stands in the log. */
export type RecordedDomainEvent<E extends DomainEvent = DomainEvent> = E & Recorded;
