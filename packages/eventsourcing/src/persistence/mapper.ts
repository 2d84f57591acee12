import { ProgrammingError } from "../domain/errors.ts";
import type { DomainEvent, Metadata, Recorded, RecordedDomainEvent } from "../domain/event.ts";
import type { PendingLogEvent } from "../domain/event-log.ts";
import type { EventType } from "../domain/event-type.ts";
import type { Uuid } from "../domain/uuid.ts";
import type { Encoded, Encoder } from "./encoder.ts";
import { DamagedEventError, FutureEventError, MismatchedEventError, UnknownTopicError } from "./store-errors.ts";
import type { RecordedEvent, StoredEvent } from "./stored-event.ts";
import type { Topics } from "./topics.ts";

const NO_METADATA: Metadata = Object.freeze({});

/** What a save gives to each of its events. */
export interface SaveContext {
  readonly saveId: Uuid;
  readonly metadata?: Metadata | undefined;
  /** With the first event alone. The column that it stands in is not covered by the checksum: here it is. */
  readonly idempotencyKey?: string | undefined;
}

/** Turns domain events into rows and back. */
export class Mapper {
  readonly #encoder: Encoder;
  readonly #topics: Topics;

  constructor(encoder: Encoder, topics: Topics) {
    this.#encoder = encoder;
    this.#topics = topics;
  }

  /** The row for an event; see `Encoder.encode`. Throws `NotTranscodableError` for data without a stored form. */
  toStored(event: DomainEvent | PendingLogEvent, context: SaveContext): StoredEvent | Promise<StoredEvent> {
    const eventType = this.#topics.find(event.topic);
    if (!eventType)
      throw new ProgrammingError(`"${event.topic}" is not declared to this application; add it to its options`);
    const row = {
      eventId: event.id,
      originatorId: event.originatorId,
      originatorVersion: "originatorVersion" in event ? event.originatorVersion : null,
      topic: event.topic,
      schemaVersion: eventType.version,
    };
    const { data } = event as { data: object };
    const encoded = this.#encoder.encode(toValue(data, context), identityOf(row, context.saveId));
    const toRow = (state: Encoded): StoredEvent => ({ ...row, ...state });
    return encoded instanceof Promise ? encoded.then(toRow) : toRow(encoded);
  }

  /**
   * The event of a row, brought to today's version. Only the structure is checked, not the limits of its schemas.
   * Throws `DamagedEventError`, `MismatchedEventError`, `UnknownTopicError`, `FutureEventError`.
   */
  toDomain(row: RecordedEvent): RecordedDomainEvent {
    const eventType = this.#topics.find(row.topic);
    if (!eventType) throw new UnknownTopicError(row.topic);
    if (row.schemaVersion > eventType.version) {
      throw new FutureEventError(row.topic, row.schemaVersion, eventType.version);
    }
    const { data, metadata, idempotencyKey } = this.#read(row);
    return {
      type: eventType.type,
      topic: eventType.topic,
      id: row.eventId,
      originatorId: row.originatorId,
      originatorVersion: row.originatorVersion,
      data: ofToday(row, eventType, data),
      position: row.position,
      saveId: row.saveId,
      recordedAt: row.recordedAt,
      metadata,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    } satisfies DomainEvent & Recorded;
  }

  knows(topic: string): boolean {
    return this.#topics.find(topic) !== undefined;
  }

  #read(
    row: RecordedEvent,
  ): Pick<SaveContext, "idempotencyKey"> & { readonly data: Data; readonly metadata: Metadata } {
    let value: unknown;
    try {
      value = this.#encoder.decode(row, identityOf(row, row.saveId));
    } catch (error) {
      throw new DamagedEventError(row, error instanceof Error ? error.message : String(error));
    }
    if (!Array.isArray(value)) return { data: assertData(row, value), metadata: NO_METADATA };
    return { data: assertData(row, value[0]), metadata: value[1] ?? NO_METADATA, idempotencyKey: value[2] };
  }
}

type Data = Record<string, unknown>;

function assertData(row: RecordedEvent, data: unknown): Data {
  if (typeof data !== "object" || data === null) throw new DamagedEventError(row, "it holds no data");
  return data as Data;
}

/** Data is an object: a list in its place is data with what the save adds to it, and no name of a field is taken for that. */
function toValue(data: object, { metadata = NO_METADATA, idempotencyKey }: SaveContext): unknown {
  if (idempotencyKey !== undefined) return [data, metadata, idempotencyKey];
  return Object.keys(metadata).length > 0 ? [data, metadata] : data;
}

/** Data of any version as data of today's. Throws `MismatchedEventError`. */
function ofToday(row: RecordedEvent, eventType: EventType, recorded: Data): Data {
  const data = row.schemaVersion < eventType.version ? upcast(row, eventType, recorded) : recorded;
  if (eventType.fits(data)) return data;
  const fields = Object.keys(data).join(", ") || "none";
  throw new MismatchedEventError(row, `its fields (${fields}) are not those declared`);
}

function upcast(row: RecordedEvent, eventType: EventType, recorded: Data): Data {
  let data = recorded;
  for (const [index, toNext] of eventType.upcasts.slice(row.schemaVersion - 1).entries()) {
    try {
      data = toNext(data);
    } catch (cause) {
      const version = row.schemaVersion + index + 1;
      throw new MismatchedEventError(row, `its upcast to version ${version} threw ${String(cause)}`, { cause });
    }
  }
  return data;
}

/** What a row is, as far as it is known before the commit: its position, version and time are not. */
function identityOf(
  row: Pick<StoredEvent, "eventId" | "originatorId" | "topic" | "schemaVersion">,
  saveId: Uuid,
): string {
  return `${row.eventId}\n${row.originatorId}\n${row.topic}\n${row.schemaVersion}\n${saveId}`;
}
