import type { Generated, Kysely } from "kysely";

/** People whom events name by their ids. */
interface PersonTable {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Milliseconds since 1970. */
  readonly created_at: number;
}

interface SchemaVersionTable {
  /** Always 1: the table has one row. */
  readonly single: Generated<number>;
  readonly version: number;
}

/** The durable tables that are no events: a log cannot forget a secret, and holds no personal data. */
export interface AccountsTables {
  readonly person: PersonTable;
  readonly schema_version: SchemaVersionTable;
}

/** The durable tables beside a log. What was committed survives a power cut. */
export type AccountsDatabase = Kysely<AccountsTables>;
