import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Effort } from "../../../tools/bench/measure.ts";
import { addPage, fillWiki } from "./filled-wiki.ts";
import { type LoadGenerator, startLoadGenerator } from "./processes/load.ts";
import { type ServerProcess, startBareServer, startWikiServer } from "./processes/servers.ts";
import type { WikiPrograms } from "./wiki-programs.ts";

/** The wiki that is measured, served, beside `node:http` alone. */
export interface BenchWiki {
  readonly effort: Effort;
  readonly installed: WikiPrograms;
  /** For what a measurement makes. */
  readonly directory: string;
  readonly database: string;
  readonly server: ServerProcess;
  readonly bare: ServerProcess;
  readonly load: LoadGenerator;
}

/** The pages that are not like the others. */
export const SPECIAL = {
  /** Its answer is of 15 kB. */
  viewed: { slug: "viewed", bytes: 5_600, versions: 1 },
  edited: { slug: "edited", bytes: 5_000, versions: 1 },
  historic: { slug: "historic", bytes: 5_000, versions: 200 },
  compared: { slug: "compared", bytes: 30_000, versions: 50 },
} as const;

/** Runs measurements on a wiki of 1,000 pages; takes everything away afterwards. */
export async function onBenchWiki<T>(
  { effort, installed }: { readonly effort: Effort; readonly installed: WikiPrograms },
  measure: (bench: BenchWiki) => Promise<T>,
): Promise<T> {
  return inDirectory(async (directory) => {
    const database = await fillWiki(directory, { pages: 1_000, bytes: 5_000, edits: 0 });
    for (const page of Object.values(SPECIAL)) await addPage(database, page);
    const [server, bare, load] = await Promise.all([
      startWikiServer(installed, database),
      startBareServer(),
      startLoadGenerator(),
    ]);
    try {
      return await measure({ effort, installed, directory, database, server, bare, load });
    } finally {
      for (const part of [load, server, bare]) await part.stop();
    }
  });
}

/** The same wiki served by one more process, which keeps no answer. */
export async function withoutKeeping<T>(bench: BenchWiki, measure: (bench: BenchWiki) => Promise<T>): Promise<T> {
  const server = await startWikiServer(bench.installed, bench.database, { keptBytes: 0 });
  try {
    return await measure({ ...bench, server });
  } finally {
    await server.stop();
  }
}

/** Gives a folder that is gone afterwards. */
export async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "palimpsest-bench-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
