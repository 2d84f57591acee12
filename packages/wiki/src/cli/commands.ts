import type { Command } from "./command.ts";

/** A command by its name, and how it is loaded: what one needs is not loaded for another. */
export interface NamedCommand {
  /** As it is called: `import git`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** All commands, in the order in which they are listed. */
export const COMMANDS: readonly NamedCommand[] = [
  {
    name: "serve",
    summary: "serves the wiki on this machine; also without a command",
    load: async () => (await import("./serve-command.ts")).serveCommand,
  },
  {
    name: "import git",
    summary: "imports the history of a git repository of Markdown files",
    load: async () => (await import("./import-git-command.ts")).importGitCommand,
  },
  {
    name: "import markdown",
    summary: "imports a folder of Markdown files",
    load: async () => (await import("./import-markdown-command.ts")).importMarkdownCommand,
  },
  {
    name: "export markdown",
    summary: "writes all pages as Markdown files, as they are or as they were",
    load: async () => (await import("./export-markdown-command.ts")).exportMarkdownCommand,
  },
  {
    name: "backup",
    summary: "writes the whole wiki into one file, also while it is served",
    load: async () => (await import("./backup-command.ts")).backupCommand,
  },
  {
    name: "restore",
    summary: "makes a wiki of a backup",
    load: async () => (await import("./restore-command.ts")).restoreCommand,
  },
  {
    name: "verify",
    summary: "checks that everything is as it was written",
    load: async () => (await import("./verify-command.ts")).verifyCommand,
  },
  {
    name: "sweep",
    summary: "takes away bytes of uploads that were never recorded",
    load: async () => (await import("./sweep-command.ts")).sweepCommand,
  },
  {
    name: "rebuild",
    summary: "derives lists, search, links and history anew from the log",
    load: async () => (await import("./rebuild-command.ts")).rebuildCommand,
  },
  {
    name: "stats",
    summary: "tells how large the wiki is",
    load: async () => (await import("./stats-command.ts")).statsCommand,
  },
  {
    name: "log",
    summary: "prints or follows the log of all events",
    load: async () => (await import("./log-command.ts")).logCommand,
  },
];
