import { startPostgres } from "./postgres-server.ts";

/** Vitest's global set-up: one PostgreSQL for the whole run, unless the environment names one. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["PALIMPSEST_TEST_POSTGRES"]) return undefined;
  const server = await startPostgres({ settings: { max_connections: "200" } });
  // The workers are forked after this and inherit it.
  process.env["PALIMPSEST_TEST_POSTGRES"] = server.connectionString;
  process.env["PALIMPSEST_TEST_POSTGRES_KEEPS_SPARES"] = "1";
  return () => server.remove();
}
