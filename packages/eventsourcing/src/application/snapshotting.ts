import type { Version } from "../domain/aggregate.ts";
import type { AggregateDefinition } from "../domain/define-aggregate.ts";
import type { Uuid } from "../domain/uuid.ts";
import type { Recorder } from "../persistence/recorder.ts";
import type { SnapshotMapper } from "../persistence/snapshot-mapper.ts";
import type { Repository } from "./repository.ts";

/** Takes snapshots as events are saved, and thins out the older ones. */
export class Snapshotting {
  readonly #recorder: Recorder;
  readonly #mapper: SnapshotMapper;
  readonly #repository: Repository;
  readonly #intervals: ReadonlyMap<string, number>;

  constructor(parts: {
    readonly recorder: Recorder;
    readonly mapper: SnapshotMapper;
    readonly repository: Repository;
    /** By the aggregate's name: a snapshot for each version that is a multiple of this. */
    readonly intervals: ReadonlyMap<string, number>;
  }) {
    this.#recorder = parts.recorder;
    this.#mapper = parts.mapper;
    this.#repository = parts.repository;
    this.#intervals = parts.intervals;
  }

  /** Whether aggregates of a name have snapshots taken as they are saved. */
  covers(aggregate: string): boolean {
    return this.#intervals.has(aggregate);
  }

  /** Takes the snapshots that are due for versions after `before`, up to the one given. */
  async afterSave(definition: AggregateDefinition, id: Uuid, before: number, last: Version<object>): Promise<void> {
    const interval = this.#intervals.get(definition.name);
    if (interval === undefined) return;
    const due: Version<object>[] = [];
    // A save of several events may pass more than one multiple.
    for (let version = interval * (Math.floor(before / interval) + 1); version <= last.version; version += interval) {
      due.push(version === last.version ? last : await this.#repository.get(definition, id, { version }));
    }
    if (due.length === 0) return;
    const newest = due.at(-1)?.version ?? 0;
    const kept = due.filter(({ version }) => isKept(version, newest, interval));
    const snapshots = await this.#toStored(definition, id, kept);
    const known = await this.#recorder.snapshots.versions(id);
    // At once: a store may do both in one go.
    await Promise.all([
      this.#recorder.snapshots.write(snapshots),
      this.#recorder.snapshots.remove(
        id,
        known.filter((version) => !isKept(version, newest, interval)),
      ),
    ]);
  }

  /** Takes a snapshot of an aggregate as it is now, whatever its interval. */
  async take(definition: AggregateDefinition, id: Uuid): Promise<void> {
    const current = await this.#repository.get(definition, id);
    await this.#recorder.snapshots.write(await this.#toStored(definition, id, [current]));
  }

  #toStored(definition: AggregateDefinition, id: Uuid, versions: readonly Version<object>[]) {
    return Promise.all(versions.map((version) => this.#mapper.toStored(definition, id, version)));
  }
}

/**
 * Whether a snapshot is kept: all of the last four intervals, then every tenth of the last forty, every hundredth of the
 * last four hundred, and so on: the older a version is, the more events it may be away from the snapshot before it.
 */
export function isKept(version: number, newest: number, interval: number): boolean {
  let stride = interval;
  while (newest - version >= 4 * stride) stride *= 10;
  return version % stride === 0;
}
