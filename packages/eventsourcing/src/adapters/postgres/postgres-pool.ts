import type { Pool } from "pg";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { StoreClosedError } from "../../persistence/store-errors.ts";
import type { PostgresConnections } from "./postgres-connections.ts";
import { isLost, toStoreError } from "./postgres-errors.ts";
import { assertSameLog } from "./postgres-open.ts";
import type { Row } from "./postgres-rows.ts";

/** A statement that each connection prepares once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Connections for reading, and for snapshots. */
export class PostgresPool {
  readonly #pool: Pool;
  readonly #where: string;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(connections: PostgresConnections, size: number, expected: { schema: string; log: LogIdentity }) {
    // After a restart of the server it may be another log: what was read before does not go with what is read now.
    this.#pool = connections.createPool(size, (client) => assertSameLog(client, expected.schema, expected.log));
    this.#where = connections.where;
  }

  /** Rejects with a `StoreError`. What it asks for must do no harm when it is done twice. */
  async query(statement: Statement, values: unknown[]): Promise<readonly Row[]> {
    if (this.#closing !== undefined) throw new StoreClosedError();
    const query = { ...statement, values, rowMode: "array" } as const;
    const answer = this.#pool.query<unknown[]>(query).catch((error: unknown) => {
      // Idle connections may have been lost without our notice: a new one tells.
      if (isLost(error)) return this.#pool.query<unknown[]>(query);
      throw error;
    });
    this.#underWay.add(answer);
    try {
      return (await answer).rows;
    } catch (error) {
      throw toStoreError(this.#where, error);
    } finally {
      this.#underWay.delete(answer);
    }
  }

  /** Waits for the queries under way. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // The pool forgets those that wait for a connection when it is ended.
    await Promise.allSettled(this.#underWay);
    await this.#pool.end();
  }
}
