import { uuid7 } from "../../domain/uuid.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { NotAStoreError } from "../../persistence/store-errors.ts";
import { disconnect, type PostgresAddress, PostgresConnections } from "./postgres-connections.ts";
import { toStoreError } from "./postgres-errors.ts";
import { findLog, openStore } from "./postgres-open.ts";
import { toSchemaName } from "./postgres-schema-name.ts";

/** Which store was restored. */
export interface RestoredPostgresStore extends PostgresAddress {
  /** Where its tables are; default `palimpsest`. */
  readonly schema?: string;
}

/**
 * Gives a store on PostgreSQL a new epoch, after a backup of it was restored and before anybody opens it: its positions
 * will mean other events from now on, and what has seen the old ones (nodes, followers, cursors) can tell. Its snapshots
 * are thrown away. Rejects with `NotAStoreError`, `NewerStoreError`, `StoreUnavailableError`.
 */
export async function startNewPostgresEpoch(options: RestoredPostgresStore): Promise<LogIdentity> {
  const schema = toSchemaName(options.schema);
  const connections = await PostgresConnections.load(options);
  const { where } = connections;
  try {
    const client = await connections.connect();
    try {
      // To open a store would make one.
      if (!(await findLog(client, schema, where))) {
        throw new NotAStoreError(`${where} holds no store in the schema "${schema}"; restore the backup first`);
      }
      const { logId } = await openStore(client, schema, where);
      const epoch = uuid7();
      await client.query("begin");
      await client.query(`delete from "${schema}".snapshot`);
      await client.query(`update "${schema}".log set epoch = $1`, [epoch]);
      await client.query("commit");
      return { logId, epoch };
    } finally {
      disconnect(client);
    }
  } catch (error) {
    throw toStoreError(where, error);
  }
}
