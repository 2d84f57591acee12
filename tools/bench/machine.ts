import { cpus, loadavg, totalmem } from "node:os";
import { DatabaseSync } from "node:sqlite";

/** What the figures were measured on, in one line. */
export function describeMachine(postgresVersion?: string): string {
  const db = new DatabaseSync(":memory:");
  const sqliteVersion = db.prepare("select sqlite_version() as version").get()?.["version"];
  db.close();
  const processors = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return [
    `${processors.length} cores (${processors[0]?.model.trim()})`,
    `${memory} GB of memory`,
    `${process.platform} ${process.arch}`,
    `Node ${process.versions.node}`,
    `SQLite ${String(sqliteVersion)}`,
    ...(postgresVersion === undefined ? [] : [`PostgreSQL ${postgresVersion}`]),
    // What else was running: a busy disk slows bare commits down more than ours, and flatters the ratio.
    `load average at the start ${loadavg()[0]?.toFixed(1)}`,
  ].join(", ");
}
