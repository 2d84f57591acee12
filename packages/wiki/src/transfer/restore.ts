import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type ArchivedEvent, StoreNotEmptyError } from "@palimpsest/eventsourcing";
import { type ArchivedRow, isArchivedTable, restoreAccounts } from "../accounts/accounts-archive.ts";
import { openAccounts } from "../accounts/open-accounts.ts";
import { BackupDamagedError, NewerBackupError, PathNotFoundError } from "./backup-errors.ts";
import { readBackup, readBackupHead } from "./backup-file.ts";
import { BACKUP_FORMAT, type BackupEnd, type BackupHead, toLine } from "./backup-lines.ts";
import { createLog, readLog } from "./log-archive.ts";

/** Which backup is restored, and where to. */
export interface RestoreOptions {
  readonly path: string;
  /** The address of a log that does not exist. */
  readonly address: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What was restored. */
export interface RestoreSummary extends Omit<BackupHead, "palimpsest">, Pick<BackupEnd, "events" | "rows"> {
  /** The epoch of the log from now on: positions of the one before mean nothing in it. */
  readonly newEpoch: string;
}

/**
 * Makes a wiki of a backup where there is none, and reads its log back: byte for byte what was backed up. Nothing is
 * written before the whole backup is known to be sound. Rejects with `PathNotFoundError`, `BackupDamagedError`,
 * `NewerBackupError`, `StoreNotEmptyError`, and what the store rejects with.
 */
export async function restore({ path, address, onProgress }: RestoreOptions): Promise<RestoreSummary> {
  if (!existsSync(path)) throw new PathNotFoundError(path, "does not exist; give the path of a backup");
  const { palimpsest, ...head } = await readBackupHead(path);
  const progress = (part: number) => (done: number) =>
    onProgress?.({ done: part * head.position + done, total: 3 * head.position });
  const { rows, end, sum } = await check(path, progress(0));
  assertNew(address);
  const accounts = await openAccounts(address);
  try {
    await restoreAccounts(accounts, "the place of the accounts", rows);
  } finally {
    await accounts.destroy();
  }
  const { epoch: newEpoch } = await createLog(address, head.logId, eventsOf(path, progress(1)));
  const restored = createHash("sha256");
  let done = 0;
  for await (const events of readLog(address, { stop: head.position })) {
    for (const event of events) restored.update(toLine({ kind: "event", event }));
    done += events.length;
    progress(2)(done);
  }
  if (restored.digest("hex") !== sum) throw new BackupDamagedError(path, "what was restored is not what it holds");
  return { ...head, events: end.events, rows: end.rows, newEpoch };
}

/** Reads all of a backup; answers what is not events, and the sum of the events. */
async function check(path: string, onProgress: (done: number) => void) {
  const events = createHash("sha256");
  const rows: ArchivedRow[] = [];
  const lines = readBackup(path);
  for (let count = 1; ; count++) {
    const { value, done } = await lines.next();
    if (done) return { rows, end: value, sum: events.digest("hex") };
    if (value.kind === "event") {
      events.update(toLine(value));
    } else {
      const { table, values } = value.row;
      if (!isArchivedTable(table)) throw new NewerBackupError(path, BACKUP_FORMAT + 1, BACKUP_FORMAT);
      rows.push({ table, values });
    }
    if (count % BATCH === 0) onProgress(count);
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
  if (!address.startsWith("sqlite:")) return;
  const file = address.slice("sqlite:".length);
  if (existsSync(file)) throw new StoreNotEmptyError(file);
}
