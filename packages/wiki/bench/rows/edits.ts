import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { compare, rate } from "../../../../tools/bench/measure.ts";
import type { Row } from "../../../../tools/bench/row.ts";
import { type BenchWiki, SPECIAL } from "../bench-wiki.ts";
import { anEditableText } from "../filled-wiki.ts";
import { startLoadGenerator, toGet, toPatch } from "../processes/load.ts";

const BYTES = 5_000;
const CLIENTS = 32;
// Readers who look at one page after another, so that the time of an answer is seen and not that of a queue of readers.
const READERS = { connections: 4, pause: 5, requests: [toGet(`/wiki/${SPECIAL.viewed.slug}`)] };

/** Edits over HTTP, of a page for each client, each acknowledged when it is on the disk; beside commits of the driver. */
export async function measureEdits(clients: number, bench: BenchWiki): Promise<Row> {
  const { effort, server, load, directory, database } = bench;
  const requests = editsOf(clients);
  await load.run(server.ready.address, { connections: clients, seconds: 0.1, requests });
  const commits = bareCommits(database, join(directory, `bare-${clients}.db`));
  const comparison = await compare(
    async () =>
      (await load.run(server.ready.address, { connections: clients, seconds: effort.seconds, requests })).perSecond,
    () => rate(effort.seconds, [commits.commit]),
    effort.rounds,
  );
  commits.close();
  return {
    what: `durable edits of pages of 5 kB over HTTP, ${clients === 1 ? "one client" : `${clients} clients`}`,
    store: "SQLite",
    unit: "/s",
    comparison,
    beside: "commits one at a time",
    goal: { kind: "ratio", atLeast: clients === 1 ? 0.5 : 1 },
  };
}

/** How long readers of a cached page wait while others edit; beside the same readers alone. */
export async function measureViewsMeanwhile({ effort, server, load }: BenchWiki): Promise<Row> {
  const editors = await startLoadGenerator();
  const { seconds } = effort;
  const { address } = server.ready;
  const views = async () => (await load.run(address, { ...READERS, seconds })).p99;
  const edits = () => editors.run(address, { connections: CLIENTS, seconds, requests: editsOf(CLIENTS) });
  const comparison = await compare(async () => (await Promise.all([views(), edits()]))[0], views, effort.rounds);
  await editors.stop();
  return {
    what: `page views (p99) while ${CLIENTS} clients edit`,
    store: "SQLite",
    unit: "ms",
    comparison,
    beside: "while nobody edits",
    goal: { kind: "ratio", atMost: 2 },
  };
}

/** Small edits of a page each. */
function editsOf(clients: number): readonly string[] {
  return Array.from({ length: clients }, (_, n) => toPatch(`page-${n}`, { body: anEditableText(BYTES) }));
}

/** Commits of a row like that of the last edit, into a table of the same columns and indices. */
function bareCommits(database: string, file: string): { commit(): number; close(): void } {
  const ours = new DatabaseSync(database.slice("sqlite:".length), { readOnly: true });
  const last = ours
    .prepare("select * from event where topic = 'Page.BodyUpdated' order by position desc limit 1")
    .get();
  const definitions = ours
    .prepare(
      "select sql from sqlite_schema where tbl_name = 'event' and type in ('table', 'index') and sql is not null",
    )
    .all();
  ours.close();
  if (!last) throw new Error("there was no edit");
  const db = new DatabaseSync(file);
  db.exec("pragma journal_mode = wal; pragma synchronous = full");
  for (const { sql } of definitions) db.exec(String(sql));
  const { position: _, ...row } = last;
  const columns = Object.keys(row);
  const insert = db.prepare(`insert into event (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`);
  let version = 0;
  return {
    commit: () => {
      version++;
      const next = { ...row, event_id: crypto.randomUUID(), originator_version: version, save_id: crypto.randomUUID() };
      insert.run(...Object.values(next));
      return 1;
    },
    close: () => db.close(),
  };
}
