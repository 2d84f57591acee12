import { execFileSync, spawnSync } from "node:child_process";
import pg from "pg";

/** Whether there is a `pg_dump` here that takes the server of the tests: it must not be older than the server. */
export async function canDump(): Promise<boolean> {
  const { stdout } = spawnSync("pg_dump", ["--version"], { encoding: "utf8" });
  const tool = Number(/\d+/.exec(stdout ?? "")?.[0] ?? 0);
  const client = new pg.Client({ connectionString: process.env["PALIMPSEST_TEST_POSTGRES"] });
  await client.connect();
  const { rows } = await client.query<{ major: number }>(
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  await client.end();
  return tool >= (rows[0]?.major ?? Number.POSITIVE_INFINITY);
}

/** Dumps a database and restores it into an empty one. */
export function dumpAndRestore(from: string, to: string): void {
  const dump = execFileSync("pg_dump", ["--format=custom", from], { maxBuffer: 2 ** 30 });
  execFileSync("pg_restore", ["--exit-on-error", "--no-owner", `--dbname=${to}`], { input: dump });
}
