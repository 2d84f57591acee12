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

const SNAPSHOT_AS_EVENT = (state: string) =>
  `null::bigint as position, null::bigint, originator_version, checksum, schema_version, null::uuid, originator_id, null::uuid, topic, encoding, ${state}`;

/** The columns of a snapshot among events, see {@link asSnapshot}. */
export const SNAPSHOT_AS_EVENT_COLUMNS = SNAPSHOT_AS_EVENT(STATE);

/** The same where a state is damaged. */
export const DAMAGED_SNAPSHOT_AS_EVENT_COLUMNS = SNAPSHOT_AS_EVENT(DAMAGED_STATE);

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

/** The snapshot that a row among events holds, for it alone has no position; undefined where it is an event. */
export function asSnapshot(row: RecordedEvent): StoredSnapshot | undefined {
  if (row.position !== null) return undefined;
  const { originatorId, originatorVersion, topic, schemaVersion, encoding, state, checksum } = row;
  return { originatorId, originatorVersion, topic, schemaVersion, encoding, state, checksum };
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

/** An array of numbers as a parameter: nothing in it needs quoting, which the driver would do all the same. */
export function toIntegerArray(values: readonly (number | null)[]): string {
  return `{${values.map((value) => value ?? "null").join(",")}}`;
}

// An array in binary form, see `array_send` in PostgreSQL's sources: one dimension, no nulls, the type of its elements,
// their number, the first index, and each with its length before it.
const UUIDS = "000000010000000000000b86";
const FROM_ONE = "00000001";
const UUID_LENGTH = "00000010";
const BYTEA = 17;
const TEXT = 25;

/** An array of UUIDs as a parameter, in binary form: PostgreSQL reads it many times as fast as text. */
export function toUuidArray(ids: readonly string[]): Buffer {
  const length = ids.length.toString(16).padStart(8, "0");
  const elements = ids
    .map((id) => UUID_LENGTH + id)
    .join("")
    .replaceAll("-", "");
  return Buffer.from(`${UUIDS}${length}${FROM_ONE}${elements}`, "hex");
}

/** An array of states as a parameter, in binary form: as text it would be twice as long. */
export function toByteaArray(states: readonly State[]): Buffer {
  return toBinaryArray(BYTEA, states);
}

/** An array of texts as a parameter, in binary form: the driver looks at each character for what it has to quote. */
export function toTextArray(texts: readonly string[]): Buffer {
  return toBinaryArray(TEXT, texts);
}

function toBinaryArray(type: number, values: readonly State[]): Buffer {
  const lengths = values.map((value) => Buffer.byteLength(value));
  const array = Buffer.allocUnsafe(20 + lengths.reduce((sum, length) => sum + 4 + length, 0));
  let end = 0;
  for (const field of [1, 0, type, values.length, 1]) end = array.writeInt32BE(field, end);
  values.forEach((value, index) => {
    end = array.writeInt32BE(lengths[index] ?? 0, end);
    if (typeof value === "string") array.write(value, end);
    else array.set(value, end);
    end += lengths[index] ?? 0;
  });
  return array;
}
