/**
 * A history is what the clients of a store noted of their calls. Checked against the log at the end it shows whether the
 * store kept its promises while clients raced, died and came back.
 *
 * 1. Each client opens `Notes` in a file of its own, on a file system that outlives what is tried (a tmpfs, for a cut of
 *    power), and works through `noting(recorder, notes)`: a recorder that notes every save before its call and after its
 *    answer, and every read. What is built on a recorder, an `Application` too, is noted that way without knowing.
 *    `notes.state(…)` adds a state that was loaded. A writer that is no recorder calls `notes.save(…)` itself.
 * 2. When all is over, another process opens the store and reads its whole log.
 * 3. `assertHistory({ log, history: readHistory(files), rules, stateOf })` throws with the events concerned, or answers what
 *    was counted; `violationsOf` lists all that is wrong.
 *
 * The log is the total order, so one pass over the notes in the order of time suffices. What is checked stands in
 * `violation.ts`. Times are those of the machine's monotonic clock, in microseconds: one for all its processes, but
 * not for two machines.
 */
import { createHash } from "node:crypto";
import type { Uuid } from "../../src/domain/uuid.ts";
import type { Receipt, RecordedEvent, StoredEvent } from "../../src/persistence/stored-event.ts";

/** All that some clients noted. */
export interface History {
  readonly saves: readonly SaveCall[];
  readonly reads: readonly ReadCall[];
}

/** A call that was to record a save. */
export interface SaveCall {
  /** Who made it, and its number among the calls of this client. */
  readonly call: string;
  readonly calledAt: number;
  /** Infinite where no answer was noted. */
  readonly answeredAt: number;
  readonly save: NotedSave;
  readonly outcome: SaveOutcome;
}

export type SaveOutcome =
  | { readonly kind: "recorded"; readonly receipt: Receipt }
  | { readonly kind: "refused"; readonly code: string }
  /** The client was told so, or died before it was told anything. */
  | { readonly kind: "unknown" }
  /** It was told by an error that is none of ours, such as a driver's. */
  | { readonly kind: "failed"; readonly error: string };

export interface NotedSave {
  readonly saveId: Uuid;
  readonly events: readonly NotedEvent[];
  readonly idempotencyKey?: string;
}

export interface NotedEvent {
  readonly eventId: Uuid;
  readonly originatorId: Uuid;
  /** Null where it asks for the next of a log. */
  readonly originatorVersion: number | null;
  readonly digest: string;
}

/** A call that read something, and was answered. */
export interface ReadCall {
  readonly call: string;
  readonly calledAt: number;
  readonly answeredAt: number;
  /** All of it was read at once: one state of the log must explain it. */
  readonly seen: readonly Observation[];
}

export type Observation =
  | { readonly kind: "head"; readonly position: number }
  /** The newest state of an aggregate, with `past` one of before; it is compared with a fold of the log. */
  | {
      readonly kind: "state";
      readonly originatorId: Uuid;
      readonly version: number;
      readonly state: unknown;
      readonly past?: boolean;
    }
  /** The save with an idempotency key; null where there was none. */
  | { readonly kind: "key"; readonly key: string; readonly saveId: Uuid | null }
  | { readonly kind: "events"; readonly selection: Selection; readonly events: readonly SeenEvent[] };

/** Which events were asked for: of one originator, by versions, or of the log, by positions. Bounds are included. */
export interface Selection {
  readonly originatorId?: Uuid;
  readonly topics?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly descending?: boolean;
}

export type SeenEvent = readonly [position: number, digest: string];

/** What a save says of an event, but for what `NotedEvent` names. */
export function digestOfEvent(event: StoredEvent): string {
  return digest([event.topic, event.schemaVersion, event.encoding, hex(event.state), event.checksum]);
}

/** Everything in a row. */
export function digestOfRow(row: RecordedEvent): string {
  const { position, eventId, originatorId, originatorVersion, saveId, recordedAt } = row;
  return digest([position, eventId, originatorId, originatorVersion, saveId, recordedAt, digestOfEvent(row)]);
}

/** Text and bytes are told apart; drivers answer bytes in classes of their own. */
function hex(state: StoredEvent["state"]): string {
  return typeof state === "string" ? `"${state}` : Buffer.from(state).toString("hex");
}

function digest(values: readonly unknown[]): string {
  return createHash("sha1").update(JSON.stringify(values)).digest("base64").slice(0, 16);
}
