import { type VerificationSummary, verifyWiki } from "../verification/verify-wiki.ts";
import { type Command, EXIT } from "./command.ts";
import { ATTACHMENTS_HELP, ATTACHMENTS_OPTION, DATABASE_HELP, DATABASE_OPTION } from "./database-option.ts";
import { openExistingWiki } from "./existing-wiki.ts";
import { bytes, count, number } from "./plain-text.ts";
import { ProgressLine } from "./progress-line.ts";
import { readOptions } from "./read-options.ts";

const HELP = `Checks that everything is as it was written: the checksum of each event, positions and versions without a gap,
times that never go back, that each slug belongs to the page that has it and each page is listed once, the texts of
all pages, the bytes of all versions of all files, and that what is shown beside them (lists, search, links, history)
is what the log says: it is derived anew in memory and compared. The wiki can be served meanwhile; nothing of the log
is changed.

Usage: palimpsest verify [OPTIONS]

${DATABASE_HELP}
${ATTACHMENTS_HELP}
  --log-only           leaves out what is derived from the log
  --json               prints the findings as JSON
  --help               shows this

Examples:
  palimpsest verify
  palimpsest verify --json --database postgres://wiki@localhost/wiki

Exit codes: 0 all is well, 1 something is wrong, 2 wrong usage, 130 stopped by Ctrl-C. What is wrong in a derived
model is mended by "palimpsest rebuild", what is wrong in the log by a backup.
`;

/** `palimpsest verify`. */
export const verifyCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values } = readOptions(args, {
      command: "verify",
      options: {
        ...DATABASE_OPTION,
        ...ATTACHMENTS_OPTION,
        "log-only": { type: "boolean" },
        json: { type: "boolean" },
      },
    });
    await using opened = await openExistingWiki(values.database, terminal, values.attachments);
    let summary: VerificationSummary;
    let progress = new ProgressLine(terminal, "");
    let current = "";
    try {
      summary = await verifyWiki(opened, {
        logOnly: values["log-only"] ?? false,
        signal: terminal.interrupted,
        onProgress: ({ step, ...done }) => {
          if (step !== current) {
            progress.end();
            progress = new ProgressLine(terminal, step);
            current = step;
          }
          progress.show(done);
        },
      });
    } finally {
      progress.end();
    }
    terminal.print(values.json ? `${JSON.stringify(summary, null, 2)}\n` : textOf(summary));
    return summary.findings.length === 0 ? EXIT.done : EXIT.failed;
  },
};

const MAX_SHOWN = 100;

function textOf({ unused, ...summary }: VerificationSummary): string {
  if (unused.files === 0) return findingsOf(summary);
  return (
    findingsOf(summary) +
    `What ${count(unused.files, "upload")} left behind (${bytes(unused.bytes)}) is of no file: "palimpsest sweep" takes it away.\n`
  );
}

function findingsOf({ events, pages, files, models, findings }: Omit<VerificationSummary, "unused">): string {
  const checked = `${count(events, "event")}, ${count(pages, "page")}, ${count(files, "version of files", "versions of files")} and ${models.length === 0 ? "no" : models.join(", ")} models`;
  if (findings.length === 0) return `All is well: ${checked} checked.\n`;
  const lines = findings.slice(0, MAX_SHOWN).map(({ check, position, message }) => {
    return `  ${check}${position === undefined ? "" : ` at position ${position}`}: ${message}`;
  });
  if (findings.length > MAX_SHOWN) lines.push(`  and ${number(findings.length - MAX_SHOWN)} more (--json names all)`);
  return `${count(findings.length, "thing")} wrong in ${checked}:\n${lines.join("\n")}\n`;
}
