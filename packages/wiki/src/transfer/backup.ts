import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DamagedEventError } from "@palimpsest/eventsourcing";
import { readAccounts } from "../accounts/accounts-archive.ts";
import type { AccountsDatabase } from "../accounts/accounts-tables.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import type { AttachmentStore } from "../attachments/attachment-store.ts";
import { DamagedAttachmentError } from "../attachments/attachment-store-errors.ts";
import { codeOf, syncFolder } from "../attachments/files.ts";
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
 * others save, and reads it back. The file is there when it is whole: what was lost before does not stop it. Rejects with
 * `FileExistsError`, `BackupDamagedError`, a `StoreError`.
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
  const steps = new Steps(position, options);
  try {
    await writeBackup(unfinished, head, linesOf(options, { position, lost, steps }));
    const { end, damaged } = await checkBackup(options, unfinished, steps);
    renameSync(unfinished, path);
    await syncFolder(dirname(path)).catch(unlessUnable);
    const { palimpsest, ...about } = head;
    return { path, ...about, ...end, damaged, lost };
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Folders on other machines, and those that may be written alone, cannot be waited for: their backups are whole too. */
function unlessUnable(error: unknown): void {
  if (!["EINVAL", "ENOTSUP", "EACCES"].includes(codeOf(error) ?? "")) throw error;
}

/** What is written, and what is noted of it. */
interface Writing {
  readonly position: number;
  readonly lost: LostFile[];
  readonly steps: Steps;
}

async function* linesOf(options: BackupOptions, writing: Writing): AsyncGenerator<BackupLine, void> {
  const { address, wiki, accounts } = options;
  const recorded = new RecordedFiles(wiki);
  for await (const events of readLog(address, { stop: writing.position })) {
    for (const event of events) {
      recorded.add(event);
      yield { kind: "event", event };
      writing.steps.take();
    }
  }
  // After the events: whom they name is in the directory before they are recorded.
  for (const row of await readAccounts(accounts)) yield { kind: "row", row };
  yield* fileLinesOf(options, recorded, writing);
}

/** Bytes are on disk before their event is recorded, and are not changed: all that the events refer to is there. */
async function* fileLinesOf(
  { files }: BackupOptions,
  recorded: RecordedFiles,
  { lost, steps }: Writing,
): AsyncGenerator<BackupLine, void> {
  for (const { size } of recorded.all) steps.expect(Math.ceil(size / PIECE_BYTES));
  for (const { hash, size, name, version } of recorded.all) {
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
    for await (const bytes of await files.read({ hash, size })) {
      yield { kind: "bytes", bytes };
      steps.take();
    }
  }
}

async function checkBackup({ wiki }: BackupOptions, path: string, steps: Steps) {
  const damaged: { readonly position: number; readonly reason: string }[] = [];
  const lines = readBackup(path);
  for (;;) {
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
    if (value.kind === "event" || value.kind === "bytes") steps.take();
  }
}

/** How much a stream of a file gives at once. */
const PIECE_BYTES = 64 * 1_024;
const TELL_EVERY = 500;

/** How far a backup has come: a step for each event and each piece of a file, written and read back. */
class Steps {
  readonly #options: Pick<BackupOptions, "signal" | "onProgress">;
  #total: number;
  #done = 0;

  constructor(events: number, options: Pick<BackupOptions, "signal" | "onProgress">) {
    this.#total = 2 * events;
    this.#options = options;
  }

  /** There are more of them than was known. */
  expect(pieces: number): void {
    this.#total += 2 * pieces;
  }

  take(): void {
    this.#done += 1;
    if (this.#done % TELL_EVERY !== 0 && this.#done !== this.#total) return;
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.({ done: this.#done, total: Math.max(this.#done, this.#total) });
  }
}
