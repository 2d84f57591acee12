import type { WikiApplication } from "../application/wiki-application.ts";
import { type ExportSummary, exportMarkdown } from "../transfer/export-markdown.ts";
import { type Command, EXIT } from "./command.ts";
import { ATTACHMENTS_HELP, ATTACHMENTS_OPTION, DATABASE_HELP, DATABASE_OPTION } from "./database-option.ts";
import { openExistingWiki } from "./existing-wiki.ts";
import { count, quoted } from "./plain-text.ts";
import { ProgressLine } from "./progress-line.ts";
import { readOptions } from "./read-options.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `Writes each page as a Markdown file: under the path that it was imported from, else under its slug. A file holds
the text of its page byte for byte, so that what was imported from a repository comes out as it went in. A title
that the name of the file does not tell, and tags, stand in a block between --- before the text. Attached files
are written beside the pages, under their names. What is deleted is left out.

Usage: palimpsest export markdown FOLDER [OPTIONS]

  FOLDER               where to write; it must be empty, or not be there
${DATABASE_HELP}
${ATTACHMENTS_HELP}
  --at WHEN            as all was: a position of the log, or an instant such as 2026-11-23T18:00:00Z;
                       what is deleted by now is left out all the same
  --force              writes into a folder that is not empty; only files with the names of pages and attachments
                       are replaced
  --json               prints the summary as JSON
  --help               shows this

Examples:
  palimpsest export markdown ./pages
  palimpsest export markdown ./pages-in-may --at 2026-05-31
  palimpsest export markdown ./pages --at 5210 --database postgres://wiki@localhost/wiki

Exit codes: 0 done; 1 failed, or attachments were left out, which are named; 2 wrong usage, 130 stopped by Ctrl-C.
`;

const OPTIONS = {
  ...DATABASE_OPTION,
  ...ATTACHMENTS_OPTION,
  at: { type: "string" },
  force: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** `palimpsest export markdown FOLDER`. */
export const exportMarkdownCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readOptions(args, {
      command: "export markdown",
      options: OPTIONS,
      positionals: { least: 1, most: 1, what: "the folder to write to" },
    });
    const [folder = ""] = positionals;
    await using opened = await openExistingWiki(values.database, terminal, values.attachments);
    const { wiki, files } = opened;
    const at = values.at === undefined ? {} : { position: await toPosition(values.at, wiki) };
    const progress = new ProgressLine(terminal, "pages and files");
    let summary: ExportSummary;
    try {
      summary = await exportMarkdown({
        ...{ wiki, files, folder, force: values.force ?? false, signal: terminal.interrupted, ...at },
        onProgress: (done) => progress.show(done),
      });
    } finally {
      progress.end();
    }
    terminal.print(values.json ? `${JSON.stringify(summary, null, 2)}\n` : textOf(summary, folder));
    return summary.leftOut.length === 0 ? EXIT.done : EXIT.failed;
  },
};

async function toPosition(at: string, wiki: WikiApplication): Promise<number> {
  if (/^\d{1,15}$/.test(at)) return Number(at);
  const instant = /^\d{4}-\d\d/.test(at) ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new UsageError(
      `--at takes a position or an instant such as 2026-11-23T18:00:00Z, not "${at}"`,
      "export markdown",
    );
  }
  return wiki.events.recorder.positionAt(instant);
}

function textOf({ pages, attachments, position, renamed, leftOut }: ExportSummary, folder: string): string {
  const what = `${count(pages, "page")}${attachments === 0 ? "" : ` and ${count(attachments, "attachment")}`}`;
  const lines = [`Wrote ${what} as of position ${position} to ${folder}.`];
  if (renamed.length > 0) {
    lines.push("These have other names than their own, which were taken or lead elsewhere:");
    lines.push(...renamed.map(({ slug, path }) => `  page "${slug}": ${quoted(path)}`));
  }
  lines.push(...leftOut.map(({ name, reason }) => `Left out: ${quoted(name)} ${reason}`));
  return `${lines.join("\n")}\n`;
}
