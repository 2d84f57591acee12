import { attachmentFolderFor } from "../attachments/attachment-folder.ts";
import { type RestoreSummary, restore } from "../transfer/restore.ts";
import { type Command, EXIT } from "./command.ts";
import { ATTACHMENTS_HELP, ATTACHMENTS_OPTION, DATABASE_HELP, DATABASE_OPTION, toDatabase } from "./database-option.ts";
import { bytes, count } from "./plain-text.ts";
import { ProgressLine } from "./progress-line.ts";
import { readOptions } from "./read-options.ts";

const HELP = `Makes a wiki of a backup, in a place where there is none: a new SQLite file, or a PostgreSQL database without a
wiki. The backup is checked as a whole before anything is written, and what was written is read back. Attached files
are put into their folder, where what is there already stays; the log comes last.
The wiki begins a new epoch: followers and browsers that know a later log are told so, and start anew.

Usage: palimpsest restore FILE [OPTIONS]

  FILE                 what "palimpsest backup" wrote
${DATABASE_HELP}
${ATTACHMENTS_HELP}
  --json               prints what was restored as JSON
  --help               shows this

Examples:
  palimpsest restore wiki.backup
  palimpsest restore wiki.backup --database sqlite:/srv/wiki/wiki.db
  palimpsest restore wiki.backup --database postgres://wiki@localhost/wiki

Exit codes: 0 done, 1 failed, 2 wrong usage.
`;

/** `palimpsest restore FILE`. */
export const restoreCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readOptions(args, {
      command: "restore",
      options: { ...DATABASE_OPTION, ...ATTACHMENTS_OPTION, json: { type: "boolean" } },
      positionals: { least: 1, most: 1, what: "the file to restore" },
    });
    const [path = ""] = positionals;
    const progress = new ProgressLine(terminal, "steps");
    let summary: RestoreSummary;
    try {
      const address = toDatabase(values.database, terminal.env);
      const attachments = values.attachments ?? attachmentFolderFor(address).path;
      summary = await restore({ path, address, attachments, onProgress: (done) => progress.show(done) });
    } finally {
      progress.end();
    }
    terminal.print(values.json ? `${JSON.stringify(summary, null, 2)}\n` : textOf(summary));
    return EXIT.done;
  },
};

function textOf({ events, rows, files, bytes: size, lost, createdAt }: RestoreSummary): string {
  const people = Object.values(rows).reduce((sum, some) => sum + some, 0);
  const parts = `${count(events, "event")}, ${count(people, "person", "people")} and ${count(files, "file")} (${bytes(size)})`;
  const missing = `${count(lost.length, "file was", "files were")} missing or damaged when the backup was made, and not in it: "palimpsest verify" names them.\n`;
  return (
    `Restored ${parts} of the backup of ${createdAt}, and read them back: the log is byte for byte the same.\n` +
    (lost.length === 0 ? "" : missing)
  );
}
