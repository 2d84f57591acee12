import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Uuid } from "../../domain/uuid.ts";
import type { SnapshotQuery, SnapshotRecorder } from "../../persistence/recorder.ts";
import { StoreClosedError } from "../../persistence/store-errors.ts";
import type { StoredSnapshot } from "../../persistence/stored-event.ts";
import { toStoreError } from "./sqlite-errors.ts";
import { SNAPSHOT_COLUMNS, toSnapshot } from "./sqlite-rows.ts";
import { prepareArray } from "./sqlite-statements.ts";
import type { SnapshotChange, Writer } from "./sqlite-writer-protocol.ts";

/** Snapshots in the derived file: read here, written by the writer. */
export class SqliteSnapshots implements SnapshotRecorder {
  readonly #reading: DatabaseSync;
  readonly #newest: StatementSync;
  readonly #versions: StatementSync;
  readonly #writer: Pick<Writer, "request">;
  readonly #file: string;
  #changes: SnapshotChange[] = [];
  #next: Promise<void> | undefined;
  #underWay: Promise<unknown> | undefined;

  constructor(reading: DatabaseSync, writer: Pick<Writer, "request">, file: string) {
    this.#reading = reading;
    this.#file = file;
    this.#newest = prepareArray(
      reading,
      `select ${SNAPSHOT_COLUMNS} from snapshot
       where originator_id = ? and originator_version <= ?
       order by originator_version desc limit 1`,
    );
    this.#versions = reading.prepare(
      "select originator_version as version from snapshot where originator_id = ? order by 1",
    );
    this.#writer = writer;
  }

  async write(snapshots: readonly StoredSnapshot[]): Promise<void> {
    if (snapshots.length > 0) await this.#change({ kind: "write", snapshots });
  }

  async find(queries: readonly SnapshotQuery[]): Promise<readonly StoredSnapshot[]> {
    return this.#read(() =>
      queries.flatMap(({ originatorId, upTo = Number.MAX_SAFE_INTEGER }) => {
        const row = this.#newest.get(originatorId, upTo);
        return row ? [toSnapshot(row)] : [];
      }),
    );
  }

  async versions(originatorId: Uuid): Promise<readonly number[]> {
    return this.#read(() => this.#versions.all(originatorId).map(({ version }) => Number(version)));
  }

  async remove(originatorId: Uuid, versions: readonly number[]): Promise<void> {
    if (versions.length > 0) await this.#change({ kind: "remove", originatorId, versions });
  }

  /** What comes together, or while changes are under way, is one message and one transaction, in the order in which it came. */
  #change(change: SnapshotChange): Promise<void> {
    this.#changes.push(change);
    this.#next ??= this.#changeNext(this.#underWay);
    return this.#next;
  }

  async #changeNext(underWay: Promise<unknown> | undefined): Promise<void> {
    await underWay?.catch(() => {});
    const changes = this.#changes;
    this.#changes = [];
    this.#next = undefined;
    this.#underWay = this.#writer.request({ kind: "change-snapshots", changes });
    await this.#underWay;
  }

  #read<T>(read: () => T): T {
    if (!this.#reading.isOpen) throw new StoreClosedError();
    try {
      return read();
    } catch (error) {
      throw toStoreError(this.#file, error);
    }
  }
}
