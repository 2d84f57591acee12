import { InvalidStoreAddressError } from "@palimpsest/eventsourcing";
import type { AccountsDatabase } from "./accounts-tables.ts";

/**
 * Opens the durable tables of a wiki whose log is at an address: on SQLite the file with `.accounts` after the log's
 * name, on PostgreSQL the schema `accounts`. Rejects with `InvalidStoreAddressError`, `NewerStoreError`, `NotAStoreError`,
 * `StoreUnavailableError`.
 */
export async function openAccounts(address: string): Promise<AccountsDatabase> {
  const [scheme = ""] = address.split(":", 1);
  const rest = address.slice(scheme.length + 1);
  switch (scheme) {
    case "memory":
      return (await import("./sqlite-accounts.ts")).openSqliteAccounts(":memory:");
    case "sqlite":
      return (await import("./sqlite-accounts.ts")).openSqliteAccounts(`${rest}.accounts`);
    case "postgres":
    case "postgresql":
      return (await import("./postgres-accounts.ts")).openPostgresAccounts(address);
    default:
      throw new InvalidStoreAddressError(scheme.slice(0, 20));
  }
}
