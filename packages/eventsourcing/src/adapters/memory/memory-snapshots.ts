import type { Uuid } from "../../domain/uuid.ts";
import type { SnapshotQuery, SnapshotRecorder } from "../../persistence/recorder.ts";
import type { StoredSnapshot } from "../../persistence/stored-event.ts";

/** Snapshots in a map by originator and version. */
export class MemorySnapshots implements SnapshotRecorder {
  readonly #byOriginator = new Map<Uuid, Map<number, StoredSnapshot>>();
  readonly #assertOpen: () => void;

  constructor(assertOpen: () => void) {
    this.#assertOpen = assertOpen;
  }

  async write(snapshots: readonly StoredSnapshot[]): Promise<void> {
    this.#assertOpen();
    for (const snapshot of snapshots) {
      const versions = this.#byOriginator.get(snapshot.originatorId) ?? new Map<number, StoredSnapshot>();
      versions.set(snapshot.originatorVersion, snapshot);
      this.#byOriginator.set(snapshot.originatorId, versions);
    }
  }

  async find(queries: readonly SnapshotQuery[]): Promise<readonly StoredSnapshot[]> {
    this.#assertOpen();
    return queries.flatMap(({ originatorId, upTo = Number.MAX_SAFE_INTEGER }) => {
      const fitting = this.#sorted(originatorId).filter((version) => version <= upTo);
      const snapshot = this.#byOriginator.get(originatorId)?.get(fitting.at(-1) ?? 0);
      return snapshot ? [snapshot] : [];
    });
  }

  async versions(originatorId: Uuid): Promise<readonly number[]> {
    this.#assertOpen();
    return this.#sorted(originatorId);
  }

  async remove(originatorId: Uuid, versions: readonly number[]): Promise<void> {
    this.#assertOpen();
    for (const version of versions) this.#byOriginator.get(originatorId)?.delete(version);
  }

  #sorted(originatorId: Uuid): number[] {
    return [...(this.#byOriginator.get(originatorId)?.keys() ?? [])].sort((a, b) => a - b);
  }
}
