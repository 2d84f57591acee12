import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { WikiApplication } from "../src/application/wiki-application.ts";
import { GitRepository } from "../src/transfer/git-repository.ts";
import type { ImportSummary } from "../src/transfer/import-summary.ts";
import { differences, differencesAlongHistory, textsInRepository, textsInWiki } from "../test/repository-texts.ts";

const CLI = join(import.meta.dirname, "../src/cli/main.ts");

/** Runs the command; answers undefined where it was killed, after a number of seconds. */
export async function importWiki(
  source: string,
  database: string,
  killAfter?: number,
): Promise<ImportSummary | undefined> {
  const child = spawn(process.execPath, [CLI, "import", "git", source, "--database", database, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  if (killAfter !== undefined) {
    await setTimeout(killAfter * 1_000);
    child.kill("SIGKILL");
  }
  const code = await ended;
  if (killAfter !== undefined) return undefined;
  if (code !== 0) throw new Error(`the command ended with ${code}`);
  // The command printed it.
  return JSON.parse(output) as ImportSummary;
}

/** What is different in a wiki from the repository it was imported from, at its end and along its history. */
export async function compareWithRepository(
  wiki: WikiApplication,
  source: string,
  { head }: ImportSummary,
  times: number,
): Promise<{ readonly compared: number; readonly byInstant: number; readonly differences: readonly string[] }> {
  await using repository = await GitRepository.open(source);
  const { directory: clone } = repository;
  const along = await differencesAlongHistory(wiki, clone, { head: String(head), times });
  const atEnd = differences(textsInRepository(clone, String(head)), await textsInWiki(wiki));
  return { ...along, differences: [...along.differences, ...atEnd.map((what) => `end: ${what}`)] };
}
