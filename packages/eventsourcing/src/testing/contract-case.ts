import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import type { Recorder } from "../persistence/recorder.ts";
import type { Receipt, RecordedEvent, StoredEvent, StoredSave, StoredSnapshot } from "../persistence/stored-event.ts";

export interface OpenOptions {
  /** Milliseconds since 1970; default the adapter's own. */
  readonly clock?: () => number;
}

/** What a case has at hand. All that it opens is closed after it. */
export interface Stores {
  /** A recorder on a new, empty store. */
  open(options?: OpenOptions): Promise<Recorder>;
  /** One more recorder on the store of another. */
  reopen(recorder: Recorder, options?: OpenOptions): Promise<Recorder>;
}

export interface ContractCase {
  readonly name: string;
  readonly run: (stores: Stores) => Promise<void>;
}

/** An event of a new aggregate, but for what is given. */
export function anEvent(given: Partial<StoredEvent> = {}): StoredEvent {
  return {
    eventId: uuid7(),
    originatorId: uuid7(),
    originatorVersion: 1,
    topic: "Thing.Changed",
    schemaVersion: 1,
    encoding: "json",
    state: '{"n":1}',
    checksum: 1,
    ...given,
  };
}

/** Events of one originator: these versions, or as many asks for the next version of a log. */
export function eventsOf(originatorId: StoredEvent["originatorId"], ...versions: (number | null)[]): StoredEvent[] {
  return versions.map((originatorVersion) => anEvent({ originatorId, originatorVersion }));
}

/** A save with an id of its own. */
export function saveOf(events: readonly StoredEvent[], given: Partial<StoredSave> = {}): StoredSave {
  return { saveId: uuid7(), events, ...given };
}

export function aSnapshot(given: Partial<StoredSnapshot> = {}): StoredSnapshot {
  return {
    originatorId: uuid7(),
    originatorVersion: 5,
    topic: "Thing",
    schemaVersion: 1,
    encoding: "json",
    state: '{"n":5}',
    checksum: 5,
    ...given,
  };
}

/** The whole log. */
export function wholeLog(recorder: Recorder): Promise<readonly RecordedEvent[]> {
  return recorder.readLog({ limit: 1_000_000 });
}

/** The positions of some rows. */
export function positionsOf(rows: readonly RecordedEvent[]): number[] {
  return rows.map(({ position }) => position);
}

/** The versions of some rows. */
export function versionsOf(rows: readonly RecordedEvent[]): number[] {
  return rows.map(({ originatorVersion }) => originatorVersion);
}

/** 1, 2, 3, …, `last`. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/** Rows in a form that compares by content: drivers answer bytes in classes of their own. */
export function comparable<Row extends { readonly state: string | Uint8Array }>(rows: readonly Row[]) {
  return rows.map((row) => ({
    ...row,
    state: typeof row.state === "string" ? row.state : `bytes ${Buffer.from(row.state).toString("hex")}`,
  }));
}

/** The row that an event must have become. */
export function rowOf(event: StoredEvent, receipt: Receipt, index = 0): RecordedEvent {
  const originatorVersion = receipt.versions[index];
  assert.ok(originatorVersion !== undefined, `the receipt has no version for event ${index}`);
  return {
    ...event,
    originatorVersion,
    position: receipt.firstPosition + index,
    saveId: receipt.saveId,
    recordedAt: receipt.recordedAt,
  };
}

/** The error that a promise rejects with, which must be of this class: never a driver's own. */
export async function rejection<E extends Error>(
  promise: Promise<unknown>,
  type: abstract new (...args: never[]) => E,
): Promise<E> {
  const [result] = await Promise.allSettled([promise]);
  assert.equal(result.status, "rejected", `expected ${type.name}, but it was fulfilled`);
  return expectError(result.status === "rejected" ? result.reason : undefined, type);
}

/** An error that must be of this class. */
export function expectError<E extends Error>(error: unknown, type: abstract new (...args: never[]) => E): E {
  if (error instanceof type) return error;
  throw new assert.AssertionError({ message: `expected ${type.name}, got ${String(error)}`, actual: error });
}

/** Asserts that the log holds this many events and that nothing else is in it. */
export async function assertLength(recorder: Recorder, length: number): Promise<void> {
  assert.equal(await recorder.head(), length);
  assert.deepEqual(positionsOf(await wholeLog(recorder)), upTo(length));
}
