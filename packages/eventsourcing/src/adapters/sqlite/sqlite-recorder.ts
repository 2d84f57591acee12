import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { ProgrammingError } from "../../domain/errors.ts";
import type { Uuid } from "../../domain/uuid.ts";
import { ChangeSignal } from "../../persistence/change-signal.ts";
import { GroupCommitter } from "../../persistence/group-committer.ts";
import type {
  Durability,
  LogIdentity,
  LogRange,
  Recorder,
  StreamRange,
  StreamStart,
} from "../../persistence/recorder.ts";
import { StoreClosedError } from "../../persistence/store-errors.ts";
import type { Receipt, RecordedEvent, StoredSave } from "../../persistence/stored-event.ts";
import { toStoreError } from "./sqlite-errors.ts";
import { SqliteInlineWriter } from "./sqlite-inline-writer.ts";
import { isCurrentLog, openLogForReading, readIdentity } from "./sqlite-open.ts";
import { isDerivedFrom, openDerivedForReading } from "./sqlite-open-derived.ts";
import { SqliteReadModels } from "./sqlite-read-models.ts";
import { SqliteReader } from "./sqlite-reader.ts";
import { SqliteSnapshots } from "./sqlite-snapshots.ts";
import { SqliteWriter } from "./sqlite-writer.ts";
import type { Writer } from "./sqlite-writer-protocol.ts";

// biome-ignore lint/performance/noBarrelFile: this file is the door to the adapter.
export { type ArchivedSqliteStore, createSqliteLog, type RestoredSqliteLog, readSqliteLog } from "./sqlite-archive.ts";
export { type RestoredSqliteStore, startNewSqliteEpoch } from "./sqlite-epoch.ts";

/** Where a store on SQLite keeps its files. */
export interface SqliteRecorderOptions {
  /** The path of the log, made where it does not exist; its directory must. */
  readonly file: string;
  /** The path of its snapshots, which can be deleted at any time; default `file` with `.derived` behind. */
  readonly derivedFile?: string;
  /** The path of its read models, which can be deleted at any time; default `file` with `.read-models` behind. */
  readonly readModelsFile?: string;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly clock?: () => number;
  /** Default `save`. */
  readonly durability?: Durability;
}

/**
 * Opens a store in a SQLite file: WAL, `synchronous = full`, writes on a thread of their own; with the durability `close`,
 * where nothing waits for the disk, on the thread of the caller.
 * Several processes may open one file. Rejects with `NotAStoreError`, `NewerStoreError`, `StoreUnavailableError`.
 */
