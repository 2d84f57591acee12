import { type BackupSummary, backUp } from "../transfer/backup.ts";
import { type Command, EXIT } from "./command.ts";
import { ATTACHMENTS_HELP, ATTACHMENTS_OPTION, DATABASE_HELP, DATABASE_OPTION } from "./database-option.ts";
import { openExistingWiki } from "./existing-wiki.ts";
import { bytes, count, quoted } from "./plain-text.ts";
import { programVersion } from "./program-version.ts";
import { ProgressLine } from "./progress-line.ts";
import { readOptions } from "./read-options.ts";

const HELP = `Writes all events, the directory of people and the attached files with all their versions into one file, and reads
it back. The wiki may be served and saved to meanwhile: the backup has what was saved before it began. It fits any
database: "palimpsest restore" makes a wiki of it on SQLite or on PostgreSQL. Search, lists and other derived data
are not in it; they are made anew. Keys of an encrypted log are not in it either: keep them elsewhere.

Usage: palimpsest backup FILE [OPTIONS]

  FILE                 where to write, such as wiki-2026-11-23.backup
${DATABASE_HELP}
${ATTACHMENTS_HELP}
  --force              replaces the file if it is there
  --json               prints what was written as JSON
  --help               shows this

Examples:
  palimpsest backup wiki.backup
  palimpsest backup /backups/wiki-$(date +%F).backup --database sqlite:/srv/wiki/wiki.db
  palimpsest backup wiki.backup --database postgres://wiki@localhost/wiki --json

Exit codes: 0 done; 1 failed, or something was damaged before: events, which are in the backup as they are, or files,
which are not in it and are named; 2 wrong usage, 130 stopped by Ctrl-C.
`;

/** `palimpsest backup FILE`. */
export const backupCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readOptions(args, {
      command: "backup",
      options: { ...DATABASE_OPTION, ...ATTACHMENTS_OPTION, force: { type: "boolean" }, json: { type: "boolean" } },
      positionals: { least: 1, most: 1, what: "the file to write" },
    });
    const [path = ""] = positionals;
    await using opened = await openExistingWiki(values.database, terminal, values.attachments);
    const { address, wiki, accounts, files } = opened;
    const progress = new ProgressLine(terminal, "steps");
    let summary: BackupSummary;
    try {
      summary = await backUp({
        ...{ address, wiki, accounts, files, path, force: values.force ?? false },
        program: `palimpsest ${programVersion()}`,
        signal: terminal.interrupted,
        onProgress: (done) => progress.show(done),
      });
    } finally {
      progress.end();
    }
    terminal.print(values.json ? `${JSON.stringify(summary, null, 2)}\n` : textOf(summary));
    return summary.damaged.length + summary.lost.length === 0 ? EXIT.done : EXIT.failed;
  },
};

function textOf({ path, position, rows, files, bytes: size, sha256, damaged, lost }: BackupSummary): string {
  const people = Object.values(rows).reduce((sum, some) => sum + some, 0);
  const parts = `${count(position, "event")}, ${count(people, "person", "people")} and ${count(files, "file")} (${bytes(size)})`;
  return [
    `Wrote ${path}: ${parts}, read back and found whole.`,
    `SHA-256 of its lines: ${sha256}`,
    ...damaged.map(({ reason, position: at }) => `Damaged at position ${at}: ${reason}`),
    ...lost.map(({ name, version, reason }) => `Not in it: version ${version} of ${quoted(name)}: ${reason}`),
    "",
  ].join("\n");
}
