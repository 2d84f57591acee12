import { openRecorder } from "@palimpsest/eventsourcing";
import { MAX_ATTACHMENT_BYTES } from "../access/attachment-access.ts";
import { openAccounts } from "../accounts/open-accounts.ts";
import { People } from "../accounts/people.ts";
import { WikiApplication } from "../application/wiki-application.ts";
import { attachmentFolderFor } from "../attachments/attachment-folder.ts";
import { AttachmentStore } from "../attachments/attachment-store.ts";
import { userOf } from "../attachments/folder-users.ts";
import { GitRepository } from "../transfer/git-repository.ts";
import { type ImportOptions, importGit } from "../transfer/import-git.ts";
import type { ImportSummary } from "../transfer/import-summary.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";
import {
  ATTACHMENTS_HELP,
  ATTACHMENTS_OPTION,
  DATABASE_HELP,
  DATABASE_OPTION,
  isMissingFile,
  toDatabase,
} from "./database-option.ts";
import { summaryText } from "./import-report.ts";
import { ProgressLine } from "./progress-line.ts";
import { readOptions } from "./read-options.ts";

const HELP = `Imports the history of a git repository of Markdown files: each commit becomes one save, with its
author, time and message; renames become changes of slug. Other files, such as images, are attached under
their paths. What was imported before is left out, so that a second run brings what is new, and one that
was stopped goes on where it stopped.

Usage: palimpsest import git PATH [OPTIONS]

  PATH                 a clone, bare or not, or a bundle
  --branch NAME        the branch to import (default: the one that the repository has checked out)
${DATABASE_HELP}
${ATTACHMENTS_HELP}
  --dry-run            reads everything and says what would be done, but writes nothing
  --json               prints the summary as JSON
  --help               shows this

Examples:
  palimpsest import git ~/project.wiki
  palimpsest import git wiki.bundle --database sqlite:/srv/wiki/wiki.db --dry-run
  WIKI_STORE=postgres://wiki@localhost/wiki palimpsest import git ./docs --branch main --json

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.
`;

const OPTIONS = {
  ...DATABASE_OPTION,
  ...ATTACHMENTS_OPTION,
  branch: { type: "string" },
  "dry-run": { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** `palimpsest import git PATH`. */
export const importGitCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readOptions(args, {
      command: "import git",
      options: OPTIONS,
      positionals: { least: 1, most: 1, what: "the path of a repository" },
    });
    const [path = ""] = positionals;
    const { branch, json = false, "dry-run": dryRun = false } = values;
    const database = toDatabase(values.database, terminal.env);
    const files = values.attachments ?? attachmentFolderFor(database).path;
    await using repository = await GitRepository.open(path);
    const progress = new ProgressLine(terminal, "commits");
    const options = {
      ...{ repository, branch, signal: terminal.interrupted, maxFileBytes: MAX_ATTACHMENT_BYTES },
      onProgress: (done: { readonly done: number; readonly total: number }) => progress.show(done),
    };
    let summary: ImportSummary;
    try {
      summary = await (dryRun ? tryOut(database, options, terminal) : bringIn({ database, files }, options, terminal));
    } finally {
      progress.end();
    }
    terminal.print(json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary, { dryRun }));
    if (!summary.interrupted) return EXIT.done;
    terminal.note("Stopped. What was imported is complete; the same command goes on where it stopped.\n");
    return EXIT.interrupted;
  },
};

type Import = Omit<ImportOptions, "into">;

// Of those that are taken at every fifth version these are left when a page has twenty more.
const SNAPSHOT_EVERY = 50;

async function bringIn(
  { database, files }: { readonly database: string; readonly files: string },
  options: Import,
  { env }: Terminal,
): Promise<ImportSummary> {
  // Commit by commit the disk need not be waited for: where the power is lost, the same command goes on from what is there.
  const store = await openRecorder(database, { durability: "close" });
  await using wiki = await WikiApplication.open({ store, env, snapshotEvery: SNAPSHOT_EVERY });
  const accounts = await openAccounts(database);
  try {
    return await importGit({
      ...options,
      into: { wiki, people: new People(accounts), files: new AttachmentStore(files, userOf(store.log)) },
    });
  } finally {
    await accounts.destroy();
  }
}

async function tryOut(database: string, options: Import, { env }: Terminal): Promise<ImportSummary> {
  if (isMissingFile(database)) return importGit({ ...options, into: { wiki: undefined } });
  await using wiki = await WikiApplication.open({ store: database, env });
  return await importGit({ ...options, into: { wiki } });
}
