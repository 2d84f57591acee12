import type { Environment } from "@palimpsest/eventsourcing";
import type { WikiParts } from "./access/wiki-parts.ts";
import type { AccountsDatabase } from "./accounts/accounts-tables.ts";
import { openAccounts } from "./accounts/open-accounts.ts";
import { People } from "./accounts/people.ts";
import { WikiApplication } from "./application/wiki-application.ts";
import { ReadModels } from "./read-models/read-models.ts";

/** A wiki with all its parts, open. */
export interface OpenWiki extends WikiParts {
  /** The durable tables below `people`, for backups. */
  readonly accounts: AccountsDatabase;
  /** Waits for what is under way and closes everything. */
  close(): Promise<void>;
}

/** How a wiki is opened. */
export interface OpenWikiOptions {
  /** For settings such as `WIKI_CIPHER_KEYS`; default `process.env`. */
  readonly env?: Environment;
  /** Hears what failed without failing a command. Default `process.emitWarning`. */
  readonly onWarning?: (warning: Error) => void;
}

/** Opens the wiki at an address: its log, its read models, its people. Nothing follows the log before `readModels.start`. */
export async function openWiki(
  address: string,
  { env = process.env, onWarning }: OpenWikiOptions = {},
): Promise<OpenWiki> {
  const wiki = await WikiApplication.open({ store: address, env });
  try {
    const accounts = await openAccounts(address);
    const readModels = new ReadModels({ app: wiki.events, ...(onWarning ? { onWarning } : {}) });
    return {
      ...{ wiki, readModels, accounts, people: new People(accounts) },
      close: async () => {
        await readModels.close();
        await wiki.close();
        await accounts.destroy();
      },
    };
  } catch (error) {
    await wiki.close();
    throw error;
  }
}
