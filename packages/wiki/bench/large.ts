import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare } from "../../../tools/bench/measure.ts";
import { toCells } from "../../../tools/bench/report.ts";
import { inDirectory } from "./bench-wiki.ts";
import { fillWiki } from "./filled-wiki.ts";
import { startLoadGenerator, toGet } from "./processes/load.ts";
import { startWikiServer } from "./processes/servers.ts";
import { measureStart } from "./rows/start.ts";
import { WORDS } from "./texts.ts";
import { buildPrograms } from "./wiki-programs.ts";

// A large wiki beside one of 1,000 pages: npm run bench -- --large [--pages 100000]. Each page has ten events: three
// make it, seven change its title. It only prints. Nothing is kept: an answer from memory takes as long in either.
const { values } = parseArgs({
  options: { large: { type: "boolean" }, pages: { type: "string", default: "100000" }, quick: { type: "boolean" } },
});
const pages = Number(values.pages);
const effort = values.quick ? { rounds: 1, seconds: 1 } : { rounds: 5, seconds: 5 };
const BYTES = 2_000;
const EDITS = 7;
const SAMPLE = 1_000;

const ASKED = [
  { what: "view", path: (n: number) => `/wiki/page-${n}` },
  { what: "history", path: (n: number) => `/history/page-${n}` },
  { what: "search for a common word", path: (n: number) => `/search?q=${WORDS[n % WORDS.length]}` },
  { what: "search for a title", path: (n: number) => `/search?q=${n}&titles=only` },
];

await inDirectory(async (directory) => {
  const large = await fill(directory, pages);
  const small = await fill(directory, SAMPLE);
  const programs = await buildPrograms();
  for (const [database, count] of [
    [small, SAMPLE],
    [large, pages],
  ] as const) {
    const start = await measureStart({ programs, database, directory, rounds: effort.rounds, atMost: 1_000 });
    console.log(`${count} pages:`, toCells(start).join(" | "));
  }
  const [largeServer, smallServer, load] = [
    await startWikiServer(programs, large, { keptBytes: 0 }),
    await startWikiServer(programs, small, { keptBytes: 0 }),
    await startLoadGenerator(),
  ];
  const ask = async (address: string, requests: readonly string[]) =>
    (await load.run(address, { connections: 1, seconds: effort.seconds, requests })).p99;
  for (const { what, path } of ASKED) {
    const of = (count: number) =>
      Array.from({ length: SAMPLE }, (_, n) => toGet(path(Math.floor((n * count) / SAMPLE))));
    const comparison = await compare(
      () => ask(largeServer.ready.address, of(pages)),
      () => ask(smallServer.ready.address, of(SAMPLE)),
      effort.rounds,
    );
    const goal = { kind: "ratio", atMost: 1.5 } as const;
    const row = {
      what: `${what} (p99), made anew each time`,
      store: "SQLite",
      unit: "ms",
      comparison,
      beside: "of 1,000 pages",
      goal,
    } as const;
    console.log(toCells(row).join(" | "));
  }
  for (const part of [load, largeServer, smallServer]) await part.stop();
});

async function fill(directory: string, count: number): Promise<string> {
  const folder = join(directory, String(count));
  mkdirSync(folder);
  const begun = performance.now();
  const database = await fillWiki(folder, { pages: count, bytes: BYTES, edits: EDITS });
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  console.log(`${count} pages with ${count * (3 + EDITS)} events made in ${seconds} s`);
  return database;
}
