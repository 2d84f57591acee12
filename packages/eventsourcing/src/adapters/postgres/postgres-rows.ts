import type { RecordedEvent, State, StoredSnapshot } from "../../persistence/stored-event.ts";

/** A row as an array: half the time of a row as an object. Its columns have the types of the table. */
export type Row = readonly unknown[];

// JSON comes as text, so that it never has to be a Buffer; bytes come as base64, two thirds of PostgreSQL's own form.
const STATE = "case encoding when 'json' then convert_from(state, 'UTF8') else encode(state, 'base64') end";
// A damaged state may hold what is no text, and fail the query that reads it.
const DAMAGED_STATE = "encode(state, 'base64')";

const EVENT = (state: string) =>
  `position, recorded_at, originator_version, checksum, schema_version, event_id, originator_id, save_id, topic, encoding, ${state}`;

/** The columns of an event, in the order of {@link toEvent}. */
export const EVENT_COLUMNS = EVENT(STATE);

/** The same where a state is damaged, in the order of {@link toDamagedEvent}. */
export const DAMAGED_EVENT_COLUMNS = EVENT(DAMAGED_STATE);

/** The columns of a snapshot, in the order of {@link toSnapshot}. */
export const SNAPSHOT_COLUMNS = `originator_id, originator_version, topic, schema_version, encoding, ${STATE}, checksum`;

export function toEvent(row: Row): RecordedEvent {
  const [
    position,
    recordedAt,
    originatorVersion,
    checksum,
    schemaVersion,
    eventId,
    originatorId,
    saveId,
    topic,
    encoding,
    state,
  ] = row;
  return {
    position,
    eventId,
    originatorId,
    originatorVersion,
    topic,
    schemaVersion,
    saveId,
    recordedAt,
    encoding,
    state: toState(encoding, state),
    checksum,
  } as unknown as RecordedEvent;
}

/** What is no text becomes one that is not what was recorded, which its checksum shows. */
export function toDamagedEvent(row: Row): RecordedEvent {
  const event = toEvent(row);
  return typeof event.state === "string" ? { ...event, state: Buffer.from(event.state, "base64").toString() } : event;
}

// Both columns are text, and not null.
function toState(encoding: unknown, state: unknown): State {
  return encoding === "json" ? (state as string) : Buffer.from(state as string, "base64");
}

export function toSnapshot(row: Row): StoredSnapshot {
  const [originatorId, originatorVersion, topic, schemaVersion, encoding, state, checksum] = row;
  return {
    originatorId,
    originatorVersion,
    topic,
    schemaVersion,
    encoding,
    state: toState(encoding, state),
    checksum,
  } as unknown as StoredSnapshot;
}

/** An array of numbers or UUIDs as a parameter: nothing in it needs quoting, which the driver would do all the same. */
export function toArray(values: readonly (number | string | null)[]): string {
  return `{${values.map((value) => value ?? "null").join(",")}}`;
}

const BYTEA = 17;

/**
 * An array of states as a parameter, in PostgreSQL's binary form (`array_send` in its sources): as text it would be
 * twice as long.
 */
export function toByteaArray(states: readonly State[]): Buffer {
  const lengths = states.map((state) => Buffer.byteLength(state));
  const array = Buffer.allocUnsafe(20 + lengths.reduce((sum, length) => sum + 4 + length, 0));
  // One dimension, no nulls, elements of this type, so many, counted from 1.
  let end = [1, 0, BYTEA, states.length, 1].reduce((offset, field) => array.writeInt32BE(field, offset), 0);
  states.forEach((state, index) => {
    end = array.writeInt32BE(lengths[index] ?? 0, end);
    end +=
      typeof state === "string"
        ? array.write(state, end)
        : Buffer.from(state.buffer, state.byteOffset, state.length).copy(array, end);
  });
  return array;
}
