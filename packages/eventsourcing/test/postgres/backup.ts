import { execFile } from "node:child_process";
import { chmodSync } from "node:fs";
import { chown, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import type { PostgresServer } from "../../../../tools/testing/postgres-server.ts";

/** A copy of a server's data, which any server of the tests can be started on. */
export interface Backup {
  readonly data: string;
  /** Users and passwords come with the data. */
  readonly connectionString: string;
}

/** Copies the data of a server while it runs, as PostgreSQL describes it for tools of one's own. */
export async function backUpRunning(server: PostgresServer, data: string): Promise<Backup> {
  const { connectionString, folder } = server;
  const source = join(folder, "data");
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query("select pg_backup_start('test', fast => true)");
    await copy(source, data);
    const { rows } = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(false)");
    await rm(join(data, "pg_wal"), { recursive: true });
    await copy(join(source, "pg_wal"), join(data, "pg_wal"));
    const label = join(data, "backup_label");
    await writeFile(label, rows[0]?.labelfile ?? "");
    const { uid, gid } = await stat(source);
    await chown(label, uid, gid);
    await rm(join(data, "postmaster.pid"));
  } finally {
    await client.end();
  }
  return { data, connectionString };
}

/** Copies the data of a server that is stopped. */
export async function backUpStopped(server: PostgresServer, data: string): Promise<Backup> {
  await copy(join(server.folder, "data"), data);
  return { data, connectionString: server.connectionString };
}

/** Puts a backup in the place of the data of a server that is stopped, starts it, and answers how to reach it. */
export async function restore(server: PostgresServer, { data, connectionString }: Backup): Promise<string> {
  const target = join(server.folder, "data");
  await rm(target, { recursive: true });
  await copy(data, target);
  chmodSync(target, 0o700);
  await server.start();
  const url = new URL(connectionString);
  url.port = String(server.port);
  return url.href;
}

/** With its owners, and although files come and go under it. */
async function copy(source: string, target: string): Promise<void> {
  try {
    await promisify(execFile)("cp", ["-a", source, target]);
  } catch (error) {
    const vanished = /^(cp: .*: No such file or directory\n?)+$/;
    if (!(error instanceof Error && "stderr" in error && vanished.test(String(error.stderr)))) throw error;
  }
  await readdir(target);
}
