import { StoreNotEmptyError } from "@palimpsest/eventsourcing";
import { sql } from "kysely";
import type { AccountsDatabase } from "./accounts-tables.ts";

/** The durable tables that a backup holds, those first that others name. A test compares them with what there is. */
export const ARCHIVED_TABLES = ["person"] as const;

export type ArchivedTable = (typeof ARCHIVED_TABLES)[number];

/** A row of a durable table. */
export interface ArchivedRow {
  readonly table: ArchivedTable;
  readonly values: { readonly [column: string]: string | number | null };
}

/** Whether a backup may hold rows of a table. */
export function isArchivedTable(table: string): table is ArchivedTable {
  return ARCHIVED_TABLES.some((known) => known === table);
}

/** The rows of all durable tables, as they are at one moment. */
export async function readAccounts(db: AccountsDatabase): Promise<readonly ArchivedRow[]> {
  return db.transaction().execute(async (transaction) => {
    const rows: ArchivedRow[] = [];
    for (const table of ARCHIVED_TABLES) {
      const found = await transaction.selectFrom(table).selectAll().orderBy("id").execute();
      rows.push(...found.map((values) => ({ table, values: { ...values } })));
    }
    return rows;
  });
}

// SQLite and PostgreSQL take 32,766 parameters at least.
const BATCH = 1_000;

/**
 * Writes the rows of a backup, all or none, where there are no others. Rejects with `StoreNotEmptyError` where there are;
 * rows that a restore which was stopped has left behind are the same ones.
 */
export async function restoreAccounts(
  db: AccountsDatabase,
  where: string,
  rows: readonly ArchivedRow[],
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const table of ARCHIVED_TABLES) {
      const values = rows.filter((row) => row.table === table).map((row) => row.values);
      for (let start = 0; start < values.length; start += BATCH) {
        const batch = values.slice(start, start + BATCH);
        const columns = Object.keys(batch[0] ?? {});
        await sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))}) values ${sql.join(
          batch.map((row) => sql`(${sql.join(columns.map((column) => row[column] ?? null))})`),
        )} on conflict do nothing`.execute(transaction);
      }
      const ids = new Set(values.map(({ id }) => id));
      const found = await transaction.selectFrom(table).select("id").execute();
      if (found.length !== ids.size || found.some(({ id }) => !ids.has(id))) throw new StoreNotEmptyError(where);
    }
  });
}
