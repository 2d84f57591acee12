import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Comparison, compare, rate } from "../../../../tools/bench/measure.ts";
import type { Row } from "../../../../tools/bench/row.ts";
import type { BenchWiki } from "../bench-wiki.ts";
import { toGet } from "../processes/load.ts";
import { aText, WORDS } from "../texts.ts";

const CONNECTIONS = 4;
const PAGES = 1_000;

/**
 * Searches for a common word, ranked and with snippets, for another word each time: of a wiki that keeps the answers, which
 * it is asked for again after 400 words, or of one that keeps none. Beside FTS5 alone on texts like these.
 */
export async function measureSearch(
  how: "the answers kept" | "each made anew",
  { effort, directory, server, load }: BenchWiki,
): Promise<readonly Row[]> {
  const file = join(directory, "bare-search.db");
  const db = new DatabaseSync(file);
  const find = bareSearch(db);
  const requests = WORDS.map((word) => toGet(`/search?q=${word}`));
  const ask = () => load.run(server.ready.address, { connections: CONNECTIONS, seconds: effort.seconds, requests });
  let asked = 0;
  const bareRate = () => rate(effort.seconds, [() => find(WORDS[asked++ % WORDS.length] ?? "")]);
  const perSecond = await compare(async () => (await ask()).perSecond, bareRate, effort.rounds);
  const p99 = await compare(
    async () => (await ask()).p99,
    async () => 1_000 / (await bareRate()),
    effort.rounds,
  );
  db.close();
  rmSync(file);
  const row = (what: string, comparison: Comparison) => ({ what, store: "SQLite", comparison, beside: "FTS5 alone" });
  const each = `search of 1,000 pages for another common word each time, ${CONNECTIONS} connections, ${how}`;
  return [
    { ...row(each, perSecond), unit: "/s", goal: { kind: "figure", atLeast: 1_500 } },
    {
      ...row(`the same, ${how} (p99), of FTS5 the mean`, p99),
      unit: "ms",
      goal: { kind: "figure", atMost: 10 },
    },
  ];
}

function bareSearch(db: DatabaseSync): (word: string) => number {
  db.exec("create virtual table text using fts5 (title, body)");
  const insert = db.prepare("insert into text values (?, ?)");
  db.exec("begin");
  for (let n = 0; n < PAGES; n++) insert.run(`Page ${n}`, aText(5_000));
  db.exec("commit");
  const select = db.prepare(
    `select title, snippet(text, 1, '[', ']', '…', 32) from text
     where text match ? order by bm25(text, 10, 1) limit 20`,
  );
  return (word) => Math.sign(select.all(`"${word}"`).length);
}
