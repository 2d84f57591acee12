import type { Uuid } from "../../src/domain/uuid.ts";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";

/** Something that must be true of a log at each prefix of whole saves. */
export interface LogRule {
  readonly name: string;
  /** Begins at the start of a log; what it answers is given save by save and says what each breaks, or undefined. */
  readonly begin: () => (save: readonly RecordedEvent[]) => string | undefined;
}

/**
 * No two originators have one name at once, as no two pages have one slug. `nameOf` answers the name that its originator
 * has after an event, null where it has none any more, undefined where the event is not about names.
 */
export function nameBelongsToOne(nameOf: (row: RecordedEvent) => string | null | undefined): LogRule {
  return {
    name: "a name belongs to one originator",
    begin: () => {
      const owners = new Map<string, Uuid>();
      const names = new Map<Uuid, string>();
      return (save) => {
        const claimed = new Map<string, RecordedEvent>();
        for (const row of save) {
          const name = nameOf(row);
          const before = names.get(row.originatorId);
          if (name === undefined) continue;
          if (before !== undefined && owners.get(before) === row.originatorId) owners.delete(before);
          names.delete(row.originatorId);
          if (before !== undefined && claimed.get(before)?.originatorId === row.originatorId) claimed.delete(before);
          if (name === null) continue;
          const other = claimed.get(name);
          if (other && other.originatorId !== row.originatorId) return clash(name, other.originatorId, row);
          claimed.set(name, row);
          names.set(row.originatorId, name);
        }
        // After the whole save: one may give a name up that another of it takes, in any order.
        for (const [name, row] of claimed) {
          const owner = owners.get(name);
          if (owner !== undefined && owner !== row.originatorId) return clash(name, owner, row);
          owners.set(name, row.originatorId);
        }
        return undefined;
      };
    },
  };
}

function clash(name: string, owner: Uuid, { eventId, originatorId, position }: RecordedEvent): string {
  return `event ${eventId} at position ${position} gives "${name}" to ${originatorId}, and it belongs to ${owner}`;
}
