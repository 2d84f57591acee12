import type { Uuid } from "../../domain/uuid.ts";
import type { Outcome } from "../../persistence/group-committer.ts";
import type { StoredSave } from "../../persistence/stored-event.ts";
import { toByteaArray, toIntegerArray, toTextArray, toUuidArray } from "./postgres-rows.ts";

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
    toUuidArray([...originators.keys()]),
    toIntegerArray([...originators.values()].map(({ expected }) => expected)),
    toIntegerArray(rows.map(({ number }) => number)),
    toIntegerArray(rows.map(({ place }) => place)),
    toIntegerArray(rows.map(({ ordinal }) => ordinal)),
    toUuidArray(rows.map(({ event }) => event.eventId)),
    toUuidArray(rows.map(({ save }) => save.saveId)),
    toKeys(saves),
    toTimes(saves),
    toTextArray(rows.map(({ event }) => event.topic)),
    toIntegerArray(rows.map(({ event }) => event.schemaVersion)),
    toTextArray(rows.map(({ event }) => event.encoding)),
    toByteaArray(rows.map(({ event }) => event.state)),
    toIntegerArray(rows.map(({ event }) => event.checksum)),
  ];
}

/** The parameters of `append_one`, from `p_originator_id` on; undefined where it is not for these saves. */
export function toParametersOfOne(saves: readonly StoredSave[]): readonly unknown[] | undefined {
  const [save] = saves;
  const [event] = save?.events ?? [];
  if (!save || !event || saves.length > 1 || save.events.length > 1) return undefined;
  const { originatorVersion, state } = event;
  return [
    event.originatorId,
    originatorVersion === null ? null : originatorVersion - 1,
    event.eventId,
    save.saveId,
    save.idempotencyKey ?? null,
    save.recordedAt ?? null,
    event.topic,
    event.schemaVersion,
    event.encoding,
    typeof state === "string" ? Buffer.from(state) : state,
    event.checksum,
  ];
}

/** What `append_group` answers: the outcomes of saves that kept it from recording any, or what it built all of them on. */
export type Answer = { readonly settled: readonly SettledSave[] } | Base;

interface SettledSave {
  /** Its number in the group, from 1. */
  readonly save: number;
  readonly outcome: Outcome;
}

interface Base {
  readonly last: number;
  readonly lastTime: number;
  readonly now: number;
  /** The versions that the originators of the group had, in the order in which they first come. */
  readonly current: readonly number[];
}

/** The outcomes of all the saves of a group, or of those that kept it from being recorded. */
export function toOutcomes(saves: readonly StoredSave[], answer: Answer): ReadonlyMap<StoredSave, Outcome> {
  if (!("settled" in answer)) return toReceipts(saves, answer);
  return new Map(
    answer.settled.flatMap(({ save, outcome }) => {
      const sent = saves[save - 1];
      return sent ? [[sent, outcome] as const] : [];
    }),
  );
}

function toReceipts(
  saves: readonly StoredSave[],
  { last, lastTime, now, current }: Base,
): ReadonlyMap<StoredSave, Outcome> {
  const latest = new Map<Uuid, number>();
  let position = last;
  let recordedAt = lastTime;
  return new Map(
    saves.map((save) => {
      const firstPosition = position + 1;
      position += save.events.length;
      recordedAt = Math.max(recordedAt, save.recordedAt ?? now);
      const versions = save.events.map(({ originatorId }) => {
        const version = (latest.get(originatorId) ?? current[latest.size] ?? 0) + 1;
        latest.set(originatorId, version);
        return version;
      });
      const { saveId } = save;
      const receipt = { saveId, firstPosition, lastPosition: position, recordedAt, versions, repeated: false };
      return [save, { kind: "recorded", receipt }];
    }),
  );
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
  return toIntegerArray(times);
}
