import { measuredOnce, type Row } from "../../../../tools/bench/row.ts";
import type { BenchWiki } from "../bench-wiki.ts";
import { type Memory, type ServerProcess, startWikiServer } from "../processes/servers.ts";
import { SOURCES } from "../wiki-programs.ts";

const GOALS = { idle: 120, "after all this load": 220 };

/** The memory of the server as it is installed, beside that of `node:http` alone. */
export function measureMemory(when: keyof typeof GOALS, { server, bare }: BenchWiki): Promise<readonly Row[]> {
  return rowsOf(when, server, bare, GOALS[when]);
}

/** The same of the sources as they are run in a checkout. */
export async function measureMemoryOfSources({ database, bare }: BenchWiki): Promise<readonly Row[]> {
  const server = await startWikiServer(SOURCES, database);
  try {
    return await rowsOf("idle, from sources", server, bare);
  } finally {
    await server.stop();
  }
}

async function rowsOf(
  when: string,
  server: ServerProcess,
  bare: ServerProcess,
  atMost?: number,
): Promise<readonly Row[]> {
  const [{ memory: ours }, { memory: alone }] = [await server.ask({}), await bare.ask({ headers: {}, body: "" })];
  const row = (what: string, of: (memory: Memory) => number): Row => ({
    what: `${what} with 1,000 pages, ${when}`,
    store: "SQLite",
    unit: "MB",
    comparison: measuredOnce(of(ours) / 2 ** 20, of(alone) / 2 ** 20),
    beside: "`node:http`",
  });
  const resident = row("resident memory", (memory) => memory.resident);
  return [
    atMost === undefined ? resident : { ...resident, goal: { kind: "figure", atMost } },
    ...(ours.own === undefined ? [] : [row("of it the process's own", ({ own = Number.NaN }) => own)]),
  ];
}
