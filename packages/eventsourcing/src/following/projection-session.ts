import { ProgrammingError } from "../domain/errors.ts";
import type { SqlRow, SqlSession, SqlValue } from "../persistence/read-model-store.ts";

/**
 * Statements on the tables of a projection. Each generation of its rows has tables of its own, so that a new one can be
 * made beside the one that is read: `table` says what a table is called in this one.
 */
export interface ProjectionSession {
  readonly dialect: "sqlite" | "postgres";
  /** The name of a table of this projection, as it stands in a statement; up to 25 lower-case letters, digits and "_". */
  table(name: string): string;
  /** The name of an index or constraint of this projection, where it is made. */
  index(name: string): string;
  /**
   * Runs one statement and answers its rows. Parameters are `$1`, `$2`, … on both databases; booleans are 0 and 1.
   * Rejects with a `StoreError`, or with the error of the driver where the statement is at fault.
   */
  query<Row = SqlRow>(text: string, parameters?: readonly SqlValue[]): Promise<readonly Row[]>;
}

/** What begins the names of all tables of a generation. */
export function prefixOf(projection: string, generation: number): string {
  return `${projection}_${generation}_`;
}

/** The part of a session that belongs to one generation of a projection. */
export function sessionOf(sql: SqlSession, projection: string, generation: number): ProjectionSession {
  const prefix = prefixOf(projection, generation);
  const named = (name: string): string => {
    if (!/^[a-z][a-z0-9_]{0,24}$/.test(name)) {
      throw new ProgrammingError(
        `"${name}" is no name in projection "${projection}"; give up to 25 lower-case letters, digits and "_", a letter first`,
      );
    }
    return prefix + name;
  };
  return {
    dialect: sql.dialect,
    table: (name) => sql.qualify(named(name)),
    // PostgreSQL takes no schema here: an index lies where its table does.
    index: (name) => `"${named(name)}"`,
    query: (text, parameters) => sql.query(text, parameters),
  };
}
