import { MAX_ATTACHMENT_BYTES } from "../access/attachment-access.ts";
import { openWiki } from "../compose.ts";
import { importMarkdown, type MarkdownImportSummary } from "../transfer/import-markdown.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";
import {
  ATTACHMENTS_HELP,
  ATTACHMENTS_OPTION,
  DATABASE_HELP,
  DATABASE_OPTION,
  isMissingFile,
  toDatabase,
} from "./database-option.ts";
import { leftOutLines } from "./import-report.ts";
import { ensurePerson, USER_HELP } from "./person.ts";
import { count, quoted } from "./plain-text.ts";
import { ProgressLine } from "./progress-line.ts";
import { readOptions } from "./read-options.ts";

const HELP = `Makes a page of each Markdown file of a folder and of those in it, and attaches the other files, such as pictures,
under their paths. A second run brings what has changed in the files, and keeps what was edited in the wiki
meanwhile. Files that are gone leave what was made of them.

The title of a page is "title" of the lines between --- at the beginning of the file, else the name of the file;
"tags" are its tags. If such a block says anything else, it stays in the text. The time of a file is kept as data:
the save itself has the time at which it is made.

Usage: palimpsest import markdown FOLDER [OPTIONS]

  FOLDER               where the files are; what begins with a dot is passed over
${DATABASE_HELP}
${ATTACHMENTS_HELP}
${USER_HELP}
  --dry-run            reads everything and says what would be done, but writes nothing
  --json               prints the summary as JSON
  --help               shows this

Examples:
  palimpsest import markdown ~/notes
  palimpsest import markdown ./docs --database sqlite:/srv/wiki/wiki.db --user Ana --dry-run

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.
`;

const OPTIONS = {
  ...DATABASE_OPTION,
  ...ATTACHMENTS_OPTION,
  user: { type: "string" },
  "dry-run": { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** `palimpsest import markdown FOLDER`. */
export const importMarkdownCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readOptions(args, {
      command: "import markdown",
      options: OPTIONS,
      positionals: { least: 1, most: 1, what: "the folder of the files" },
    });
    const [folder = ""] = positionals;
    const dryRun = values["dry-run"] ?? false;
    const progress = new ProgressLine(terminal, "files");
    const options = {
      ...{ folder, signal: terminal.interrupted, maxFileBytes: MAX_ATTACHMENT_BYTES },
      onProgress: (done: { readonly done: number; readonly total: number }) => progress.show(done),
    };
    let summary: MarkdownImportSummary;
    try {
      summary = await bringIn(options, { ...values, dryRun }, terminal);
    } finally {
      progress.end();
    }
    terminal.print(values.json ? `${JSON.stringify({ ...summary, dryRun }, null, 2)}\n` : textOf(summary, dryRun));
    if (!summary.interrupted) return EXIT.done;
    terminal.note("Stopped. What was imported is complete; the same command goes on where it stopped.\n");
    return EXIT.interrupted;
  },
};

async function bringIn(
  options: Omit<Parameters<typeof importMarkdown>[0], "wiki" | "userId" | "files">,
  {
    database,
    attachments,
    user,
    dryRun,
  }: {
    readonly database?: string | undefined;
    readonly attachments?: string | undefined;
    readonly user?: string | undefined;
    readonly dryRun: boolean;
  },
  { env }: Terminal,
): Promise<MarkdownImportSummary> {
  const address = toDatabase(database, env);
  const nowhere = { wiki: undefined, userId: undefined, files: undefined };
  if (dryRun && isMissingFile(address)) return importMarkdown({ ...options, ...nowhere });
  const parts = await openWiki(address, { env, ...(attachments === undefined ? {} : { attachments }) });
  try {
    const { wiki, files, people } = parts;
    if (dryRun) return await importMarkdown({ ...options, ...nowhere, wiki });
    const userId = await ensurePerson(people, user, "import markdown");
    return await importMarkdown({ ...options, wiki, files, userId });
  } finally {
    await parts.close();
  }
}

function textOf(summary: MarkdownImportSummary, dryRun: boolean): string {
  const { created, updated, unchanged, conflicts, attachments, attachmentConflicts, deleted, leftOut } = summary;
  const would = dryRun ? "Would create" : "Created";
  const lines = [`${would} ${count(created, "page")}, update${dryRun ? "" : "d"} ${updated}; ${unchanged} unchanged.`];
  if (Object.values(attachments).some((times) => times > 0)) {
    const { attached, replaced } = attachments;
    lines.push(`Other files: ${attached} attached, ${replaced} replaced, ${attachments.unchanged} unchanged.`);
  }
  if (conflicts.length > 0) {
    lines.push(
      `${count(conflicts.length, "edit")} of the wiki gave way to the files; the versions named here have them:`,
      ...conflicts.map(({ path, slug, version }) => `  ${quoted(path)}: page "${slug}", version ${version}`),
    );
  }
  if (attachmentConflicts.length > 0) {
    lines.push(
      `${count(attachmentConflicts.length, "attachment")} of the wiki gave way to the files; the versions named here are those:`,
      ...attachmentConflicts.map(({ path, version }) => `  ${quoted(path)}, version ${version}`),
    );
  }
  if (deleted.length > 0) {
    lines.push(
      "What was made of these files was deleted in the wiki, and stays so:",
      ...deleted.map((path) => `  ${quoted(path)}`),
    );
  }
  lines.push(...leftOutLines(leftOut));
  return `${lines.join("\n")}\n`;
}
