import type { WikiParts } from "./access/wiki-parts.ts";
import { openAccounts } from "./accounts/open-accounts.ts";
import { People } from "./accounts/people.ts";
import { WikiApplication } from "./application/wiki-application.ts";
import { ReadModels } from "./read-models/read-models.ts";

/** A wiki with all its parts, open. */
export interface OpenWiki extends WikiParts {
  /** Waits for what is under way and closes everything. */
  close(): Promise<void>;
}

/** Opens the wiki at an address: its log, its read models, its people. Nothing follows the log before `readModels.start`. */
export async function openWiki(address: string): Promise<OpenWiki> {
  const wiki = await WikiApplication.open({ store: address });
  try {
    const accounts = await openAccounts(address);
    const readModels = new ReadModels({ app: wiki.events });
    return {
      wiki,
      readModels,
      people: new People(accounts),
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
