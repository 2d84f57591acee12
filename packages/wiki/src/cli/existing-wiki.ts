import { CodedError } from "@palimpsest/eventsourcing";
import { type OpenWiki, openWiki } from "../compose.ts";
import type { Terminal } from "./command.ts";
import { isMissingFile, toDatabase } from "./database-option.ts";

/** There is no wiki at an address that is to be read. */
class WikiNotFoundError extends CodedError {
  readonly code = "WIKI_NOT_FOUND";

  /** `address` is shown: it holds no password where it is that of a file. */
  constructor(address: string) {
    super(
      `there is no wiki at ${address}; give the address of one with --database, or make one with "palimpsest serve"`,
    );
  }
}

/** A wiki that was opened, and its address. */
export interface OpenedWiki extends OpenWiki, AsyncDisposable {
  readonly address: string;
}

/** Opens a wiki that is there already, and makes none. Rejects with `WikiNotFoundError`, and what opening rejects with. */
export async function openExistingWiki(
  database: string | undefined,
  { env }: Terminal,
  attachments?: string,
): Promise<OpenedWiki> {
  const address = toDatabase(database, env);
  // One in memory is gone with the program that made it.
  if (address.startsWith("memory:") || isMissingFile(address)) throw new WikiNotFoundError(address);
  // No command follows the log, but "verify", which says itself what it finds.
  const wiki = await openWiki(address, {
    env,
    onWarning: () => {},
    ...(attachments === undefined ? {} : { attachments }),
  });
  return { ...wiki, address, [Symbol.asyncDispose]: () => wiki.close() };
}
