import type { Uuid } from "../../domain/uuid.ts";
import type { SnapshotQuery, SnapshotRecorder } from "../../persistence/recorder.ts";
import type { StoredSnapshot } from "../../persistence/stored-event.ts";
import type { PostgresPool, Statement } from "./postgres-pool.ts";
import {
  SNAPSHOT_COLUMNS,
  toByteaArray,
  toIntegerArray,
  toSnapshot,
  toTextArray,
  toUuidArray,
} from "./postgres-rows.ts";

/** Snapshots in a table of their own. */
export class PostgresSnapshots implements SnapshotRecorder {
  readonly #pool: PostgresPool;
  readonly #write: Statement;
  readonly #find: Statement;
  readonly #versions: Statement;
  readonly #remove: Statement;

  constructor(pool: PostgresPool, schema: string) {
    this.#pool = pool;
    const snapshot = `"${schema}".snapshot`;
    // In one order, so that two writers of the same snapshots do not wait for each other.
    this.#write = {
      name: "write_snapshots",
      text: `insert into ${snapshot}
          (originator_id, originator_version, topic, schema_version, encoding, state, checksum)
        select distinct on (1, 2) * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::int[], $5::text[], $6::bytea[], $7::bigint[])
        order by 1, 2
        on conflict (originator_id, originator_version) do update set
          topic = excluded.topic, schema_version = excluded.schema_version, encoding = excluded.encoding,
          state = excluded.state, checksum = excluded.checksum`,
    };
    this.#find = {
      name: "find_snapshots",
      text: `select ${SNAPSHOT_COLUMNS} from unnest($1::uuid[], $2::bigint[]) as query (id, up_to), lateral (
          select * from ${snapshot} where originator_id = id and originator_version <= up_to
          order by originator_version desc limit 1
        ) as newest`,
    };
    this.#versions = {
      name: "snapshot_versions",
      text: `select originator_version from ${snapshot} where originator_id = $1 order by 1`,
    };
    this.#remove = {
      name: "remove_snapshots",
      text: `delete from ${snapshot} where originator_id = $1 and originator_version = any ($2)`,
    };
  }

  async write(snapshots: readonly StoredSnapshot[]): Promise<void> {
    await this.#pool.query(this.#write, [
      toUuidArray(snapshots.map(({ originatorId }) => originatorId)),
      toIntegerArray(snapshots.map(({ originatorVersion }) => originatorVersion)),
      toTextArray(snapshots.map(({ topic }) => topic)),
      toIntegerArray(snapshots.map(({ schemaVersion }) => schemaVersion)),
      toTextArray(snapshots.map(({ encoding }) => encoding)),
      toByteaArray(snapshots.map(({ state }) => state)),
      toIntegerArray(snapshots.map(({ checksum }) => checksum)),
    ]);
  }

  async find(queries: readonly SnapshotQuery[]): Promise<readonly StoredSnapshot[]> {
    const rows = await this.#pool.query(this.#find, [
      toUuidArray(queries.map(({ originatorId }) => originatorId)),
      toIntegerArray(queries.map(({ upTo = Number.MAX_SAFE_INTEGER }) => upTo)),
    ]);
    return rows.map(toSnapshot);
  }

  async versions(originatorId: Uuid): Promise<readonly number[]> {
    const rows = await this.#pool.query(this.#versions, [originatorId]);
    return rows.map(([version]) => Number(version));
  }

  async remove(originatorId: Uuid, versions: readonly number[]): Promise<void> {
    if (versions.length > 0) await this.#pool.query(this.#remove, [originatorId, toIntegerArray(versions)]);
  }
}
