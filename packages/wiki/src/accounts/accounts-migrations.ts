import { NewerStoreError } from "@palimpsest/eventsourcing";
import { type Kysely, sql, type Transaction } from "kysely";
import type { AccountsTables } from "./accounts-tables.ts";

type Migration = (db: Transaction<AccountsTables>) => Promise<unknown>;

/** The tables, version by version; `schema_version` counts those applied. Never change one that was released: add one. */
const MIGRATIONS: readonly Migration[] = [
  (db) =>
    db.schema
      .createTable("person")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("email", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addUniqueConstraint("person_identity", ["name", "email"])
      .execute(),
];

/**
 * Brings the tables to the version of this program. `lock` keeps other processes from doing so at the same time.
 * Rejects with `NewerStoreError` where the tables are beyond that version.
 */
export function migrate(
  db: Kysely<AccountsTables>,
  where: string,
  lock: (transaction: Transaction<AccountsTables>) => Promise<unknown>,
): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction);
    await sql`create table if not exists schema_version (single integer primary key check (single = 1), version integer not null)`.execute(
      transaction,
    );
    const row = await transaction.selectFrom("schema_version").select("version").executeTakeFirst();
    const version = row?.version ?? 0;
    if (version > MIGRATIONS.length) throw new NewerStoreError(where, version, MIGRATIONS.length);
    if (version === MIGRATIONS.length) return;
    for (const migration of MIGRATIONS.slice(version)) await migration(transaction);
    await transaction
      .insertInto("schema_version")
      .values({ single: 1, version: MIGRATIONS.length })
      .onConflict((conflict) => conflict.column("single").doUpdateSet({ version: MIGRATIONS.length }))
      .execute();
  });
}
