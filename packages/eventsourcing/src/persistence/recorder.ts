import type { Uuid } from "../domain/uuid.ts";
import type { ReadModelStore } from "./read-model-store.ts";
import type { Receipt, RecordedEvent, StoredSave, StoredSnapshot } from "./stored-event.ts";

/** Which log this is. After a restore or a redaction the epoch is another: positions of the old one mean nothing. */
export interface LogIdentity {
  readonly logId: Uuid;
  readonly epoch: Uuid;
}

/**
 * When an acknowledged save is safe from the loss of power: at once, or from the time that the store is closed on. The
 * death of the process it survives in either case. The second is for what can be done again, such as an import.
 */
export type Durability = "save" | "close";

/** A part of one originator's events. Bounds are versions. */
export interface StreamRange {
  /** Only events after this version; default 0. */
  readonly after?: number;
  /** Only events up to this version; default no bound. */
  readonly upTo?: number;
  /** Newest first; default false. */
  readonly descending?: boolean;
  readonly limit?: number;
}

/** Where in one originator's stream to read on. */
export interface StreamStart {
  readonly originatorId: Uuid;
  /** Only events after this version. */
  readonly after: number;
  /** Only events up to this version; default no bound. */
  readonly upTo?: number;
}

/** A part of the log. Bounds are positions, both included. */
export interface LogRange {
  /** Default 1. */
  readonly start?: number;
  /** Default no bound. */
  readonly stop?: number;
  readonly limit: number;
  /** Only events with one of these topics; default all. */
  readonly topics?: readonly string[];
}

/** What the state of an originator is made of: its newest snapshot, where there is one, and the events after it. */
export interface SnapshotAndEvents {
  readonly snapshot: StoredSnapshot | undefined;
  readonly events: readonly RecordedEvent[];
}

/** Which snapshot of an aggregate to find. */
export interface SnapshotQuery {
  readonly originatorId: Uuid;
  /** The newest at or before this version; default the newest. */
  readonly upTo?: number;
}

/**
 * Keeps the log and its snapshots. Every adapter passes the same contract (`@palimpsest/eventsourcing/contract`).
 * All methods may be called from many places at once, and reject with a `StoreError` where the store fails.
 */
export interface Recorder {
  readonly log: LogIdentity;
  /**
   * Records a save all or nothing. Rejects with `VersionConflictError`, `InvalidSaveError`, `ClockSkewError`,
   * `StoreFullError`, `StoreUnavailableError`, or `OutcomeUnknownError`, after which the same save can be sent again.
   */
  append(save: StoredSave): Promise<Receipt>;
  /** The events of one originator, in the order of versions. */
  readStream(originatorId: Uuid, range?: StreamRange): Promise<readonly RecordedEvent[]>;
  /** The events of many originators in a fixed number of queries, each originator's in the order of versions. */
  readStreams(starts: readonly StreamStart[]): Promise<readonly RecordedEvent[]>;
  /**
   * Whether an originator's last version is this one, as of now, whoever recorded it: told at once, without a query. False
   * where that is not known; then read the stream after it.
   */
  isLast(originatorId: Uuid, version: number): boolean;
  /**
   * The newest snapshot of an originator and the first events after it, in one round trip. A recorder leaves it out where
   * two reads cost no more.
   */
  readFromSnapshot?(originatorId: Uuid, limit: number): Promise<SnapshotAndEvents>;
  /** Events in the order of positions. */
  readLog(range: LogRange): Promise<readonly RecordedEvent[]>;
  /** The receipt of the save that was recorded with an idempotency key; undefined where there is none. */
  findReceipt(idempotencyKey: string): Promise<Receipt | undefined>;
  /** The last position; 0 where the log is empty. */
  head(): Promise<number>;
  /**
   * Resolves when the last position is beyond one, whoever recorded it: at once for saves of this recorder, soon for
   * those of others. Resolves too when `abort` is aborted.
   */
  waitBeyond(position: number, abort?: AbortSignal): Promise<void>;
  /** The last position recorded at or before an instant (milliseconds since 1970); 0 where there is none. */
  positionAt(instant: number): Promise<number>;
  /** The last version of an originator at or before a position; 0 where there is none. */
  versionAt(originatorId: Uuid, position: number): Promise<number>;
  readonly snapshots: SnapshotRecorder;
  readonly readModels: ReadModelStore;
  /** Waits for the saves under way and frees what the recorder holds; later calls reject with `StoreClosedError`. */
  close(): Promise<void>;
}

/** Keeps snapshots: derived data, that may be lost at any time without loss. */
export interface SnapshotRecorder {
  /** Keeps some snapshots; one takes the place of another at its version, which may be of an older schema, or damaged. */
  write(snapshots: readonly StoredSnapshot[]): Promise<void>;
  /** The fitting snapshots, in no order, in one round trip. */
  find(queries: readonly SnapshotQuery[]): Promise<readonly StoredSnapshot[]>;
  /** The versions at which an aggregate has snapshots, ascending. */
  versions(originatorId: Uuid): Promise<readonly number[]>;
  remove(originatorId: Uuid, versions: readonly number[]): Promise<void>;
}
