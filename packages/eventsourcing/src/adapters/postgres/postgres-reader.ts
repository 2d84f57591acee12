import type { Uuid } from "../../domain/uuid.ts";
import { assertLogRange, assertStreamRange, assertWithoutGap } from "../../persistence/ranges.ts";
import type { LogRange, SnapshotAndEvents, StreamRange, StreamStart } from "../../persistence/recorder.ts";
import type { Receipt, RecordedEvent } from "../../persistence/stored-event.ts";
import { sqlState } from "./postgres-errors.ts";
import type { PostgresPool, Statement } from "./postgres-pool.ts";
import {
  asSnapshot,
  DAMAGED_EVENT_COLUMNS,
  DAMAGED_SNAPSHOT_AS_EVENT_COLUMNS,
  EVENT_COLUMNS,
  SNAPSHOT_AS_EVENT_COLUMNS,
  toDamagedEvent,
  toEvent,
  toIntegerArray,
  toUuidArray,
} from "./postgres-rows.ts";

const NO_BOUND = Number.MAX_SAFE_INTEGER;

/** The SQL state of bytes that are no text. */
const NO_TEXT = "22021";

/** A statement that answers events, and the same where one of them is damaged. */
interface EventStatement {
  readonly whole: Statement;
  readonly damaged: Statement;
}

/** The queries of the log. */
export class PostgresReader {
  readonly #pool: PostgresPool;
  readonly #stream: EventStatement;
  readonly #streamDescending: EventStatement;
  readonly #streams: EventStatement;
  readonly #fromSnapshot: EventStatement;
  readonly #log: EventStatement;
  readonly #logOfTopics: EventStatement;
  readonly #receipt: Statement;
  readonly #head: Statement;
  readonly #positionAt: Statement;
  readonly #versionAt: Statement;

  constructor(pool: PostgresPool, schema: string) {
    this.#pool = pool;
    const event = `"${schema}".event`;
    const stream = `from ${event} where originator_id = $1 and originator_version > $2 and originator_version <= $3
      order by originator_version`;
    this.#stream = events("stream", `${stream} limit $4`);
    this.#streamDescending = events("stream_descending", `${stream} desc limit $4`);
    // The inner query is not merged into the outer one: it looks up the index once for each start.
    this.#streams = events(
      "streams",
      `from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as start (id, after, up_to), lateral (
         select * from ${event}
         where originator_id = id and originator_version > after and originator_version <= up_to
         order by originator_version
       ) as stream
       order by originator_id, originator_version`,
    );
    const snapshot = `"${schema}".snapshot`;
    this.#fromSnapshot = {
      whole: { name: "from_snapshot", text: fromSnapshot(EVENT_COLUMNS, SNAPSHOT_AS_EVENT_COLUMNS, event, snapshot) },
      damaged: {
        name: "from_snapshot_damaged",
        text: fromSnapshot(DAMAGED_EVENT_COLUMNS, DAMAGED_SNAPSHOT_AS_EVENT_COLUMNS, event, snapshot),
      },
    };
    const log = `from ${event} where position between $1 and $2`;
    this.#log = events("log", `${log} order by position limit $3`);
    this.#logOfTopics = events("log_of_topics", `${log} and topic = any ($4) order by position limit $3`);
    this.#receipt = {
      name: "receipt",
      text: `select receipt from ${event}, "${schema}".save_at(position) where idempotency_key = $1`,
    };
    this.#head = { name: "head", text: `select coalesce(max(position), 0) from ${event}` };
    this.#positionAt = { name: "position_at", text: `select "${schema}".position_at($1)` };
    this.#versionAt = {
      name: "version_at",
      text: `select originator_version from ${event} where originator_id = $1 and position <= $2
        order by originator_version desc limit 1`,
    };
  }

  stream(originatorId: Uuid, range: StreamRange): Promise<readonly RecordedEvent[]> {
    assertStreamRange(range);
    const { after = 0, upTo = NO_BOUND, descending = false, limit = null } = range;
    return this.#events(descending ? this.#streamDescending : this.#stream, [originatorId, after, upTo, limit]);
  }

  streams(starts: readonly StreamStart[]): Promise<readonly RecordedEvent[]> {
    starts.forEach(assertStreamRange);
    return this.#events(this.#streams, [
      toUuidArray(starts.map(({ originatorId }) => originatorId)),
      toIntegerArray(starts.map(({ after }) => after)),
      toIntegerArray(starts.map(({ upTo = NO_BOUND }) => upTo)),
    ]);
  }

  async fromSnapshot(originatorId: Uuid, limit: number): Promise<SnapshotAndEvents> {
    assertStreamRange({ limit });
    const rows = await this.#events(this.#fromSnapshot, [originatorId, limit]);
    const snapshot = rows[0] && asSnapshot(rows[0]);
    return { snapshot, events: snapshot ? rows.slice(1) : rows };
  }

  async log(range: LogRange): Promise<readonly RecordedEvent[]> {
    assertLogRange(range);
    const { start = 1, stop = NO_BOUND, limit, topics } = range;
    if (topics) return this.#events(this.#logOfTopics, [start, stop, limit, topics]);
    const rows = await this.#events(this.#log, [start, stop, limit]);
    assertWithoutGap(rows, start);
    return rows;
  }

  receipt(idempotencyKey: string): Promise<Receipt | undefined> {
    return this.#first(this.#receipt, [idempotencyKey]);
  }

  async head(): Promise<number> {
    return (await this.#first(this.#head, [])) ?? 0;
  }

  async positionAt(instant: number): Promise<number> {
    return (await this.#first(this.#positionAt, [instant])) ?? 0;
  }

  async versionAt(originatorId: Uuid, position: number): Promise<number> {
    return (await this.#first(this.#versionAt, [originatorId, position])) ?? 0;
  }

  async #events({ whole, damaged }: EventStatement, values: unknown[]): Promise<readonly RecordedEvent[]> {
    try {
      return (await this.#pool.query(whole, values)).map(toEvent);
    } catch (error) {
      if (!(error instanceof Error && sqlState(error.cause) === NO_TEXT)) throw error;
      return (await this.#pool.query(damaged, values)).map(toDamagedEvent);
    }
  }

  /** The first column of the first row, whose type the statement gives. */
  async #first<T>(statement: Statement, values: unknown[]): Promise<T | undefined> {
    const [row] = await this.#pool.query(statement, values);
    return row?.[0] as T | undefined;
  }
}

/** The newest snapshot of $1 and at most $2 events after it, in the order of versions. */
function fromSnapshot(eventColumns: string, snapshotColumns: string, event: string, snapshot: string): string {
  return `with newest as (
      select * from ${snapshot} where originator_id = $1 order by originator_version desc limit 1
    )
    select ${snapshotColumns} from newest
    union all (
      select ${eventColumns} from ${event}
      where originator_id = $1 and originator_version > coalesce((select originator_version from newest), 0)
      order by originator_version limit $2
    )
    order by originator_version`;
}

function events(name: string, rest: string): EventStatement {
  return {
    whole: { name, text: `select ${EVENT_COLUMNS} ${rest}` },
    damaged: { name: `${name}_damaged`, text: `select ${DAMAGED_EVENT_COLUMNS} ${rest}` },
  };
}
