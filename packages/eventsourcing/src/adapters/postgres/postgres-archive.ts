import { isUtf8 } from "node:buffer";
import type { Client } from "pg";
import { type Uuid, uuid7 } from "../../domain/uuid.ts";
import { ARCHIVE_BATCH, type ArchivedEvent, type ArchiveRange } from "../../persistence/archived-event.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { NotAStoreError, StoreNotEmptyError } from "../../persistence/store-errors.ts";
import type { State } from "../../persistence/stored-event.ts";
import { disconnect, type PostgresAddress, PostgresConnections } from "./postgres-connections.ts";
import { toStoreError } from "./postgres-errors.ts";
import { findLog, openStore } from "./postgres-open.ts";
import { toByteaArray, toIntegerArray, toUuidArray } from "./postgres-rows.ts";
import { toSchemaName } from "./postgres-schema-name.ts";

/** Which log is to be read for a backup. */
export interface ArchivedPostgresStore extends PostgresAddress {
  /** Where its tables are; default `palimpsest`. */
  readonly schema?: string;
}

/** Which log is to be made from a backup. */
export interface RestoredPostgresLog extends ArchivedPostgresStore {
  /** Which log it was. */
  readonly logId: Uuid;
}

/**
 * Reads the rows of a log as they stand, in order and in batches, also while others write. Rejects with
 * `NotAStoreError`, `StoreUnavailableError`.
 */
export async function* readPostgresLog(
  options: ArchivedPostgresStore,
  { start = 1, stop }: ArchiveRange,
): AsyncGenerator<readonly ArchivedEvent[], void> {
  const schema = toSchemaName(options.schema);
  const connections = await PostgresConnections.load(options);
  const { where } = connections;
  let client: Client | undefined;
  try {
    client = await connections.connect();
    // To open a store would make one.
    if (!(await findLog(client, schema, where))) throw new NotAStoreError(`${where} holds no store in "${schema}"`);
    for (let next = start; next <= stop; ) {
      const { rows } = await client.query<Row>({
        text: `select position, event_id as "eventId", originator_id as "originatorId",
            originator_version as "originatorVersion", topic, schema_version as "schemaVersion", save_id as "saveId",
            recorded_at as "recordedAt", encoding, state, checksum, idempotency_key as "idempotencyKey"
          from "${schema}".event where position between $1 and $2 order by position limit ${ARCHIVE_BATCH}`,
        values: [next, stop],
      });
      const last = rows.at(-1);
      if (!last) return;
      yield rows.map(toArchivedEvent);
      next = last.position + 1;
    }
  } catch (error) {
    throw toStoreError(where, error);
  } finally {
    if (client) disconnect(client);
  }
}

/**
 * Makes a log of the rows of a backup, all or nothing, under a new epoch: positions of what was recorded after the backup
 * mean nothing in it. Rejects with `StoreNotEmptyError` where events are recorded, `NotAStoreError`, `NewerStoreError`,
 * `StoreFullError`, `StoreUnavailableError`.
 */
export async function createPostgresLog(
  options: RestoredPostgresLog,
  batches: AsyncIterable<readonly ArchivedEvent[]>,
): Promise<LogIdentity> {
  const schema = toSchemaName(options.schema);
  const connections = await PostgresConnections.load(options);
  const { where } = connections;
  let client: Client | undefined;
  try {
    client = await connections.connect();
    await openStore(client, schema, where);
    const { logId } = options;
    const epoch = uuid7();
    await client.query("begin");
    // Nobody records anything before the end.
    await client.query(`lock table "${schema}".event, "${schema}".log in exclusive mode`);
    const { rowCount } = await client.query(`select 1 from "${schema}".event limit 1`);
    if (rowCount !== 0) throw new StoreNotEmptyError(where);
    await client.query(`delete from "${schema}".snapshot`);
    await client.query(`update "${schema}".log set log_id = $1, epoch = $2`, [logId, epoch]);
    for await (const events of batches) await insert(client, schema, events);
    await client.query("commit");
    return { logId, epoch };
  } catch (error) {
    throw toStoreError(where, error);
  } finally {
    // What was not committed is undone.
    if (client) disconnect(client);
  }
}

async function insert(client: Client, schema: string, events: readonly ArchivedEvent[]): Promise<void> {
  await client.query(
    `insert into "${schema}".event (
       position, event_id, originator_id, originator_version, topic, schema_version, save_id, recorded_at, encoding,
       state, checksum, idempotency_key
     )
     select * from unnest(
       $1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::int[], $7::uuid[], $8::bigint[], $9::text[],
       $10::bytea[], $11::bigint[], $12::text[]
     )`,
    [
      toIntegerArray(events.map(({ position }) => position)),
      toUuidArray(events.map(({ eventId }) => eventId)),
      toUuidArray(events.map(({ originatorId }) => originatorId)),
      toIntegerArray(events.map(({ originatorVersion }) => originatorVersion)),
      events.map(({ topic }) => topic),
      toIntegerArray(events.map(({ schemaVersion }) => schemaVersion)),
      toUuidArray(events.map(({ saveId }) => saveId)),
      toIntegerArray(events.map(({ recordedAt }) => recordedAt)),
      events.map(({ encoding }) => encoding),
      toByteaArray(events.map(({ state }) => state)),
      toIntegerArray(events.map(({ checksum }) => checksum)),
      events.map(({ idempotencyKey }) => idempotencyKey),
    ],
  );
}

type Row = Omit<ArchivedEvent, "state"> & { readonly state: Buffer };

function toArchivedEvent(row: Row): ArchivedEvent {
  const state: State = row.encoding === "json" && isUtf8(row.state) ? row.state.toString("utf8") : row.state;
  return { ...row, state };
}
