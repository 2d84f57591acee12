import type { Uuid } from "../../domain/uuid.ts";
import type { Outcome } from "../../persistence/group-committer.ts";
import type { StoredSave } from "../../persistence/stored-event.ts";
import { type Row, toArray, toByteaArray } from "./postgres-rows.ts";

/** The parameters of `append_group` for a group of saves, from `p_originator_ids` on. */
export function toParameters(saves: readonly StoredSave[]): readonly unknown[] {
  const originators = new Map<Uuid, { place: number; expected: number | null; count: number }>();
  const rows = saves.flatMap((save, index) =>
    save.events.map((event) => {
      const { originatorId, originatorVersion: version } = event;
      let originator = originators.get(originatorId);
      if (!originator) {
        originator = { place: originators.size + 1, expected: version === null ? null : version - 1, count: 0 };
        originators.set(originatorId, originator);
      }
      originator.count += 1;
      return { save, number: index + 1, event, place: originator.place, ordinal: originator.count };
    }),
  );
  return [
    toArray([...originators.keys()]),
    toArray([...originators.values()].map(({ expected }) => expected)),
    toArray(rows.map(({ number }) => number)),
    toArray(rows.map(({ place }) => place)),
    toArray(rows.map(({ ordinal }) => ordinal)),
    toArray(rows.map(({ event }) => event.eventId)),
    toArray(rows.map(({ save }) => save.saveId)),
    toKeys(saves),
    toTimes(saves),
    rows.map(({ event }) => event.topic),
    toArray(rows.map(({ event }) => event.schemaVersion)),
    rows.map(({ event }) => event.encoding),
    toByteaArray(rows.map(({ event }) => event.state)),
    toArray(rows.map(({ event }) => event.checksum)),
  ];
}

/** Notes the outcomes that `append_group` answered: of all the saves, or of those that kept it from recording any. */
export function noteOutcomes(
  outcomes: Map<StoredSave, Outcome>,
  saves: readonly StoredSave[],
  rows: readonly Row[],
): void {
  const settled = rows[0]?.[3] as readonly { readonly save: number; readonly outcome: Outcome }[] | null | undefined;
  if (settled) {
    for (const { save, outcome } of settled) {
      const given = saves[save - 1];
      if (given) outcomes.set(given, outcome);
    }
    return;
  }
  // Sorted here, where they are almost sure to be in order: there it would cost a sort each time.
  const recorded = (rows as readonly (readonly number[])[]).toSorted(([a = 0], [b = 0]) => a - b);
  let next = 0;
  for (const save of saves) {
    const own = recorded.slice(next, next + save.events.length);
    next += save.events.length;
    const [firstPosition = 0, , recordedAt = 0] = own[0] ?? [];
    const receipt = {
      saveId: save.saveId,
      firstPosition,
      lastPosition: firstPosition + own.length - 1,
      recordedAt,
      versions: own.map(([, version = 0]) => version),
      repeated: false,
    };
    outcomes.set(save, { kind: "recorded", receipt });
  }
}

function toKeys(saves: readonly StoredSave[]): readonly (string | null)[] | null {
  if (saves.every(({ idempotencyKey }) => idempotencyKey === undefined)) return null;
  return saves.flatMap(({ events, idempotencyKey = null }) =>
    events.map((_, index) => (index === 0 ? idempotencyKey : null)),
  );
}

/** All saves of a group have a time, or none. The time of the log never goes back. */
function toTimes(saves: readonly StoredSave[]): string | null {
  if (saves[0]?.recordedAt === undefined) return null;
  let latest = 0;
  const times = saves.flatMap(({ events, recordedAt = 0 }) => {
    latest = Math.max(latest, recordedAt);
    return events.map(() => latest);
  });
  return toArray(times);
}
