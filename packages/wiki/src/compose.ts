import { rm } from "node:fs/promises";
import { type Environment, uuid7 } from "@palimpsest/eventsourcing";
import type { WikiParts } from "./access/wiki-parts.ts";
import type { AccountsDatabase } from "./accounts/accounts-tables.ts";
import { openAccounts } from "./accounts/open-accounts.ts";
import { People } from "./accounts/people.ts";
import { WikiApplication } from "./application/wiki-application.ts";
import { attachmentFolderFor } from "./attachments/attachment-folder.ts";
import { AttachmentStore } from "./attachments/attachment-store.ts";
import { userOf } from "./attachments/folder-users.ts";
import { Projector } from "./projecting/projector.ts";
import { ReadModels } from "./read-models/read-models.ts";
import { Renderer } from "./rendering/renderer.ts";

/** A wiki with all its parts, open. */
export interface OpenWiki extends WikiParts {
  /** The durable tables below `people`, for backups. */
  readonly accounts: AccountsDatabase;
  /** What keeps the read models up to date, once it is started. */
  readonly projector: Pick<Projector, "start">;
  /** Waits for what is under way and closes everything. `onWait` is told of each part that is waited for. */
  close(onWait?: (part: string) => void): Promise<void>;
}

/** How a wiki is opened. */
export interface OpenWikiOptions {
  /** For settings such as `WIKI_CIPHER_KEYS`; default `process.env`. */
  readonly env?: Environment;
  /** How long a reader waits for what they have seen, in milliseconds; default 3,000. */
  readonly patience?: number;
  /** Hears what failed without failing a command. Default `process.emitWarning`. */
  readonly onWarning?: (warning: Error) => void;
  /**
   * The folder for the bytes of files; nodes of one wiki share it. Default for `sqlite:wiki.db` is `wiki.db.attachments`,
   * for PostgreSQL `wiki.attachments` in the folder that the program runs in; of a wiki in memory it goes with the wiki.
   */
  readonly attachments?: string;
}

// In milliseconds. What this thread makes of read models is made by commands: readers are served where others are.
const SLICE = 100;
// Of pages as they are now. What is read most is kept as answers.
const KEPT_BYTES = 8 * 2 ** 20;

/** Opens the wiki at an address: its log, its read models, its people. Nothing follows the log before `projector.start`. */
export async function openWiki(
  address: string,
  { env = process.env, onWarning = process.emitWarning, attachments, patience }: OpenWikiOptions = {},
): Promise<OpenWiki> {
  const wiki = await WikiApplication.open({ store: address, env, cacheBytes: KEPT_BYTES });
  try {
    const accounts = await openAccounts(address);
    const holder = uuid7();
    // What is in memory, no other thread can open: there batches run beside readers, and are short.
    const isShared = !address.startsWith("memory:");
    const readModels: ReadModels = new ReadModels({
      ...{ app: wiki.events, holder, onWarning, patience, ...(isShared ? { slice: SLICE } : {}) },
      onAwaited: () => projector?.hurry(),
    });
    const { notificationLog: log } = wiki.events;
    const projector = isShared ? new Projector({ address, env, holder, log, readModels, onWarning }) : undefined;
    const renderer = new Renderer({ onWarning });
    const folder = attachments === undefined ? attachmentFolderFor(address) : { path: attachments, isTemporary: false };
    const files = new AttachmentStore(folder.path, userOf(wiki.events.recorder.log));
    return {
      ...{ wiki, readModels, renderer, accounts, people: new People(accounts), files },
      projector: projector ?? readModels,
      close: async (onWait = () => {}) => {
        onWait("the thread that formats pages");
        await renderer.close();
        onWait("the thread that keeps the read models up to date");
        await projector?.close();
        await readModels.close();
        onWait("the log");
        await wiki.close();
        onWait("the directory of people");
        await accounts.destroy();
        if (folder.isTemporary) await rm(folder.path, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await wiki.close();
    throw error;
  }
}
