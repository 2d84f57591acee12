import type { Version } from "../domain/aggregate.ts";
import { deepFreeze } from "../domain/deep-freeze.ts";
import type { AggregateDefinition } from "../domain/define-aggregate.ts";
import type { Uuid } from "../domain/uuid.ts";
import type { Encoder } from "./encoder.ts";
import type { StoredSnapshot } from "./stored-event.ts";

/** Turns states of aggregates into snapshots and back. */
export class SnapshotMapper {
  readonly #encoder: Encoder;

  constructor(encoder: Encoder) {
    this.#encoder = encoder;
  }

  /** Throws `NotTranscodableError` for a state without a stored form. */
  async toStored(
    definition: AggregateDefinition,
    id: Uuid,
    { version, state }: Version<object>,
  ): Promise<StoredSnapshot> {
    const row = {
      originatorId: id,
      originatorVersion: version,
      topic: definition.name,
      schemaVersion: definition.snapshots.version ?? 1,
    };
    return { ...row, ...(await this.#encoder.encode(state, identityOf(row))) };
  }

  /**
   * The state of a snapshot, or undefined where it cannot be used: damaged, of another aggregate or of a version that
   * has no upcast. Snapshots are derived: the events hold the same, and they are checked.
   */
  toState<State extends object>(
    definition: AggregateDefinition<State>,
    row: StoredSnapshot,
  ): Version<State> | undefined {
    const { version: today = 1, upcast = {} } = definition.snapshots;
    const known = row.topic === definition.name || definition.formerly.includes(row.topic);
    if (!known || row.schemaVersion > today) return undefined;
    try {
      let state = this.#encoder.decode(row, identityOf(row)) as Record<string, unknown>;
      for (let version = row.schemaVersion; version < today; version++) {
        const step = upcast[version];
        if (!step) return undefined;
        state = step(state);
      }
      // The program that wrote it had folded it by the same declaration.
      return { version: row.originatorVersion, state: deepFreeze(state as State) };
    } catch {
      return undefined;
    }
  }
}

function identityOf(row: Omit<StoredSnapshot, "encoding" | "state" | "checksum">): string {
  return `${row.originatorId}\n${row.originatorVersion}\n${row.topic}\n${row.schemaVersion}`;
}
