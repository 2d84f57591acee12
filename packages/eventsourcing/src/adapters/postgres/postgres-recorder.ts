import type { Uuid } from "../../domain/uuid.ts";
import { ChangeSignal } from "../../persistence/change-signal.ts";
import { GroupCommitter } from "../../persistence/group-committer.ts";
import type {
  Durability,
  LogIdentity,
  LogRange,
  Recorder,
  SnapshotAndEvents,
  StreamRange,
  StreamStart,
} from "../../persistence/recorder.ts";
import type { Receipt, RecordedEvent, StoredSave } from "../../persistence/stored-event.ts";
import { type PostgresAddress, PostgresConnections } from "./postgres-connections.ts";
import { PostgresListener } from "./postgres-listener.ts";
import { PostgresPool } from "./postgres-pool.ts";
import { PostgresReadModels } from "./postgres-read-models.ts";
import { PostgresReader } from "./postgres-reader.ts";
import { toSchemaName } from "./postgres-schema-name.ts";
import { PostgresSnapshots } from "./postgres-snapshots.ts";
import { PostgresWriter, type Serialiser } from "./postgres-writer.ts";

// biome-ignore lint/performance/noBarrelFile: this file is the door to the adapter.
export {
  type ArchivedPostgresStore,
  createPostgresLog,
  type RestoredPostgresLog,
  readPostgresLog,
} from "./postgres-archive.ts";
export type { PostgresAddress } from "./postgres-connections.ts";
export { type RestoredPostgresStore, startNewPostgresEpoch } from "./postgres-epoch.ts";
export type { Serialiser } from "./postgres-writer.ts";

/** Which database a store is in, and how it is written. */
export interface PostgresRecorderOptions extends PostgresAddress {
  /** Where the tables are, made where it does not exist; also the channel that is notified. Default `palimpsest`. */
  readonly schema?: string;
  /** The most connections to read the log with, and as many for read models; beside the one that writes. Default 10. */
  readonly poolSize?: number;
  /**
   * How writers follow one another: an advisory lock of the transaction, or, for engines without them, a lock on the row
   * of `log`. All nodes should use the same: mixed, they are still exact, but get in each other's way. Default
   * `advisory-lock`.
   */
  readonly serialiser?: Serialiser;
  /** Default `save`. */
  readonly durability?: Durability;
  /** Milliseconds since 1970; default the clock of the server, so that nodes agree. */
  readonly clock?: () => number;
  /** How long a save is pursued whose connection was lost before the answer, in milliseconds; default 10,000. */
  readonly outcomeTimeout?: number;
}

/**
 * Opens a store in a schema of a PostgreSQL database (14 or later). Any number of nodes may open one store. Each needs
 * sessions of its own: connect directly, or through a pooler that pools sessions.
 * Rejects with `NotAStoreError`, `NewerStoreError`, `StoreUnavailableError`.
 */
export async function openPostgresRecorder(options: PostgresRecorderOptions): Promise<Recorder> {
  const { poolSize = 10, serialiser = "advisory-lock", clock, outcomeTimeout = 10_000 } = options;
  const { durability = "save" } = options;
  const schema = toSchemaName(options.schema);
  const connections = await PostgresConnections.load(options);
  const writer = new PostgresWriter(connections, { schema, serialiser, clock, outcomeTimeout, durability });
  try {
    const log = await writer.open();
    return new PostgresRecorder(log, connections, writer, { poolSize, schema });
  } catch (error) {
    await writer.close();
    throw error;
  }
}

// Notifications tell of each commit; this is for those that are lost with a connection. In milliseconds.
const LOOK_EVERY = 1_000;

class PostgresRecorder implements Recorder {
  readonly log: LogIdentity;
  readonly snapshots: PostgresSnapshots;
  readonly readModels: PostgresReadModels;
  readonly #writer: PostgresWriter;
  readonly #committer: GroupCommitter;
  readonly #commits = new ChangeSignal();
  readonly #listener: PostgresListener;
  readonly #pool: PostgresPool;
  readonly #reader: PostgresReader;
  #closing: Promise<void> | undefined;

  constructor(
    log: LogIdentity,
    connections: PostgresConnections,
    writer: PostgresWriter,
    options: { readonly poolSize: number; readonly schema: string },
  ) {
    const { poolSize, schema } = options;
    const pool = new PostgresPool(connections, poolSize, { schema, log });
    this.log = log;
    this.#writer = writer;
    this.#committer = new GroupCommitter(async (saves) => {
      const outcomes = await writer.commit(saves);
      this.#commits.notify();
      return outcomes;
    });
    this.#listener = new PostgresListener(connections, schema, () => this.#commits.notify());
    this.#pool = pool;
    this.#reader = new PostgresReader(pool, schema);
    this.snapshots = new PostgresSnapshots(pool, schema);
    this.readModels = new PostgresReadModels(connections, options);
  }

  append(save: StoredSave): Promise<Receipt> {
    return this.#committer.submit(save);
  }

  async readStream(originatorId: Uuid, range: StreamRange = {}): Promise<readonly RecordedEvent[]> {
    return this.#reader.stream(originatorId, range);
  }

  async readStreams(starts: readonly StreamStart[]): Promise<readonly RecordedEvent[]> {
    return this.#reader.streams(starts);
  }

  /** What another node has recorded is not known here without asking the server. */
  isLast(): boolean {
    return false;
  }

  async readFromSnapshot(originatorId: Uuid, limit: number): Promise<SnapshotAndEvents> {
    return this.#reader.fromSnapshot(originatorId, limit);
  }

  async readLog(range: LogRange): Promise<readonly RecordedEvent[]> {
    return this.#reader.log(range);
  }

  findReceipt(idempotencyKey: string): Promise<Receipt | undefined> {
    return this.#reader.receipt(idempotencyKey);
  }

  head(): Promise<number> {
    return this.#reader.head();
  }

  waitBeyond(position: number, abort?: AbortSignal): Promise<void> {
    this.#listener.start();
    return this.#commits.waitUntil(async () => (await this.head()) > position, { interval: LOOK_EVERY, abort });
  }

  positionAt(instant: number): Promise<number> {
    return this.#reader.positionAt(instant);
  }

  versionAt(originatorId: Uuid, position: number): Promise<number> {
    return this.#reader.versionAt(originatorId, position);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#committer.close();
    await this.readModels.close();
    await Promise.all([this.#writer.close(), this.#pool.close(), this.#listener.close()]);
    this.#commits.notify();
  }
}
