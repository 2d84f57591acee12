import {
  CodedError,
  NotAStoreError,
  type NotificationLog,
  type RecordedDomainEvent,
  type RecordedEvent,
  type Recorder,
} from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../application/wiki-application.ts";
import { EventIds } from "./event-ids.ts";
import type { Finding } from "./finding.ts";
import { WikiFold } from "./wiki-fold.ts";
import type { WorkOptions } from "./wiki-size.ts";

/** What the log is, and what is wrong with it. */
export interface LogVerification {
  readonly events: number;
  readonly findings: readonly Finding[];
  readonly fold: WikiFold;
}

const TELL_EVERY = 1_000;

/**
 * Reads the log up to a position: each event is what was recorded and stands once, positions and versions have no gap,
 * times never go back, saves are found by their keys, and what the events say of pages and slugs fits together after each save.
 */
export async function verifyLog(
  { events: app }: WikiApplication,
  stop: number,
  { onProgress, signal }: WorkOptions = {},
): Promise<LogVerification> {
  const findings: Finding[] = [];
  const fold = new WikiFold();
  const versions = new Map<string, number>();
  const ids = new EventIds();
  let events = 0;
  let before: Pick<RecordedEvent, "position" | "recordedAt"> = { position: 0, recordedAt: 0 };
  const find = (check: Finding["check"], { position, originatorId }: RecordedEvent, message: string) =>
    findings.push({ check, position, originatorId, message });
  for await (const row of rowsOf(app.notificationLog, stop)) {
    const { position, recordedAt, originatorId, originatorVersion } = row;
    events += 1;
    ids.add(row.eventId);
    if (position !== before.position + 1) {
      find("position", row, `position ${position} follows ${before.position}: what stood between is gone`);
    }
    if (recordedAt < before.recordedAt)
      find("time", row, `${toTime(recordedAt)} comes after ${toTime(before.recordedAt)}`);
    const version = versions.get(originatorId) ?? 0;
    if (originatorVersion !== version + 1) {
      find("version", row, `version ${originatorVersion} of ${originatorId} follows ${version}`);
    }
    versions.set(originatorId, originatorVersion);
    before = { position, recordedAt };
    fold.begin(row);
    try {
      const event = app.toDomainEvent(row);
      fold.add(event);
      if (!(await isRecognised(app.recorder, event))) {
        find("key", row, "its save is not found by its idempotency key: a repeated request would be recorded again");
      }
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      find("event", row, `${error.message} [${error.code}]`);
      fold.skip(originatorId);
    }
    if (events % TELL_EVERY !== 0) continue;
    signal?.throwIfAborted();
    onProgress?.({ done: events, total: stop });
  }
  if (before.position !== stop) {
    findings.push({ check: "position", position: stop, message: `the log ends at ${before.position}, not at ${stop}` });
  }
  findings.push(...(await findRepeated(app.notificationLog, stop, ids)));
  fold.endSave();
  onProgress?.({ done: stop, total: stop });
  return { events, findings: [...findings, ...fold.findings], fold };
}

/** Whether a save with an idempotency key is found by it. The key of the first event is checked with what it says. */
async function isRecognised(
  recorder: Recorder,
  { idempotencyKey, position }: Pick<RecordedDomainEvent, "idempotencyKey" | "position">,
): Promise<boolean> {
  if (idempotencyKey === undefined) return true;
  return (await recorder.findReceipt(idempotencyKey))?.firstPosition === position;
}

/** What stands twice: its checksum does not say where it belongs in the log. */
async function findRepeated(log: NotificationLog, stop: number, ids: EventIds): Promise<readonly Finding[]> {
  const { size, mayBe } = ids.findRepeated();
  if (size === 0) return [];
  const findings: Finding[] = [];
  const places = new Map<string, number>();
  for await (const { eventId, position, originatorId } of rowsOf(log, stop)) {
    if (!mayBe(eventId)) continue;
    const first = places.get(eventId);
    if (first === undefined) places.set(eventId, position);
    else
      findings.push({
        check: "event",
        position,
        originatorId,
        message: `event ${eventId} stands at position ${first} too`,
      });
  }
  return findings;
}

const BATCH = 1_000;

/** All rows that can be read. The log refuses a part of it that has a gap: there it is read row by row. */
async function* rowsOf(log: NotificationLog, stop: number): AsyncGenerator<RecordedEvent, void> {
  for (let start = 1; start <= stop; start += BATCH) {
    const last = Math.min(stop, start + BATCH - 1);
    const rows = await log.select({ start, stop: last, limit: BATCH }).catch((error) => {
      if (!(error instanceof NotAStoreError)) throw error;
      return undefined;
    });
    if (rows) yield* rows;
    else
      for (let position = start; position <= last; position++)
        yield* await log.select({ start: position, stop: position, limit: 1 });
  }
}

function toTime(instant: number): string {
  return new Date(instant).toISOString();
}
