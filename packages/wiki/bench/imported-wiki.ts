import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { MAX_ATTACHMENT_BYTES } from "../src/access/attachment-access.ts";
import type { WikiApplication } from "../src/application/wiki-application.ts";
import { GitRepository } from "../src/transfer/git-repository.ts";
import type { ImportSummary } from "../src/transfer/import-summary.ts";
import {
  differences,
  differencesAlongHistory,
  filesInRepository,
  filesInWiki,
  textsInRepository,
  textsInWiki,
} from "../test/repository-texts.ts";

const CLI = join(import.meta.dirname, "../src/cli/main.ts");

/** Runs the command; answers undefined where it was killed, after a number of seconds. */
export async function importWiki(
  source: string,
  { database, attachments }: { readonly database: string; readonly attachments: string },
  killAfter?: number,
): Promise<ImportSummary | undefined> {
  const where = ["--database", database, "--attachments", attachments];
  const child = spawn(process.execPath, [CLI, "import", "git", source, ...where, "--json"], {
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
  { times, attachments: folder }: { readonly times: number; readonly attachments: string },
): Promise<{ readonly compared: number; readonly byInstant: number; readonly differences: readonly string[] }> {
  await using repository = await GitRepository.open(source);
  const { directory: clone } = repository;
  const files = { folder, maxBytes: MAX_ATTACHMENT_BYTES };
  const along = await differencesAlongHistory(wiki, clone, { head: String(head), times, files });
  const atEnd = [
    ...differences(textsInRepository(clone, String(head)), await textsInWiki(wiki)),
    ...differences(filesInRepository(clone, String(head), files.maxBytes), await filesInWiki(wiki, folder)),
  ];
  return { ...along, differences: [...along.differences, ...atEnd.map((what) => `end: ${what}`)] };
}