export async function openSqliteRecorder(options: SqliteRecorderOptions): Promise<Recorder> {
  const { file, derivedFile = `${file}.derived`, readModelsFile = `${file}.read-models` } = options;
  const { clock = Date.now, durability = "save" } = options;
  if (file === "" || file.startsWith(":") || new Set([file, derivedFile, readModelsFile]).size < 3) {
    throw new ProgrammingError(
      `"${file}" is no path for a store; give each file a path of its own, or open a memory recorder for tests`,
    );
  }
  // Where there is nothing to make or to migrate, the writing thread starts with the first save. With the durability
  // `close` there is none, and closing brings to the disk what a process before this one may have left: it opens to write.
  const found = durability === "save" ? openForReading(file, derivedFile) : undefined;
  const files = { log: file, derived: derivedFile, durability, expected: found && readIdentity(found.log) };
  const writer = durability === "close" ? new SqliteInlineWriter(files) : new SqliteWriter(files);
  try {
    const reading = found ?? (await makeForReading(writer, file, derivedFile));
    return new SqliteRecorder(readIdentity(reading.log), writer, reading, { file, derivedFile, readModelsFile, clock });
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** The connections that read. */
interface Reading {
  readonly log: DatabaseSync;
  readonly derived: DatabaseSync;
}

async function makeForReading(writer: Writer, file: string, derivedFile: string): Promise<Reading> {
  await writer.open();
  return { log: openLogForReading(file), derived: openDerivedForReading(derivedFile) };
}

/** Undefined where the files are not there, or not as this program has them. */
function openForReading(file: string, derivedFile: string): Reading | undefined {
  if (![file, derivedFile].every(existsSync)) return undefined;
  const opened: DatabaseSync[] = [];
  try {
    const log = openLogForReading(file);
    opened.push(log);
    const derived = isCurrentLog(log) ? openDerivedForReading(derivedFile) : undefined;
    if (derived) opened.push(derived);
    if (derived && isDerivedFrom(derived, log)) return { log, derived };
  } catch {
    // The writing thread finds the same, and says what to do.
  }
  for (const db of opened) db.close();
  return undefined;
}

// For the saves of other processes, in milliseconds. A look takes microseconds.
const LOOK_EVERY = 50;

class SqliteRecorder implements Recorder {
  readonly log: LogIdentity;
  readonly snapshots: SqliteSnapshots;
  readonly readModels: SqliteReadModels;
  readonly #writer: Writer;
  readonly #committer: GroupCommitter;
  readonly #commits = new ChangeSignal();
  readonly #reader: SqliteReader;
  readonly #connections: readonly DatabaseSync[];
  readonly #file: string;
  #closing: Promise<void> | undefined;

  constructor(
    log: LogIdentity,
    writer: Writer,
    reading: Reading,
    { file, derivedFile, readModelsFile, clock }: Required<Omit<SqliteRecorderOptions, "durability">>,
  ) {
    this.log = log;
    this.#writer = writer;
    this.#reader = new SqliteReader(reading.log);
    this.#connections = [reading.log, reading.derived];
    this.#file = file;
    this.snapshots = new SqliteSnapshots(reading.derived, writer, derivedFile);
    this.readModels = new SqliteReadModels(readModelsFile);
    this.#committer = new GroupCommitter(async (saves) => {
      const outcomes = await writer.request({ kind: "commit", saves, now: clock() });
      this.#commits.notify();
      return outcomes;
    });
  }

  append(save: StoredSave): Promise<Receipt> {
    return this.#committer.submit(save);
  }

  readStream(originatorId: Uuid, range: StreamRange = {}): Promise<readonly RecordedEvent[]> {
    return this.#read((reader) => reader.stream(originatorId, range));
  }

  readStreams(starts: readonly StreamStart[]): Promise<readonly RecordedEvent[]> {
    return this.#read((reader) => reader.streams(starts));
  }

  isLast(originatorId: Uuid, version: number): boolean {
    try {
      return this.#connections.every(({ isOpen }) => isOpen) && this.#reader.lastVersions.of(originatorId) === version;
    } catch {
      // Reading the stream fails in the same way, and says why.
      return false;
    }
  }

  readLog(range: LogRange): Promise<readonly RecordedEvent[]> {
    return this.#read((reader) => reader.log(range));
  }

  findReceipt(idempotencyKey: string): Promise<Receipt | undefined> {
    return this.#read((reader) => reader.receipt(idempotencyKey));
  }

  head(): Promise<number> {
    return this.#read((reader) => reader.head());
  }

  waitBeyond(position: number, abort?: AbortSignal): Promise<void> {
    return this.#commits.waitUntil(async () => (await this.head()) > position, { interval: LOOK_EVERY, abort });
  }

  positionAt(instant: number): Promise<number> {
    return this.#read((reader) => reader.positionAt(instant));
  }

  versionAt(originatorId: Uuid, position: number): Promise<number> {
    return this.#read((reader) => reader.versionAt(originatorId, position));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#committer.close();
    await this.readModels.close();
    for (const connection of this.#connections) if (connection.isOpen) connection.close();
    this.#commits.notify();
    await this.#writer.close();
  }

  async #read<T>(read: (reader: SqliteReader) => T): Promise<T> {
    if (!this.#connections.every(({ isOpen }) => isOpen)) throw new StoreClosedError();
    try {
      return read(this.#reader);
    } catch (error) {
      throw toStoreError(this.#file, error);
    }
  }
}
