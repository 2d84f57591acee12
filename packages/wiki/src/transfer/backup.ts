import { existsSync, renameSync, rmSync } from "node:fs";
import { DamagedEventError } from "@palimpsest/eventsourcing";
import { readAccounts } from "../accounts/accounts-archive.ts";
import type { AccountsDatabase } from "../accounts/accounts-tables.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import { FileExistsError } from "./backup-errors.ts";
import { readBackup, writeBackup } from "./backup-file.ts";
import { BACKUP_FORMAT, type BackupEnd, type BackupHead, type BackupLine } from "./backup-lines.ts";
import { readLog } from "./log-archive.ts";

/** What is backed up, and where to. */
export interface BackupOptions {
  /** The address of the log. */
  readonly address: string;
  readonly wiki: WikiApplication;
  readonly accounts: AccountsDatabase;
  readonly path: string;
  /** Whether a file at the path may be replaced. */
  readonly force?: boolean;
  readonly program: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What a backup holds. */
export interface BackupSummary extends Omit<BackupHead, "palimpsest">, BackupEnd {
  readonly path: string;
  /** Events that were damaged before: the backup has them as they are. */
  readonly damaged: readonly { readonly position: number; readonly reason: string }[];
}

/**
 * Writes all events up to now and the durable tables into one file, also while others save, and reads it back. The file
 * is there when it is whole. Rejects with `FileExistsError`, `BackupDamagedError`, a `StoreError`.
 */
export async function backUp(options: BackupOptions): Promise<BackupSummary> {
  const { wiki, path, force = false, program } = options;
  if (existsSync(path) && !force) throw new FileExistsError(path, "is there already; give another path, or --force");
  const { recorder } = wiki.events;
  const { logId, epoch } = recorder.log;
  const position = await recorder.head();
  const head: BackupHead = {
    ...{ palimpsest: "backup", format: BACKUP_FORMAT, program, createdAt: new Date().toISOString() },
    ...{ logId, epoch, position },
  };
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { force: true });
  try {
    await writeBackup(unfinished, head, linesOf(options, position));
    const { end, damaged } = await checkBackup(options, unfinished, position);
    renameSync(unfinished, path);
    const { palimpsest, ...about } = head;
    return { path, ...about, ...end, damaged };
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

async function* linesOf(
  { address, accounts, signal, onProgress }: BackupOptions,
  position: number,
): AsyncGenerator<BackupLine, void> {
  let done = 0;
  for await (const events of readLog(address, { stop: position })) {
    signal?.throwIfAborted();
    for (const event of events) yield { kind: "event", event };
    done += events.length;
    // Reading it back is the other half.
    onProgress?.({ done, total: 2 * position });
  }
  // After the events: whom they name is in the directory before they are recorded.
  for (const row of await readAccounts(accounts)) yield { kind: "row", row };
}

async function checkBackup({ wiki, signal, onProgress }: BackupOptions, path: string, position: number) {
  const damaged: { readonly position: number; readonly reason: string }[] = [];
  const lines = readBackup(path);
  for (let done = 0; ; done++) {
    const { value, done: isEnd } = await lines.next();
    if (isEnd) return { end: value, damaged };
    if (value.kind === "event") {
      try {
        wiki.events.toDomainEvent(value.event);
      } catch (error) {
        // An event that this program does not know is none that is damaged.
        if (error instanceof DamagedEventError) {
          damaged.push({ position: value.event.position, reason: error.message });
        }
      }
    }
    if (done % 1_000 !== 0) continue;
    signal?.throwIfAborted();
    onProgress?.({ done: position + Math.min(done, position), total: 2 * position });
  }
}
