import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteRecorder } from "../../src/adapters/sqlite/sqlite-recorder.ts";
import { Application } from "../../src/application/application.ts";
import type { BareWriter, Engine } from "../engine.ts";

/** `node:sqlite` in WAL with `synchronous = full`, as the library has it. */
export const sqlite = {
  name: "SQLite",
  bareSaves: "commits one at a time",
  async create() {
    const directory = mkdtempSync(join(tmpdir(), "palimpsest-bench-"));
    const file = join(directory, "ours.sqlite");
    const bareFile = join(directory, "bare.sqlite");
    const connections: DatabaseSync[] = [];
    const connect = (path: string) => {
      const db = new DatabaseSync(path);
      connections.push(db);
      return db;
    };
    return {
      open: async (options) => Application.open({ ...options, store: await openSqliteRecorder({ file }) }),
      bareWriter: async () => bareWriter(connect(bareFile), connect(file)),
      bareReader: async () => {
        const db = connect(file);
        const stream = db.prepare("select * from event where originator_id = ? order by originator_version");
        const log = db.prepare("select * from event where position >= ? order by position limit ?");
        return {
          stream: async (originatorId) => stream.all(originatorId),
          log: async (start, limit) => log.all(start, limit),
        };
      },
      bareEffects: async () => {
        const db = connect(join(directory, "effects.sqlite"));
        db.exec("pragma journal_mode = wal; pragma synchronous = normal");
        db.exec("create table effect (event_id text primary key, position integer not null)");
        const insert = db.prepare("insert into effect values (?, ?)");
        return {
          insert: async (events) => {
            db.exec("begin immediate");
            for (const { eventId, position } of events) insert.run(eventId, position);
            db.exec("commit");
          },
          clear: async () => db.exec("delete from effect"),
        };
      },
      /** The bytes of the log on the disk; all of them once the application is closed. */
      size: () => statSync(file).size,
      drop: async () => {
        for (const connection of connections) connection.close();
        rmSync(directory, { recursive: true });
      },
    };
  },
} satisfies Engine;

function bareWriter(db: DatabaseSync, ours: DatabaseSync): BareWriter {
  db.exec("pragma journal_mode = wal; pragma synchronous = full");
  const definitions = ours.prepare(
    "select sql from sqlite_schema where tbl_name = 'event' and type in ('table', 'index')",
  );
  for (const { sql } of definitions.all()) if (typeof sql === "string") db.exec(sql);
  const insert = db.prepare("insert into event values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null)");
  const count = db.prepare("select count(*) as count from event");
  return {
    insert: (row) =>
      insert.run(
        row.eventId,
        row.originatorId,
        row.originatorVersion,
        row.topic,
        row.schemaVersion,
        row.saveId,
        row.recordedAt,
        row.encoding,
        row.state,
        row.checksum,
      ),
    count: async () => Number(count.get()?.["count"]),
  };
}
