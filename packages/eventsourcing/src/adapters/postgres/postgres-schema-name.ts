import { ProgrammingError } from "../../domain/errors.ts";

/** The name of a store's schema: as in PostgreSQL without quotes; names that start with `pg_` are its own. */
export function toSchemaName(schema = "palimpsest"): string {
  if (!/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new ProgrammingError(
      `"${schema}" is no name for a schema; give up to 63 lower-case letters, digits and "_", no digit first`,
    );
  }
  return schema;
}
