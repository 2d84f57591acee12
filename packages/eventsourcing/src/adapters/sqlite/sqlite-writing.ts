import type { DatabaseSync } from "node:sqlite";
import type { Outcome } from "../../persistence/group-committer.ts";
import { recordGroup } from "../../persistence/record-group.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { LogChangedError } from "../../persistence/store-errors.ts";
import type { StoredSave } from "../../persistence/stored-event.ts";
import { FilePlace } from "./file-place.ts";
import { BUSY, needsReopen } from "./sqlite-errors.ts";
import { SqliteLogTable } from "./sqlite-log-table.ts";
import { bringCommitsToDisk, openLogForWriting, readIdentity } from "./sqlite-open.ts";
import { openDerivedForWriting } from "./sqlite-open-derived.ts";
import { SNAPSHOT_COLUMNS } from "./sqlite-rows.ts";
import type { Request, SnapshotChange, WriterFiles } from "./sqlite-writer-protocol.ts";

/** What a request makes of the files, on the thread that calls it. Connections are opened when they are first needed. */
export class SqliteWriting {
  readonly #files: WriterFiles;
  readonly #place: FilePlace;
  #log: { readonly db: DatabaseSync; readonly table: SqliteLogTable } | undefined;
  #derived: DatabaseSync | undefined;
  /** Whether an I/O error leaves it open what of the log is on the disk. */
  #unverified = false;
  /** Whether the commit of the request under way was begun, so that a failure leaves its outcome open. */
  #committing = false;

  constructor(files: WriterFiles) {
    this.#files = files;
    this.#place = new FilePlace(files.log);
  }

  get committing(): boolean {
    return this.#committing;
  }

  handle(request: Request): unknown {
    this.#committing = false;
    switch (request.kind) {
      case "open":
        return this.#open();
      case "commit":
        return this.#commitVerified(request.saves, request.now);
      case "change-snapshots":
        return this.#inDerived((db) => this.#changeSnapshots(db, request.changes));
      case "close":
        return this.#close();
    }
  }

  #open(): LogIdentity {
    const { db } = this.#opened();
    this.#derived ??= openDerivedForWriting(this.#files.derived, db);
    return readIdentity(db);
  }

  #opened() {
    // To open it anew would make another one.
    this.#place.assertThere();
    if (!this.#log) {
      const db = openLogForWriting(this.#files.log, this.#files.durability);
      try {
        this.#assertExpected(readIdentity(db));
        if (this.#unverified) bringToDisk(db);
        this.#log = { db, table: new SqliteLogTable(db) };
        this.#place.opened();
      } catch (error) {
        db.close();
        throw error;
      }
      this.#unverified = false;
    }
    return this.#log;
  }

  /** Files may have been put in the place of those that are read: what was decided by these is not saved there. */
  #assertExpected(found: LogIdentity): void {
    const { expected } = this.#files;
    if (!expected || (found.logId === expected.logId && found.epoch === expected.epoch)) return;
    throw new LogChangedError(expected, found);
  }

  /**
   * After a failed fsync SQLite reports the error once and then goes on acknowledging. So after an I/O error the file is
   * opened anew and brought to the disk as a whole, before anything else is acknowledged; the group is then tried once
   * more, where what stands in the log already is recognised by its event ids.
   */
  #commitVerified(saves: readonly StoredSave[], now: number): readonly Outcome[] {
    try {
      return this.#commit(saves, now);
    } catch (error) {
      if (!needsReopen(error)) throw error;
      this.#unverified = true;
      this.#log?.db.close();
      this.#log = undefined;
      return this.#commit(saves, now);
    }
  }

  #commit(saves: readonly StoredSave[], now: number): readonly Outcome[] {
    const { db, table } = this.#opened();
    // Immediate: a transaction that reads first and writes later fails at once where another writer came between.
    db.exec("begin immediate");
    try {
      const outcomes = recordGroup(table, saves, now);
      this.#committing = true;
      db.exec("commit");
      return outcomes;
    } catch (error) {
      // A full disk refuses a commit as a whole; only an I/O error leaves open how far it came.
      if (!needsReopen(error)) this.#committing = false;
      if (db.isTransaction) db.exec("rollback");
      throw error;
    }
  }

  #inDerived(write: (db: DatabaseSync) => void): void {
    this.#open();
    const db = this.#derived;
    if (!db) return;
    db.exec("begin immediate");
    try {
      write(db);
      db.exec("commit");
    } catch (error) {
      if (db.isTransaction) db.exec("rollback");
      throw error;
    }
  }

  #changeSnapshots(db: DatabaseSync, changes: readonly SnapshotChange[]): void {
    const insert = db.prepare(`insert or replace into snapshot (${SNAPSHOT_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)`);
    const remove = db.prepare("delete from snapshot where originator_id = ? and originator_version = ?");
    for (const change of changes) {
      if (change.kind === "remove") {
        for (const version of change.versions) remove.run(change.originatorId, version);
        continue;
      }
      for (const row of change.snapshots) {
        const { originatorId, originatorVersion, topic, schemaVersion, encoding, state, checksum } = row;
        insert.run(originatorId, originatorVersion, topic, schemaVersion, encoding, state, checksum);
      }
    }
    if (changes.some(({ kind }) => kind === "write")) this.#markDerived(db);
  }

  /** What is written next was derived from the log up to here, at most. */
  #markDerived(derived: DatabaseSync): void {
    const last = this.#opened()
      .db.prepare("select position, event_id as eventId from event order by position desc limit 1")
      .get();
    if (!last) return;
    const { position, eventId } = last as { position: number; eventId: string };
    derived.prepare("update log set position = ?, event_id = ? where position < ?").run(position, eventId, position);
  }

  #close(): void {
    try {
      // Also where an I/O error has had the log closed: what was acknowledged before it is not on the disk yet.
      const hasCommits = this.#log !== undefined || this.#unverified;
      if (this.#files.durability === "close" && hasCommits) bringCommitsToDisk(this.#opened().db);
    } finally {
      // Also where the disk fails, a thread that goes on holds no file.
      this.#log?.db.close();
      this.#derived?.close();
      this.#log = undefined;
      this.#derived = undefined;
    }
  }
}

/** Writes all that is in the write-ahead log to the database, and both to the disk. Throws where that cannot be done now. */
function bringToDisk(db: DatabaseSync): void {
  const busy = Object.values(db.prepare("pragma wal_checkpoint(truncate)").get() ?? {})[0];
  if (busy !== 0)
    throw Object.assign(new Error("a reader keeps the log from being brought to the disk"), { errcode: BUSY });
}
