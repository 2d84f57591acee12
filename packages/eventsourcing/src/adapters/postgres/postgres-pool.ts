import type { Pool } from "pg";
import { StoreClosedError } from "../../persistence/store-errors.ts";
import type { PostgresConnections } from "./postgres-connections.ts";
import { isLost, toStoreError } from "./postgres-errors.ts";
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
  #closing: Promise<void> | undefined;

  constructor(connections: PostgresConnections, size: number) {
    this.#pool = connections.createPool(size);
    this.#where = connections.where;
  }

  /** Rejects with a `StoreError`. What it asks for must do no harm when it is done twice. */
  async query(statement: Statement, values: unknown[]): Promise<readonly Row[]> {
    try {
      return await this.#query(statement, values).catch((error: unknown) => {
        // Idle connections may all have been lost without our notice: a new one tells.
        if (isLost(error)) return this.#query(statement, values);
        throw error;
      });
    } catch (error) {
      throw toStoreError(this.#where, error);
    }
  }

  /** Waits for the queries under way. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  async #query({ name, text }: Statement, values: unknown[]): Promise<readonly Row[]> {
    if (this.#closing !== undefined) throw new StoreClosedError();
    return (await this.#pool.query<unknown[]>({ name, text, values, rowMode: "array" })).rows;
  }
}
