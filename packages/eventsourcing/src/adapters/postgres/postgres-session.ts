import type { Client } from "pg";
import { StoreUnavailableError } from "../../persistence/store-errors.ts";
import { disconnect, type PostgresConnections } from "./postgres-connections.ts";

/** A connection that writes, and the session behind it: it outlives the connection until the server notices. */
export interface Session {
  readonly client: Client;
  readonly pid: number;
  /** Seconds since 1970, to the microsecond: tells sessions with the same process id apart. */
  readonly started: string;
}

const TERMINATE_TIMEOUT = 5_000;

export async function openSession(connections: PostgresConnections): Promise<Session> {
  const client = await connections.connect();
  try {
    const { rows } = await client.query<Omit<Session, "client">>(
      "select pid, extract(epoch from backend_start)::text as started from pg_stat_activity where pid = pg_backend_pid()",
    );
    const [row] = rows;
    if (!row)
      throw new StoreUnavailableError(`${connections.where} hides its own sessions; connect to PostgreSQL itself`);
    return { client, ...row };
  } catch (error) {
    disconnect(client);
    throw error;
  }
}

/** Makes sure that the session of a connection that was lost does nothing any more. */
export async function endSession(client: Client, { pid, started }: Session, where: string): Promise<void> {
  const { rows } = await client.query<{ ended: boolean }>(
    `select pg_terminate_backend(pid, ${TERMINATE_TIMEOUT}) as ended from pg_stat_activity
     where pid = $1 and extract(epoch from backend_start)::text = $2 and pid <> pg_backend_pid()`,
    [pid, started],
  );
  if (rows.some(({ ended }) => !ended)) {
    throw new StoreUnavailableError(`${where} is still at work for a connection that was lost; try again`);
  }
}
