import { userOf } from "../attachments/folder-users.ts";
import { sweepAttachments } from "../attachments/sweep-attachments.ts";
import { type Command, EXIT } from "./command.ts";
import { ATTACHMENTS_HELP, ATTACHMENTS_OPTION, DATABASE_HELP, DATABASE_OPTION } from "./database-option.ts";
import { openExistingWiki } from "./existing-wiki.ts";
import { bytes, count } from "./plain-text.ts";
import { readOptions } from "./read-options.ts";

const HELP = `Takes away what uploads have left behind that were cut, or whose event was never recorded, from the folder of attached
files. All that an event refers to stays: old versions and deleted files too. What was written in the last 24 hours
stays. The wiki can be served, and files uploaded meanwhile. "palimpsest verify" tells how much there is.

Usage: palimpsest sweep [OPTIONS]

${DATABASE_HELP}
${ATTACHMENTS_HELP}
  --json               prints what was taken away as JSON
  --help               shows this

Examples:
  palimpsest sweep
  palimpsest sweep --database postgres://wiki@localhost/wiki --attachments /srv/wiki/attachments

Exit codes: 0 done; 1 failed, or other wikis keep files in the same folder; 2 wrong usage, 130 stopped by
Ctrl-C.
`;

/** `palimpsest sweep`. */
export const sweepCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values } = readOptions(args, {
      command: "sweep",
      options: { ...DATABASE_OPTION, ...ATTACHMENTS_OPTION, json: { type: "boolean" } },
    });
    await using opened = await openExistingWiki(values.database, terminal, values.attachments);
    const { files, wiki } = opened;
    const swept = await sweepAttachments(files, () => wiki.attachments.contents(), {
      user: userOf(wiki.events.recorder.log),
      signal: terminal.interrupted,
    });
    terminal.print(
      values.json
        ? `${JSON.stringify(swept, null, 2)}\n`
        : `Took away what ${count(swept.files, "upload")} had left behind: ${bytes(swept.bytes)}.\n`,
    );
    return EXIT.done;
  },
};
