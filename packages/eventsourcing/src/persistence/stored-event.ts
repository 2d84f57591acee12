import type { Uuid } from "../domain/uuid.ts";

/** JSON text where an encoding is `json` alone, bytes otherwise. */
export type State = string | Uint8Array;

/** An event as the mapper hands it to a recorder. */
export interface StoredEvent {
  readonly eventId: Uuid;
  readonly originatorId: Uuid;
  /** The version it must get, one more than the last of its originator; null asks for the next of a log. */
  readonly originatorVersion: number | null;
  readonly topic: string;
  /** The version of the event's schema. */
  readonly schemaVersion: number;
  /** How `state` was made: `json`, `json+gzip`, `json+gzip+aes256gcm:key-id`. */
  readonly encoding: string;
  readonly state: State;
  /** CRC-32 over all of the above but the originator's version, and over the save id; see `mapper.ts`, `encoder.ts`. */
  readonly checksum: number;
}

/** A row of the log. */
export interface RecordedEvent extends StoredEvent {
  /** 1, 2, 3, … over the whole store, in the order of commits. */
  readonly position: number;
  readonly originatorVersion: number;
  readonly saveId: Uuid;
  /** Milliseconds since 1970. */
  readonly recordedAt: number;
}

/** Some events to be recorded all or not at all. */
export interface StoredSave {
  readonly saveId: Uuid;
  /** At least one. */
  readonly events: readonly StoredEvent[];
  /** 1 to 255 characters, unique in the store: a second save with this key records nothing and gets the receipt of the first. */
  readonly idempotencyKey?: string;
  /** The instant to record, in milliseconds since 1970, for history that is replayed; the recorder's clock without it. */
  readonly recordedAt?: number;
}

/** What a recorder answers for a save that stands in the log. */
export interface Receipt {
  readonly saveId: Uuid;
  /** The position of the first event; the others follow without a gap. */
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly recordedAt: number;
  /** The versions of the events, in their order. */
  readonly versions: readonly number[];
  /** True where these events, or this idempotency key, had been recorded before: nothing was recorded now. */
  readonly repeated: boolean;
}

/** The state of an aggregate at a version, kept to spare the events before it. */
export interface StoredSnapshot {
  readonly originatorId: Uuid;
  readonly originatorVersion: number;
  /** The aggregate's name. */
  readonly topic: string;
  readonly schemaVersion: number;
  readonly encoding: string;
  readonly state: State;
  readonly checksum: number;
}
