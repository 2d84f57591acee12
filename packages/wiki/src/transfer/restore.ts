import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type ArchivedEvent, InvalidStoreAddressError, StoreNotEmptyError, type Uuid } from "@palimpsest/eventsourcing";
import { type ArchivedRow, isArchivedTable, restoreAccounts } from "../accounts/accounts-archive.ts";
import { openAccounts } from "../accounts/open-accounts.ts";
import { AttachmentStore, type KeptContent } from "../attachments/attachment-store.ts";
import { markUser, unmarkUser, userOf } from "../attachments/folder-users.ts";
import type { ContentHash } from "../domain/attachment-content.ts";
import { BackupDamagedError, NewerBackupError, PathNotFoundError } from "./backup-errors.ts";
import { readBackup, readBackupHead } from "./backup-file.ts";
import { BACKUP_FORMAT, type BackupEnd, type BackupHead, toLine } from "./backup-lines.ts";
import { createLog, readLog } from "./log-archive.ts";

/** Which backup is restored, and where to. */
export interface RestoreOptions {
  readonly path: string;
  /** The address of a log that does not exist. */
  readonly address: string;
  /** The folder for the bytes of files. What is in it stays. */
  readonly attachments: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What was restored. */
export interface RestoreSummary
  extends Omit<BackupHead, "palimpsest">,
    Pick<BackupEnd, "events" | "rows" | "files" | "bytes"> {
  /** The hashes of files that were missing or damaged when the backup was made. */
  readonly lost: readonly ContentHash[];
  /** The epoch of the log from now on: positions of the one before mean nothing in it. */
  readonly newEpoch: string;
}

/**
 * Makes a wiki of a backup where there is none, and reads it back: the log is byte for byte what was backed up. Nothing is
 * written before the whole backup is known to be sound, and the log comes last: without it, there is no wiki. Rejects with
 * `PathNotFoundError`, `BackupDamagedError`, `NewerBackupError`, `StoreNotEmptyError`, `AttachmentStoreError`, and what the
 * store rejects with.
 */
export async function restore({ path, address, attachments, onProgress }: RestoreOptions): Promise<RestoreSummary> {
  if (!existsSync(path)) throw new PathNotFoundError(path, "does not exist; give the path of a backup");
  const { palimpsest, ...head } = await readBackupHead(path);
  const progress = (part: number) => (done: number) =>
    onProgress?.({ done: part * head.position + done, total: 3 * head.position });
  const { rows, lost, end, sum } = await check(path, progress(0));
  assertNew(address);
  const accounts = await openAccounts(address);
  try {
    await restoreAccounts(accounts, "the place of the accounts", rows);
  } finally {
    await accounts.destroy();
  }
  const unfinished = `${head.logId}.restoring`;
  let newEpoch: Uuid;
  try {
    const store = new AttachmentStore(attachments, unfinished);
    const contents = end.files > 0 ? await restoreFiles(path, store) : [];
    const log = await createLog(address, head.logId, eventsOf(path, progress(1)));
    if (end.files > 0) await markUser(attachments, userOf(log));
    for (const content of contents) await store.confirm(content);
    newEpoch = log.epoch;
  } finally {
    await unmarkUser(attachments, unfinished);
  }
  const restored = createHash("sha256");
  let done = 0;
  for await (const events of readLog(address, { stop: head.position })) {
    for (const event of events) restored.update(toLine({ kind: "event", event }));
    done += events.length;
    progress(2)(done);
  }
  if (restored.digest("hex") !== sum) throw new BackupDamagedError(path, "what was restored is not what it holds");
  const { events, rows: rowsOf, files, bytes } = end;
  return { ...head, events, rows: rowsOf, files, bytes, lost, newEpoch };
}

/** Reads all of a backup; answers the rows, and the sum of the events. */
async function check(path: string, onProgress: (done: number) => void) {
  const events = createHash("sha256");
  const rows: ArchivedRow[] = [];
  const lost: ContentHash[] = [];
  const lines = readBackup(path);
  for (let count = 1; ; count++) {
    const { value, done } = await lines.next();
    if (done) return { rows, lost, end: value, sum: events.digest("hex") };
    if (value.kind === "event") events.update(toLine(value));
    else if (value.kind === "lost") lost.push(value.file.hash);
    else if (value.kind === "row") {
      const { table, values } = value.row;
      if (!isArchivedTable(table)) throw new NewerBackupError(path, BACKUP_FORMAT + 1, BACKUP_FORMAT);
      rows.push({ table, values });
    }
    if (value.kind === "event" && count % BATCH === 0) onProgress(count);
  }
}

/** Puts the bytes of all files where they belong, each on disk before the next, and reads them back. */
async function restoreFiles(path: string, store: AttachmentStore): Promise<readonly KeptContent[]> {
  const contents: KeptContent[] = [];
  await using lines = readBackup(path);
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    if (line.value.kind !== "file") continue;
    const { file } = line.value;
    await store.keep(bytesOf(lines, file.size), file.size);
    await store.verify(file);
    contents.push({ hash: file.hash, size: file.size });
  }
  return contents;
}

async function* bytesOf(lines: ReturnType<typeof readBackup>, size: number): AsyncGenerator<Uint8Array, void> {
  for (let left = size; left > 0; ) {
    const { value, done } = await lines.next();
    // The reading of a backup checks that all are there.
    if (done || value.kind !== "bytes") return;
    yield value.bytes;
    left -= value.bytes.length;
  }
}

const BATCH = 1_000;

async function* eventsOf(
  path: string,
  onProgress: (done: number) => void,
): AsyncGenerator<readonly ArchivedEvent[], void> {
  let batch: ArchivedEvent[] = [];
  let done = 0;
  for await (const line of readBackup(path)) {
    if (line.kind !== "event") continue;
    batch.push(line.event);
    if (batch.length < BATCH) continue;
    yield batch;
    done += batch.length;
    onProgress(done);
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Before the accounts are touched. The log itself is only ever made where there is none. */
function assertNew(address: string): void {
  if (address.startsWith("memory:")) throw new InvalidStoreAddressError("memory");
  if (!address.startsWith("sqlite:")) return;
  const file = address.slice("sqlite:".length);
  if (existsSync(file)) throw new StoreNotEmptyError(file);
}
