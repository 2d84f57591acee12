import { existsSync, renameSync, rmSync } from "node:fs";
import { DamagedEventError } from "@palimpsest/eventsourcing";
import { readAccounts } from "../accounts/accounts-archive.ts";
import type { AccountsDatabase } from "../accounts/accounts-tables.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import type { AttachmentStore } from "../attachments/attachment-store.ts";
import { DamagedAttachmentError } from "../attachments/attachment-store-errors.ts";
import { FileExistsError } from "./backup-errors.ts";
import { readBackup, writeBackup } from "./backup-file.ts";
import { BACKUP_FORMAT, type BackupEnd, type BackupHead, type BackupLine } from "./backup-lines.ts";
import { readLog } from "./log-archive.ts";
import { RecordedFiles } from "./recorded-files.ts";

/** What is backed up, and where to. */
export interface BackupOptions {
  /** The address of the log. */
  readonly address: string;
  readonly wiki: WikiApplication;
  readonly accounts: AccountsDatabase;
  readonly files: AttachmentStore;
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
  /** Files whose bytes are not in it, as they were missing or damaged before. */
  readonly lost: readonly LostFile[];
}

/** A file that is not in a backup, by its first version with these bytes. */
export interface LostFile {
  readonly name: string;
  readonly version: number;
  readonly reason: string;
}

/**
 * Writes all events up to now, the durable tables and the bytes that these events refer to into one file, also while
 * others save, and reads it back. The file is there when it is whole: what was lost before does not stop it. Rejects with `FileExistsError`, `BackupDamagedError`, a `StoreError`.
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
  const lost: LostFile[] = [];
  try {
    await writeBackup(unfinished, head, linesOf(options, position, lost));
    const { end, damaged } = await checkBackup(options, unfinished, position);
    renameSync(unfinished, path);
    const { palimpsest, ...about } = head;
    return { path, ...about, ...end, damaged, lost };
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

async function* linesOf(options: BackupOptions, position: number, lost: LostFile[]): AsyncGenerator<BackupLine, void> {
  const { address, wiki, accounts, signal, onProgress } = options;
  const recorded = new RecordedFiles(wiki);
  let done = 0;
  for await (const events of readLog(address, { stop: position })) {
    signal?.throwIfAborted();
    for (const event of events) {
      recorded.add(event);
      yield { kind: "event", event };
    }
    done += events.length;
    // Reading it back is the other half.
    onProgress?.({ done, total: 2 * position });
  }
  // After the events: whom they name is in the directory before they are recorded.
  for (const row of await readAccounts(accounts)) yield { kind: "row", row };
  yield* fileLinesOf(options, recorded, lost);
}

/** Bytes are on disk before their event is recorded, and are not changed: all that the events refer to is there. */
async function* fileLinesOf(
  { files, signal }: BackupOptions,
  recorded: RecordedFiles,
  lost: LostFile[],
): AsyncGenerator<BackupLine, void> {
  for (const { hash, size, name, version } of recorded.all) {
    signal?.throwIfAborted();
    try {
      // Before a part of it is written. What is read then is looked at once more, as it is written.
      await files.verify({ hash, size });
    } catch (error) {
      if (!(error instanceof DamagedAttachmentError)) throw error;
      lost.push({ name, version, reason: error.message });
      yield { kind: "lost", file: { hash, size } };
      continue;
    }
    yield { kind: "file", file: { hash, size } };
    for await (const bytes of await files.read({ hash, size })) yield { kind: "bytes", bytes };
  }
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
