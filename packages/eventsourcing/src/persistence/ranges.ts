import type { LogRange, StreamRange } from "./recorder.ts";
import { InvalidRangeError, NotAStoreError } from "./store-errors.ts";
import type { RecordedEvent } from "./stored-event.ts";

/** Throws `InvalidRangeError` where a bound is no whole number in its range. */
export function assertStreamRange({ after, upTo, limit }: StreamRange): void {
  assertWhole("after", after, 0);
  assertWhole("upTo", upTo, 0);
  assertWhole("limit", limit, 0);
}

/** Throws `InvalidRangeError` where a bound is no whole number in its range. */
export function assertLogRange({ start, stop, limit }: LogRange): void {
  assertWhole("start", start, 1);
  assertWhole("stop", stop, 0);
  assertWhole("limit", limit, 0);
}

/** Throws `InvalidRangeError` where a value is given and is no whole number from `least` on. */
export function assertWhole(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
    throw new InvalidRangeError(name, value, `give a whole number from ${least} on`);
  }
}

/**
 * Throws `NotAStoreError` where a position is missing among rows that begin with one: nothing is skipped in silence, and no
 * checksum covers what is only known in the commit.
 */
export function assertWithoutGap(rows: readonly RecordedEvent[], start: number): void {
  const last = rows.at(-1);
  if (!last || last.position === start + rows.length - 1) return;
  const missing = rows.findIndex(({ position }, index) => position !== start + index) + start;
  throw new NotAStoreError(`no event stands at position ${missing}: the log is damaged; restore a backup`);
}
