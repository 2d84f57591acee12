/** What a statement takes: booleans are 0 and 1, times milliseconds since 1970, on both databases. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A row that a statement answers, by the names of its columns. */
export type SqlRow = { readonly [column: string]: SqlValue };

/** Statements on the database of the read models, one after the other. */
export interface SqlSession {
  readonly dialect: "sqlite" | "postgres";
  /**
   * Runs one statement. Its parameters are `$1`, `$2`, … on both databases. Rejects with `StoreUnavailableError`,
   * `StoreFullError`, `StoreClosedError`, and with the error of the driver where the statement itself is at fault.
   */
  query<Row = SqlRow>(text: string, parameters?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** A table's name as it stands in a statement. */
  qualify(table: string): string;
  /** Drops the tables and views whose names are a prefix and a letter after it, and what follows. */
  dropAll(prefix: string): Promise<void>;
}

/**
 * Keeps read models: rows that projections derive from the log, with the position that they were derived up to, in one
 * database. They may be lost at any time without loss.
 */
export interface ReadModelStore {
  /** Runs some work in one transaction, which is undone as a whole where the work rejects. It must wait for no other. */
  transaction<T>(work: (sql: SqlSession) => Promise<T>): Promise<T>;
  /** For reading, outside of transactions: sees what is committed. */
  readonly reader: SqlSession;
}
