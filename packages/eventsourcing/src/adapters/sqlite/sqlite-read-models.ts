import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReadModelStore, SqlSession, SqlValue } from "../../persistence/read-model-store.ts";
import { StoreClosedError } from "../../persistence/store-errors.ts";
import { dropAll } from "./sqlite-database.ts";
import { BUSY, isOfStatement, needsReopen, resultCode, toStoreError } from "./sqlite-errors.ts";
import { openReadModelsForReading, openReadModelsForWriting } from "./sqlite-open-read-models.ts";
import { type BoundText, bindByPlace } from "./sqlite-parameters.ts";

// Another process may be in the middle of a batch. In milliseconds.
const BUSY_TIMEOUT = 30_000;
const BUSY_PAUSE = 2;
// Statements that programs put together would otherwise be kept for ever.
const MAX_STATEMENTS = 500;

/** Read models in a SQLite file of their own. Its connections are opened when they are first needed. */
export class SqliteReadModels implements ReadModelStore {
  readonly reader: SqlSession;
  readonly #file: string;
  #writing: SqliteSession | undefined;
  #reading: SqliteSession | undefined;
  /** The last transaction that was asked for. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(file: string) {
    this.#file = file;
    this.reader = this.#createReader();
  }

  transaction<T>(work: (sql: SqlSession) => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#transact(work));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    for (const session of [this.#reading, this.#writing]) if (session?.db.isOpen) session.db.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  async #transact<T>(work: (sql: SqlSession) => Promise<T>): Promise<T> {
    const session = this.#openForWriting();
    try {
      await beginImmediate(session.db);
      const result = await work(session);
      session.db.exec("commit");
      return result;
    } catch (error) {
      if (session.db.isTransaction) session.db.exec("rollback");
      if (needsReopen(error)) this.#reopen();
      throw toReadModelError(this.#file, error);
    }
  }

  #openForWriting(): SqliteSession {
    if (this.#closed) throw new StoreClosedError();
    this.#writing ??= new SqliteSession(openReadModelsForWriting(this.#file));
    return this.#writing;
  }

  #openForReading(): SqliteSession {
    if (this.#closed) throw new StoreClosedError();
    // In memory there is one connection.
    if (this.#isInMemory) return this.#openForWriting();
    this.#openForWriting();
    this.#reading ??= new SqliteSession(openReadModelsForReading(this.#file));
    return this.#reading;
  }

  /** Derived data is not verified after an error of the disk: what cannot be read when it is opened is made anew. */
  #reopen(): void {
    for (const session of [this.#reading, this.#writing]) session?.db.close();
    this.#reading = undefined;
    this.#writing = undefined;
  }

  get #isInMemory(): boolean {
    return this.#file === ":memory:";
  }

  #createReader(): SqlSession {
    const query = async <Row>(text: string, parameters?: readonly SqlValue[]) => {
      try {
        return await this.#openForReading().query<Row>(text, parameters);
      } catch (error) {
        if (needsReopen(error)) this.#reopen();
        throw toReadModelError(this.#file, error);
      }
    };
    return {
      dialect: "sqlite",
      qualify,
      // One connection shows what is not committed yet: in memory reading waits its turn.
      query: this.#isInMemory ? (text, parameters) => this.#inTurn(() => query(text, parameters)) : query,
      dropAll: () => Promise.reject(new Error("a reading session drops nothing")),
    };
  }
}

class SqliteSession implements SqlSession {
  readonly dialect = "sqlite";
  readonly qualify = qualify;
  readonly db: DatabaseSync;
  readonly #statements = new Map<string, PreparedQuery>();

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  async query<Row>(text: string, parameters: readonly SqlValue[] = []): Promise<readonly Row[]> {
    const { statement, columns, valuesOf } = this.#prepare(text);
    // Of arrays, as was asked for.
    const rows = statement.all(...valuesOf(parameters)) as unknown as readonly (readonly SqlValue[])[];
    // Node's own objects have no prototype, would equal no object of the caller's, and take three times as long.
    return rows.map((values) => toRow(columns, values)) as Row[];
  }

  async dropAll(prefix: string): Promise<void> {
    dropAll(this.db, (name) => name.startsWith(prefix) && /^[a-z]/.test(name.slice(prefix.length)));
  }

  #prepare(text: string): PreparedQuery {
    let query = this.#statements.get(text);
    if (!query) {
      if (this.#statements.size === MAX_STATEMENTS) this.#statements.clear();
      const bound = bindByPlace(text);
      const statement = this.db.prepare(bound.text);
      statement.setReturnArrays(true);
      query = { statement, columns: statement.columns().map(({ name }) => name), valuesOf: bound.valuesOf };
      this.#statements.set(text, query);
    }
    return query;
  }
}

interface PreparedQuery extends Pick<BoundText, "valuesOf"> {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

/** What columns hold, the caller has declared. */
function toRow(columns: readonly string[], values: readonly SqlValue[]): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {};
  for (let i = 0; i < columns.length; i++) row[columns[i] ?? ""] = values[i] ?? null;
  return row;
}

function qualify(table: string): string {
  return `"${table}"`;
}

/** Waits for the transactions of other processes without holding up this one. */
async function beginImmediate(db: DatabaseSync): Promise<void> {
  const deadline = performance.now() + BUSY_TIMEOUT;
  for (;;) {
    try {
      return db.exec("begin immediate");
    } catch (error) {
      if (resultCode(error) !== BUSY || performance.now() > deadline) throw error;
      await sleep(BUSY_PAUSE);
    }
  }
}

/** Names what failed for callers; the fault of a statement stays SQLite's own. */
function toReadModelError(file: string, error: unknown): unknown {
  return isOfStatement(error) ? error : toStoreError(file, error);
}
