import pg from "pg";
import { createTestDatabase } from "../../../../tools/testing/test-database.ts";
import { openPostgresRecorder } from "../../src/adapters/postgres/postgres-recorder.ts";
import { Application } from "../../src/application/application.ts";
import type { BareEffects, BareReader, BareRow, BareWriter, Engine } from "../engine.ts";

/** `pg` with named prepared statements, from a pool of so many connections. */
export function postgres(serialiser: "advisory-lock" | "row-lock", connections: number): Engine {
  return {
    name: "PostgreSQL",
    bareSaves: connections === 1 ? "commits one at a time" : `unordered inserts, pool of ${connections}`,
    async create() {
      const { connectionString, drop } = await createTestDatabase();
      const pool = new pg.Pool({ connectionString, max: connections });
      return {
        open: async (options) =>
          Application.open({ ...options, store: await openPostgresRecorder({ connectionString, serialiser }) }),
        bareWriter: () => bareWriter(pool),
        bareReader: () => bareReader(pool),
        bareEffects: () => bareEffects(pool),
        drop: async () => {
          await pool.end();
          await drop();
        },
      };
    },
  };
}

/** The version of the server of this run. */
export async function getPostgresVersion(): Promise<string> {
  const { connectionString, drop } = await createTestDatabase();
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query("select current_setting('server_version') as version");
  await client.end();
  await drop();
  return rows[0].version;
}

async function bareWriter(pool: pg.Pool): Promise<BareWriter> {
  await pool.query(`create table bare (like ${await findTable(pool)} including all)`);
  await pool.query("alter table bare alter position add generated always as identity");
  const text = `insert into bare (
      recorded_at, originator_version, checksum, schema_version, event_id, originator_id, save_id, topic, encoding, state
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;
  return {
    insert: (row: BareRow) =>
      pool.query({
        name: "insert",
        text,
        values: [
          row.recordedAt,
          row.originatorVersion,
          row.checksum,
          row.schemaVersion,
          row.eventId,
          row.originatorId,
          row.saveId,
          row.topic,
          row.encoding,
          Buffer.from(row.state),
        ],
      }),
    count: async () => Number((await pool.query("select count(*) as count from bare")).rows[0].count),
  };
}

async function bareReader(pool: pg.Pool): Promise<BareReader> {
  const table = await findTable(pool);
  const select = async (name: string, where: string, values: readonly unknown[]) =>
    (await pool.query({ name, text: `select * from ${table} ${where}`, values: [...values] })).rows;
  return {
    stream: (id) => select("stream", "where originator_id = $1 order by originator_version", [id]),
    log: (start, limit) => select("log", "where position >= $1 order by position limit $2", [start, limit]),
  };
}

async function bareEffects(pool: pg.Pool): Promise<BareEffects> {
  await pool.query("create table effect (event_id text primary key, position bigint not null)");
  return {
    insert: async (events) => {
      const client = await pool.connect();
      await client.query("set synchronous_commit = off");
      await client.query("begin");
      for (const { eventId, position } of events) {
        await client.query("insert into effect values ($1, $2)", [eventId, position]);
      }
      await client.query("commit");
      client.release();
    },
    clear: async () => {
      await pool.query("truncate effect");
    },
  };
}

async function findTable(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where tablename = 'event'",
  );
  return rows[0].name;
}
