import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Uuid } from "../../domain/uuid.ts";
import type { LogTable } from "../../persistence/record-group.ts";
import type { RecordedEvent } from "../../persistence/stored-event.ts";
import { EVENT_COLUMNS } from "./sqlite-rows.ts";
import { FROM_POSITION, firstColumn, POSITION_OF_KEY, prepareArray, rowsOfSave } from "./sqlite-statements.ts";

/** The event table, for the connection that writes. */
export class SqliteLogTable implements LogTable {
  readonly #last: StatementSync;
  readonly #lastVersion: StatementSync;
  readonly #positionOfEvent: StatementSync;
  readonly #positionOfKey: StatementSync;
  readonly #after: StatementSync;
  readonly #insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.#last = db.prepare("select position, recorded_at as recordedAt from event order by position desc limit 1");
    this.#lastVersion = prepareArray(db, "select max(originator_version) from event where originator_id = ?");
    this.#positionOfEvent = prepareArray(db, "select position from event where event_id = ?");
    this.#positionOfKey = prepareArray(db, POSITION_OF_KEY);
    this.#after = prepareArray(db, FROM_POSITION);
    this.#insert = db.prepare(
      `insert into event (${EVENT_COLUMNS}, idempotency_key) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  last() {
    // The columns are integers, and not null.
    return this.#last.get() as { position: number; recordedAt: number } | undefined;
  }

  lastVersion(originatorId: Uuid): number {
    return firstColumn(this.#lastVersion, originatorId) ?? 0;
  }

  positionOfEvent(eventId: Uuid): number | undefined {
    return firstColumn(this.#positionOfEvent, eventId);
  }

  positionOfKey(idempotencyKey: string): number | undefined {
    return firstColumn(this.#positionOfKey, idempotencyKey);
  }

  rowsOfSave(firstPosition: number): readonly RecordedEvent[] {
    return rowsOfSave(this.#after, firstPosition);
  }

  insert(row: RecordedEvent, idempotencyKey: string | undefined): void {
    this.#insert.run(
      row.position,
      row.eventId,
      row.originatorId,
      row.originatorVersion,
      row.topic,
      row.schemaVersion,
      row.saveId,
      row.recordedAt,
      row.encoding,
      row.state,
      row.checksum,
      idempotencyKey ?? null,
    );
  }
}
