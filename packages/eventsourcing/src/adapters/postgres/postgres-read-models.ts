import type { Pool } from "pg";
import type { ReadModelStore, SqlSession, SqlValue } from "../../persistence/read-model-store.ts";
import { StoreClosedError } from "../../persistence/store-errors.ts";
import type { PostgresConnections } from "./postgres-connections.ts";
import { isLost, isOfStatement, toStoreError } from "./postgres-errors.ts";

// Of other kinds there is none that a projection makes: functions and types belong to the store.
const DROPPED_KINDS: { readonly [relkind: string]: string } = {
  r: "table",
  p: "table",
  v: "view",
  m: "materialized view",
};

/** Read models in the schema of the store, over connections of their own: their queries want the planner's full choice. */
export class PostgresReadModels implements ReadModelStore {
  readonly reader: SqlSession;
  readonly #pool: Pool;
  readonly #schema: string;
  readonly #where: string;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(connections: PostgresConnections, options: { readonly poolSize: number; readonly schema: string }) {
    this.#pool = connections.createReadModelPool(options.poolSize);
    this.#schema = options.schema;
    this.#where = connections.where;
    const read = async (text: string, values: SqlValue[]) => (await this.#pool.query(text, values)).rows;
    this.reader = new PostgresSession(this.#schema, (text, values) =>
      this.#track(async () => {
        try {
          // Idle connections may have been lost without our notice: a new one tells.
          return await read(text, values).catch((error) =>
            isLost(error) ? read(text, values) : Promise.reject(error),
          );
        } catch (error) {
          throw this.#toError(error);
        }
      }),
    );
  }

  transaction<T>(work: (sql: SqlSession) => Promise<T>): Promise<T> {
    return this.#track(() => this.#transact(work));
  }

  /** Waits for what is under way. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#pool.end();
  }

  async #transact<T>(work: (sql: SqlSession) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error) => Promise.reject(this.#toError(error)));
    let lost = false;
    const ask = async (text: string, values: SqlValue[] = []): Promise<unknown[]> => {
      try {
        return (await client.query(text, values)).rows;
      } catch (error) {
        lost ||= isLost(error);
        throw this.#toError(error);
      }
    };
    try {
      await ask("begin");
      const result = await work(new PostgresSession(this.#schema, ask));
      await ask("commit");
      return result;
    } catch (error) {
      if (!lost) await ask("rollback").catch(() => {});
      throw error;
    } finally {
      client.release(lost);
    }
  }

  async #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new StoreClosedError();
    const result = work();
    this.#underWay.add(result);
    try {
      return await result;
    } finally {
      this.#underWay.delete(result);
    }
  }

  /** Names what failed for callers; the fault of a statement stays PostgreSQL's own. */
  #toError(error: unknown): unknown {
    return isOfStatement(error) ? error : toStoreError(this.#where, error);
  }
}

class PostgresSession implements SqlSession {
  readonly dialect = "postgres";
  readonly #schema: string;
  readonly #ask: (text: string, values: SqlValue[]) => Promise<unknown[]>;

  constructor(schema: string, ask: (text: string, values: SqlValue[]) => Promise<unknown[]>) {
    this.#schema = schema;
    this.#ask = ask;
  }

  async query<Row>(text: string, parameters: readonly SqlValue[] = []): Promise<readonly Row[]> {
    // What the columns hold, the caller has declared.
    return (await this.#ask(text, [...parameters])) as Row[];
  }

  qualify(table: string): string {
    return `"${this.#schema}"."${table}"`;
  }

  async dropAll(prefix: string): Promise<void> {
    const found = await this.query<{ readonly name: string; readonly kind: string }>(
      `select relname as name, relkind as kind from pg_class
       where relnamespace = $1::regnamespace and starts_with(relname, $2) and substr(relname, length($2) + 1) ~ '^[a-z]'`,
      [`"${this.#schema}"`, prefix],
    );
    for (const { name, kind } of found) {
      const type = DROPPED_KINDS[kind];
      if (type !== undefined) await this.query(`drop ${type} if exists ${this.qualify(name)} cascade`);
    }
  }
}
