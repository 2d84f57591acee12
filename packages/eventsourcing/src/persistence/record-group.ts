import type { Uuid } from "../domain/uuid.ts";
import type { Outcome } from "./group-committer.ts";
import { ClockSkewError } from "./store-errors.ts";
import type { Receipt, RecordedEvent, StoredEvent, StoredSave } from "./stored-event.ts";

/** The little that recording needs to know of the log, inside a commit that no other writer can enter. */
export interface LogTable {
  /** The last row; undefined where the log is empty. */
  last(): Pick<RecordedEvent, "position" | "recordedAt"> | undefined;
  lastVersion(originatorId: Uuid): number;
  /** The position of an event; undefined where it is not recorded. */
  positionOfEvent(eventId: Uuid): number | undefined;
  /** The position of the first event of the save with a key. */
  positionOfKey(idempotencyKey: string): number | undefined;
  /** All rows of the save whose first row has this position, in order. */
  rowsOfSave(firstPosition: number): readonly RecordedEvent[];
  /** `idempotencyKey` comes with the first row of a save. */
  insert(row: RecordedEvent, idempotencyKey: string | undefined): void;
}

/** A clock that reads this much before the last event is wrong; less is the ordinary difference between two clocks. */
export const MAX_CLOCK_SKEW = 60_000;

/** Records each save whose versions fit, and none of one whose versions do not. Throws `ClockSkewError`. */
export function recordGroup(table: LogTable, saves: readonly StoredSave[], clock: number): readonly Outcome[] {
  const now = Math.floor(clock);
  const last = table.last();
  let position = last?.position ?? 0;
  let recordedAt = last?.recordedAt ?? 0;
  const isBehind = now < recordedAt - MAX_CLOCK_SKEW;
  return saves.map((save): Outcome => {
    const settled = findSettled(table, save);
    if (settled) return settled;
    // All saves of a group bring their time, or none does: this comes before anything was inserted.
    if (isBehind && save.recordedAt === undefined) throw new ClockSkewError(now, recordedAt);
    recordedAt = Math.max(recordedAt, save.recordedAt ?? now);
    const rows = save.events.map((event): RecordedEvent => {
      position += 1;
      const originatorVersion = event.originatorVersion ?? table.lastVersion(event.originatorId) + 1;
      const row = { ...event, originatorVersion, position, saveId: save.saveId, recordedAt };
      table.insert(row, event === save.events[0] ? save.idempotencyKey : undefined);
      return row;
    });
    return { kind: "recorded", receipt: receiptOf(rows, false) };
  });
}

/** The outcome of a save that stands in the log already (the same events, or the same idempotency key), or cannot be. */
function findSettled(table: LogTable, { events, idempotencyKey }: StoredSave): Outcome | undefined {
  const byKey = idempotencyKey === undefined ? undefined : table.positionOfKey(idempotencyKey);
  if (byKey !== undefined) return { kind: "recorded", receipt: receiptOf(table.rowsOfSave(byKey), true) };
  const [first, ...others] = events;
  const byEvent = first && table.positionOfEvent(first.eventId);
  if (!first || byEvent === undefined) return findConflict(table, events) ?? findDuplicate(table, others);
  const rows = table.rowsOfSave(byEvent);
  const same = rows.length === events.length && rows.every((row, index) => isSame(row, events[index]));
  if (same) return { kind: "recorded", receipt: receiptOf(rows, true) };
  return findConflict(table, events) ?? { kind: "duplicate", eventId: first.eventId };
}

function findConflict(table: LogTable, events: readonly StoredEvent[]): Outcome | undefined {
  const seen = new Set<Uuid>();
  for (const { originatorId, originatorVersion } of events) {
    // The versions of one save rise by one, so that its first event of an originator speaks for the others.
    if (originatorVersion === null || seen.has(originatorId)) continue;
    seen.add(originatorId);
    const currentVersion = table.lastVersion(originatorId);
    const expectedVersion = originatorVersion - 1;
    if (currentVersion !== expectedVersion) return { kind: "conflict", originatorId, expectedVersion, currentVersion };
  }
  return undefined;
}

/** Only a log event or one of another originator gets this far: else an event that is recorded has a version that is taken. */
function findDuplicate(table: LogTable, events: readonly StoredEvent[]): Outcome | undefined {
  const duplicate = events.find((event) => table.positionOfEvent(event.eventId) !== undefined);
  return duplicate && { kind: "duplicate", eventId: duplicate.eventId };
}

function isSame(row: RecordedEvent, event: StoredEvent | undefined): boolean {
  return row.eventId === event?.eventId && row.originatorId === event.originatorId;
}

/** The receipt for the rows of one save, in order. */
export function receiptOf(rows: readonly RecordedEvent[], repeated: boolean): Receipt {
  const [first] = rows;
  if (!first) throw new Error("a save without rows has no receipt");
  return {
    saveId: first.saveId,
    firstPosition: first.position,
    lastPosition: first.position + rows.length - 1,
    recordedAt: first.recordedAt,
    versions: rows.map((row) => row.originatorVersion),
    repeated,
  };
}
