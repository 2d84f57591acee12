import { existsSync } from "node:fs";
import { type Environment, readConfiguration } from "@palimpsest/eventsourcing";
import { UsageError } from "./usage-error.ts";

/** For `parseArgs`: all commands that work on a wiki have it. */
export const DATABASE_OPTION = { database: { type: "string" } } as const;

/** For `parseArgs`: the commands that read or write files that pages show. */
export const ATTACHMENTS_OPTION = { attachments: { type: "string" } } as const;

/** For the help of these. */
export const ATTACHMENTS_HELP = `  --attachments PATH   the folder of files; all nodes of one wiki share it (default: beside the database file,
                       for PostgreSQL wiki.attachments in this folder)`;

/** For the help of all commands that work on a wiki. */
export const DATABASE_HELP = `  --database ADDRESS   the wiki: sqlite:PATH, postgres://USER@HOST/DATABASE or memory:
                       (default: the variable WIKI_STORE, else sqlite:wiki.db in this folder)`;

/** The address of the wiki that a command is to work on. Throws `UsageError` where a path was given as one. */
export function toDatabase(option: string | undefined, env: Environment): string {
  // What has a colon may be an address with a password in it, which is not to be shown.
  if (option !== undefined && !option.includes(":")) {
    throw new UsageError(`--database takes an address; for the file ${option} give sqlite:${option}`);
  }
  return option ?? readConfiguration("Wiki", env).store ?? "sqlite:wiki.db";
}

/** Whether opening a database would make a new file. */
export function isMissingFile(database: string): boolean {
  return database.startsWith("sqlite:") && !existsSync(database.slice("sqlite:".length));
}
