import type { WikiApplication } from "../application/wiki-application.ts";
import { type ExportSummary, exportMarkdown } from "../transfer/export-markdown.ts";
import { type Command, EXIT } from "./command.ts";
import { DATABASE_HELP, DATABASE_OPTION } from "./database-option.ts";
import { openExistingWiki } from "./existing-wiki.ts";
import { count, quoted } from "./plain-text.ts";
import { ProgressLine } from "./progress-line.ts";
import { readOptions } from "./read-options.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `Writes each page as a Markdown file: under the path that it was imported from, else under its slug. A file holds
the text of its page byte for byte, so that what was imported from a repository comes out as it went in. A title
that the name of the file does not tell, and tags, stand in a block between --- before the text. Pages that are
deleted are left out.

Usage: palimpsest export markdown FOLDER [OPTIONS]

  FOLDER               where to write; it must be empty, or not be there
${DATABASE_HELP}
  --at WHEN            as the pages were: a position of the log, or an instant such as 2026-11-23T18:00:00Z;
                       pages that are deleted by now are left out all the same
  --force              writes into a folder that is not empty; only files of pages are replaced
  --json               prints the summary as JSON
  --help               shows this

Examples:
  palimpsest export markdown ./pages
  palimpsest export markdown ./pages-in-may --at 2026-05-31
  palimpsest export markdown ./pages --at 5210 --database postgres://wiki@localhost/wiki

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.
`;

const OPTIONS = {
  ...DATABASE_OPTION,
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
    await using opened = await openExistingWiki(values.database, terminal);
    const { wiki } = opened;
    const at = values.at === undefined ? {} : { position: await toPosition(values.at, wiki) };
    const progress = new ProgressLine(terminal, "pages");
    let summary: ExportSummary;
    try {
      summary = await exportMarkdown({
        ...{ wiki, folder, force: values.force ?? false, signal: terminal.interrupted, ...at },
        onProgress: (done) => progress.show(done),
      });
    } finally {
      progress.end();
    }
    terminal.print(values.json ? `${JSON.stringify(summary, null, 2)}\n` : textOf(summary, folder));
    return EXIT.done;
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

function textOf({ pages, position, renamed }: ExportSummary, folder: string): string {
  const lines = [`Wrote ${count(pages, "page")} as of position ${position} to ${folder}.`];
  if (renamed.length > 0) {
    lines.push("These have other names than their own, which were taken or lead elsewhere:");
    lines.push(...renamed.map(({ slug, path }) => `  page "${slug}": ${quoted(path)}`));
  }
  return `${lines.join("\n")}\n`;
}
