import { statSync } from "node:fs";
import { readWikiSize, type WikiSize } from "../verification/wiki-size.ts";
import { type Command, EXIT } from "./command.ts";
import { DATABASE_HELP, DATABASE_OPTION } from "./database-option.ts";
import { openExistingWiki } from "./existing-wiki.ts";
import { bytes, count, number } from "./plain-text.ts";
import { ProgressLine } from "./progress-line.ts";
import { readOptions } from "./read-options.ts";

const HELP = `Tells how large the wiki is, from its log alone: pages, versions, people, events and bytes.

Usage: palimpsest stats [OPTIONS]

${DATABASE_HELP}
  --json               prints it as JSON
  --help               shows this

Examples:
  palimpsest stats
  palimpsest stats --json --database postgres://wiki@localhost/wiki

Exit codes: 0 done, 1 failed, 2 wrong usage.
`;

/** `palimpsest stats`. */
export const statsCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values } = readOptions(args, {
      command: "stats",
      options: { ...DATABASE_OPTION, json: { type: "boolean" } },
    });
    await using opened = await openExistingWiki(values.database, terminal);
    const progress = new ProgressLine(terminal, "events");
    let size: WikiSize;
    try {
      size = await readWikiSize(opened.wiki, {
        onProgress: (done) => progress.show(done),
        signal: terminal.interrupted,
      });
    } finally {
      progress.end();
    }
    const files = filesOf(opened.address);
    terminal.print(values.json ? `${JSON.stringify({ ...size, files }, null, 2)}\n` : textOf(size, files));
    return EXIT.done;
  },
};

interface FileSize {
  readonly file: string;
  readonly bytes: number;
}

/** On SQLite a wiki is some files side by side. */
function filesOf(address: string): readonly FileSize[] {
  if (!address.startsWith("sqlite:")) return [];
  const log = address.slice("sqlite:".length);
  return ["", "-wal", ".accounts", ".derived", ".read-models"].flatMap((suffix) => {
    const found = statSync(log + suffix, { throwIfNoEntry: false });
    return found ? [{ file: log + suffix, bytes: found.size }] : [];
  });
}

function textOf(size: WikiSize, files: readonly FileSize[]): string {
  const { pages, versions, people, events, stateBytes, textBytes, largest, mostEdited, firstAt, lastAt } = size;
  const lines = [
    `${count(pages.live, "page")}, and ${number(pages.deleted)} deleted, with ${bytes(textBytes)} of text`,
    `${count(versions, "version")} by ${count(people, "person", "people")}`,
    `${count(events, "event")} with ${bytes(stateBytes)} of data`,
  ];
  if (firstAt !== undefined) lines.push(`first ${firstAt}, last ${lastAt}`);
  for (const { file, bytes: some } of files) lines.push(`${bytes(some).padStart(8)}  ${file}`);
  if (largest.length > 0)
    lines.push("", "Largest pages:", ...largest.map((it) => `${bytes(it.bytes).padStart(10)}  ${it.slug}`));
  if (mostEdited.length > 0) {
    lines.push("", "Most versions:", ...mostEdited.map((it) => `${number(it.versions).padStart(10)}  ${it.slug}`));
  }
  return `${lines.join("\n")}\n`;
}
