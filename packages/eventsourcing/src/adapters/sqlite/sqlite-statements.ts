import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { RecordedEvent } from "../../persistence/stored-event.ts";
import { EVENT_COLUMNS, toEvent } from "./sqlite-rows.ts";

export const POSITION_OF_KEY = "select position from event where idempotency_key = ?";

/** For {@link rowsOfSave}. */
export const FROM_POSITION = `select ${EVENT_COLUMNS} from event where position >= ? order by position`;

/** A statement that answers rows as arrays. */
export function prepareArray(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

/** The first column of the first row: a number, or undefined where there is no row or it is null. */
export function firstColumn(statement: StatementSync, ...parameters: (string | number)[]): number | undefined {
  const row = statement.get(...parameters) as unknown as readonly (number | null)[] | undefined;
  return row?.[0] ?? undefined;
}

/** The rows of the save whose first row has a position: they follow one another. */
export function rowsOfSave(fromPosition: StatementSync, firstPosition: number): readonly RecordedEvent[] {
  const rows: RecordedEvent[] = [];
  for (const columns of fromPosition.iterate(firstPosition)) {
    const row = toEvent(columns);
    if (rows[0] && row.saveId !== rows[0].saveId) break;
    rows.push(row);
  }
  return rows;
}
