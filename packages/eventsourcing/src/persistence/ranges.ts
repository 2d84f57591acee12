import type { LogRange, StreamRange } from "./recorder.ts";
import { InvalidRangeError } from "./store-errors.ts";

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
