import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Uuid } from "../../domain/uuid.ts";
import { assertLogRange, assertStreamRange, assertWithoutGap } from "../../persistence/ranges.ts";
import { receiptOf } from "../../persistence/record-group.ts";
import type { LogRange, StreamRange, StreamStart } from "../../persistence/recorder.ts";
import type { Receipt, RecordedEvent } from "../../persistence/stored-event.ts";
import { SqliteLastVersions } from "./sqlite-last-versions.ts";
import { EVENT_COLUMNS, toEvent } from "./sqlite-rows.ts";
import { FROM_POSITION, firstColumn, POSITION_OF_KEY, prepareArray, rowsOfSave } from "./sqlite-statements.ts";

const NO_BOUND = Number.MAX_SAFE_INTEGER;

const STREAM = `select ${EVENT_COLUMNS} from event
  where originator_id = ? and originator_version > ? and originator_version <= ?
  order by originator_version`;

/** The queries of the log, for the connection that reads. */
export class SqliteReader {
  readonly lastVersions: SqliteLastVersions;
  readonly #stream: StatementSync;
  readonly #streamDescending: StatementSync;
  readonly #streams: StatementSync;
  readonly #log: StatementSync;
  readonly #logOfTopics: StatementSync;
  readonly #positionOfKey: StatementSync;
  readonly #fromPosition: StatementSync;
  readonly #recordedAt: StatementSync;
  readonly #versionAt: StatementSync;

  constructor(db: DatabaseSync) {
    this.lastVersions = new SqliteLastVersions(db);
    this.#stream = prepareArray(db, `${STREAM} limit ?`);
    this.#streamDescending = prepareArray(db, `${STREAM} desc limit ?`);
    // A cross join keeps this order of loops: the few starts outside, the index of the log inside.
    this.#streams = prepareArray(
      db,
      `select ${EVENT_COLUMNS} from json_each(?) as start cross join event
       where originator_id = start.value ->> 0
         and originator_version > start.value ->> 1 and originator_version <= start.value ->> 2
       order by originator_id, originator_version`,
    );
    const log = `select ${EVENT_COLUMNS} from event where position between ? and ?`;
    this.#log = prepareArray(db, `${log} order by position limit ?`);
    this.#logOfTopics = prepareArray(
      db,
      `${log} and topic in (select value from json_each(?)) order by position limit ?`,
    );
    this.#positionOfKey = prepareArray(db, POSITION_OF_KEY);
    this.#fromPosition = prepareArray(db, FROM_POSITION);
    this.#recordedAt = prepareArray(db, "select recorded_at from event where position = ?");
    this.#versionAt = prepareArray(
      db,
      `select originator_version from event where originator_id = ? and position <= ?
       order by originator_version desc limit 1`,
    );
  }

  stream(originatorId: Uuid, range: StreamRange): readonly RecordedEvent[] {
    assertStreamRange(range);
    const { after = 0, upTo = NO_BOUND, descending = false, limit = NO_BOUND } = range;
    const statement = descending ? this.#streamDescending : this.#stream;
    const rows = statement.all(originatorId, after, upTo, limit).map(toEvent);
    const isToTheEnd = !descending && upTo === NO_BOUND && rows.length < limit;
    if (isToTheEnd) this.lastVersions.note(originatorId, rows.at(-1)?.originatorVersion ?? after);
    return rows;
  }

  streams(starts: readonly StreamStart[]): readonly RecordedEvent[] {
    starts.forEach(assertStreamRange);
    const rows = starts.map(({ originatorId, after, upTo = NO_BOUND }) => [originatorId, after, upTo]);
    const events = this.#streams.all(JSON.stringify(rows)).map(toEvent);
    const last = new Map(starts.filter(({ upTo }) => upTo === undefined).map((it) => [it.originatorId, it.after]));
    for (const { originatorId, originatorVersion } of events) {
      if (last.has(originatorId)) last.set(originatorId, originatorVersion);
    }
    for (const [originatorId, version] of last) this.lastVersions.note(originatorId, version);
    return events;
  }

  log(range: LogRange): readonly RecordedEvent[] {
    assertLogRange(range);
    const { start = 1, stop = NO_BOUND, limit, topics } = range;
    if (topics) return this.#logOfTopics.all(start, stop, JSON.stringify(topics), limit).map(toEvent);
    const rows = this.#log.all(start, stop, limit).map(toEvent);
    assertWithoutGap(rows, start);
    return rows;
  }

  receipt(idempotencyKey: string): Receipt | undefined {
    const position = firstColumn(this.#positionOfKey, idempotencyKey);
    return position === undefined ? undefined : receiptOf(rowsOfSave(this.#fromPosition, position), true);
  }

  head(): number {
    return this.lastVersions.head;
  }

  /** Times never go back along the log, so that a binary search finds the place and no index is needed. */
  positionAt(instant: number): number {
    let before = 0;
    let after = this.head() + 1;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if ((firstColumn(this.#recordedAt, middle) ?? NO_BOUND) <= instant) before = middle;
      else after = middle;
    }
    return before;
  }

  versionAt(originatorId: Uuid, position: number): number {
    return firstColumn(this.#versionAt, originatorId, position) ?? 0;
  }
}
