import type { Uuid } from "../../src/domain/uuid.ts";
import type { Receipt, RecordedEvent } from "../../src/persistence/stored-event.ts";
import { digestOfEvent, type NotedSave, type SaveCall } from "./history.ts";
import { type Log, nameOfSave } from "./log.ts";
import type { Violation } from "./violation.ts";

/** What is wrong between a log and the saves that were called for. */
export function violationsOfSaves(log: Log, calls: readonly SaveCall[]): readonly Violation[] {
  const bySave = Map.groupBy(calls, ({ save }) => save.saveId);
  return [
    ...violationsOfStanding(log, bySave),
    ...violationsOfAnswers(log, calls, bySave),
    ...violationsOfKeys(log, calls),
  ];
}

type CallsBySave = ReadonlyMap<Uuid, readonly SaveCall[]>;

/** Whether what stands was called for, whole, and as it was called for. */
function* violationsOfStanding(log: Log, bySave: CallsBySave): Generator<Violation> {
  for (const [saveId, rows] of log.saves) {
    const save = bySave.get(saveId)?.[0]?.save;
    const name = nameOfSave(saveId, rows);
    if (!save) {
      yield { kind: "foreign", message: `no client called for ${name}` };
      continue;
    }
    const missing = save.events.filter(({ eventId }) => !rows.some((row) => row.eventId === eventId));
    if (missing.length > 0) {
      const ids = missing.map(({ eventId }) => eventId).join(", ");
      yield { kind: "half", message: `${name} is recorded without ${ids}` };
    }
    for (const [index, row] of rows.entries()) {
      if (isAsSaved(row, save.events[index]) || missing.length > 0) continue;
      const { eventId, position } = row;
      yield {
        kind: "altered",
        message: `event ${eventId} at position ${position} is not what save ${saveId} held there`,
      };
    }
  }
}

function isAsSaved(row: RecordedEvent, event: NotedSave["events"][number] | undefined): boolean {
  return (
    row.eventId === event?.eventId &&
    row.originatorId === event.originatorId &&
    (event.originatorVersion === null || row.originatorVersion === event.originatorVersion) &&
    digestOfEvent(row) === event.digest
  );
}

function* violationsOfAnswers(log: Log, calls: readonly SaveCall[], bySave: CallsBySave): Generator<Violation> {
  for (const { call, save, outcome } of calls) {
    const { saveId } = save;
    const rows = log.saves.get(saveId);
    switch (outcome.kind) {
      case "recorded":
        yield* violationsOfReceipt(log, call, save, outcome.receipt, bySave);
        break;
      case "refused":
        // Where the same save was sent again, another call may have recorded it.
        if (rows && bySave.get(saveId)?.every((other) => other.outcome.kind === "refused")) {
          const message = `${nameOfSave(saveId, rows)} was refused (${call}: ${outcome.code}) and stands`;
          yield { kind: "refused", message };
        }
        break;
      case "failed":
        yield { kind: "failed", message: `save ${saveId} (${call}) was answered by ${outcome.error}` };
        break;
      case "unknown":
        break;
    }
  }
}

function* violationsOfReceipt(
  log: Log,
  call: string,
  save: NotedSave,
  receipt: Receipt,
  bySave: CallsBySave,
): Generator<Violation> {
  const ids = save.events.map(({ eventId }) => eventId).join(", ");
  const rows = log.saves.get(receipt.saveId);
  const told = `save ${save.saveId} (${ids}), acknowledged to ${call} at positions ${receipt.firstPosition} to ${receipt.lastPosition}`;
  if (!rows) {
    yield { kind: "lost", message: `${told}, is lost` };
    return;
  }
  const positions = rows.map(({ position }) => position);
  const versions = rows.map(({ originatorVersion }) => originatorVersion);
  const isThere = positions[0] === receipt.firstPosition && positions.at(-1) === receipt.lastPosition;
  const isSame = String(versions) === String(receipt.versions) && rows[0]?.recordedAt === receipt.recordedAt;
  if (!isThere || !isSame) {
    const found = `versions ${versions.join(", ")} at ${rows[0]?.recordedAt}, positions ${positions.join(", ")}`;
    yield { kind: "misplaced", message: `${told}, versions ${receipt.versions.join(", ")}, stands with ${found}` };
  }
  if (!receipt.repeated) {
    const others = bySave.get(save.saveId)?.filter((other) => other.call !== call && isNew(other)) ?? [];
    if (receipt.saveId !== save.saveId) yield { kind: "misplaced", message: `${told}, is that of another save` };
    if (others.length > 0) yield { kind: "twice", message: `${told} as new, was so to ${others[0]?.call} too` };
  } else if (receipt.saveId !== save.saveId && !isRepetition(save, bySave.get(receipt.saveId)?.[0]?.save)) {
    yield { kind: "misplaced", message: `${told} as repeated, has nothing in common with save ${receipt.saveId}` };
  }
}

function isNew({ outcome }: SaveCall): boolean {
  return outcome.kind === "recorded" && !outcome.receipt.repeated;
}

/** The same events, or the same key. */
function isRepetition(save: NotedSave, recorded: NotedSave | undefined): boolean {
  if (!recorded) return false;
  if (save.idempotencyKey !== undefined && save.idempotencyKey === recorded.idempotencyKey) return true;
  const [ids, recordedIds] = [save, recorded].map(({ events }) => events.map(({ eventId }) => eventId));
  return String(ids) === String(recordedIds);
}

function* violationsOfKeys(log: Log, calls: readonly SaveCall[]): Generator<Violation> {
  const holders = new Map<string, Uuid>();
  for (const { save } of calls) {
    const { idempotencyKey: key, saveId } = save;
    const rows = log.saves.get(saveId);
    if (key === undefined || !rows) continue;
    const holder = holders.get(key) ?? saveId;
    if (holder !== saveId) {
      yield {
        kind: "twice",
        message: `${nameOfSave(saveId, rows)} has the idempotency key "${key}" of save ${holder}`,
      };
    }
    holders.set(key, holder);
  }
}
