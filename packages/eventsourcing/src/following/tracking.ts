import type { SqlSession } from "../persistence/read-model-store.ts";
import type { LogIdentity } from "../persistence/recorder.ts";
import type { RecordedEvent } from "../persistence/stored-event.ts";
import type { Projection } from "./projection.ts";
import { type FailedEvent, SupersededError } from "./projection-errors.ts";
import { prefixOf, sessionOf } from "./projection-session.ts";

/** A generation of a projection's rows, and up to where of which log they were derived. */
export interface Tracking extends LogIdentity {
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  /** Whether it is the one that is read; the other is being built to take its place. */
  readonly live: boolean;
  readonly position: number;
  /** The event at the position; null at the beginning. */
  readonly eventId: string | null;
  readonly failure: Failure | undefined;
}

/** Why a projection stands still, for those who ask on other nodes. */
export interface Failure {
  readonly event: FailedEvent;
  readonly reason: string;
}

type Row = Omit<Tracking, "live" | "failure"> & { readonly live: number; readonly failure: string | null };

/** The generations of one projection, or of all. */
export async function readTrackings(sql: SqlSession, name?: string): Promise<readonly Tracking[]> {
  const rows = await sql.query<Row>(
    `select name, generation, version, live, log_id as "logId", epoch, position, event_id as "eventId", failure
     from ${sql.qualify("projection")} ${name === undefined ? "" : "where name = $1"} order by name, generation`,
    name === undefined ? [] : [name],
  );
  return rows.map((row) => ({
    ...row,
    live: row.live === 1,
    failure: row.failure === null ? undefined : (JSON.parse(row.failure) as Failure),
  }));
}

/** Keeps other transactions from making, swapping and moving generations until this one ends. */
export async function lockTrackings(sql: SqlSession): Promise<void> {
  // A transaction that writes to SQLite is alone from its beginning.
  if (sql.dialect === "postgres") {
    await sql.query(`lock table ${sql.qualify("projection")} in share row exclusive mode`);
  }
}

/** The number of the next generation. None is given twice: whoever still works on one that is gone must notice. */
export async function nextGeneration(sql: SqlSession, name: string): Promise<number> {
  const [last] = await sql.query<{ readonly generation: number }>(
    `insert into ${sql.qualify("generation")} as counted (name, generation) values ($1, 1)
     on conflict (name) do update set generation = counted.generation + 1 returning generation`,
    [name],
  );
  return last?.generation ?? 1;
}

/** Makes the tables of a new generation, empty. */
export async function createGeneration(
  sql: SqlSession,
  projection: Projection,
  { logId, epoch, generation, live }: LogIdentity & { readonly generation: number; readonly live: boolean },
): Promise<void> {
  const { name, version } = projection;
  await sql.query(
    `insert into ${sql.qualify("projection")} (name, generation, version, live, log_id, epoch, position)
     values ($1, $2, $3, $4, $5, $6, 0)`,
    [name, generation, version, live ? 1 : 0, logId, epoch],
  );
  await projection.create(sessionOf(sql, name, generation));
}

export async function dropGeneration(
  sql: SqlSession,
  { name, generation }: Pick<Tracking, "name" | "generation">,
): Promise<void> {
  await sql.query(`delete from ${sql.qualify("projection")} where name = $1 and generation = $2`, [name, generation]);
  await sql.dropAll(prefixOf(name, generation));
}

/** From now on this generation is the one that is read. */
export async function makeLive(sql: SqlSession, { name, generation }: Tracking): Promise<void> {
  await sql.query(`update ${sql.qualify("projection")} set live = 1 where name = $1 and generation = $2`, [
    name,
    generation,
  ]);
}

/**
 * Moves a generation from the position that it is believed to stand at to an event. Throws `SupersededError` where it
 * stands elsewhere: another runner was here, and this one must not apply the same events again.
 */
export async function advance(
  sql: SqlSession,
  { name, generation, position }: Pick<Tracking, "name" | "generation" | "position">,
  to: Pick<RecordedEvent, "position" | "eventId">,
): Promise<void> {
  const moved = await sql.query(
    `update ${sql.qualify("projection")} set position = $1, event_id = $2, failure = null
     where name = $3 and generation = $4 and position = $5 returning position`,
    [to.position, to.eventId, name, generation, position],
  );
  if (moved.length === 0) throw new SupersededError(`${name} no longer stands at position ${position}`);
}

/** Notes why a generation stands still. */
export async function noteFailure(
  sql: SqlSession,
  { name, generation, position }: Pick<Tracking, "name" | "generation" | "position">,
  failure: Failure,
): Promise<void> {
  await sql.query(
    `update ${sql.qualify("projection")} set failure = $1 where name = $2 and generation = $3 and position = $4`,
    [JSON.stringify(failure), name, generation, position],
  );
}
