import type { RecordedEvent, StoredSnapshot } from "../../persistence/stored-event.ts";

/** The columns of an event, in the order of {@link toEvent}. */
export const EVENT_COLUMNS =
  "position, event_id, originator_id, originator_version, topic, schema_version, save_id, recorded_at, encoding, state, checksum";

/** The columns of a snapshot, in the order of {@link toSnapshot}. */
export const SNAPSHOT_COLUMNS = "originator_id, originator_version, topic, schema_version, encoding, state, checksum";

/** A row as an array: half the time of a row as an object. The table is strict, so its columns have these types. */
export function toEvent(row: unknown): RecordedEvent {
  const [
    position,
    eventId,
    originatorId,
    originatorVersion,
    topic,
    schemaVersion,
    saveId,
    recordedAt,
    encoding,
    state,
    checksum,
  ] = row as never[];
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
    state,
    checksum,
  } as unknown as RecordedEvent;
}

export function toSnapshot(row: unknown): StoredSnapshot {
  const [originatorId, originatorVersion, topic, schemaVersion, encoding, state, checksum] = row as never[];
  return {
    originatorId,
    originatorVersion,
    topic,
    schemaVersion,
    encoding,
    state,
    checksum,
  } as unknown as StoredSnapshot;
}
