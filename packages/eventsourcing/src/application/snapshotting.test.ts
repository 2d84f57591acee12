import fc from "fast-check";
import { expect, test } from "vitest";
import { isKept } from "./snapshotting.ts";

/** The snapshots that are left after one was taken at each interval up to `newest`, each time thinned out. */
function keptAfter(newest: number, interval: number): readonly number[] {
  let kept: number[] = [];
  for (let version = interval; version <= newest; version += interval) {
    kept = [...kept, version].filter((candidate) => isKept(candidate, version, interval));
  }
  return kept;
}

test("keeps every snapshot of the last four intervals", () => {
  expect(keptAfter(20, 5)).toEqual([5, 10, 15, 20]);
});

test("thins out older snapshots to every tenth, then to every hundredth", () => {
  expect(keptAfter(130, 5)).toEqual([50, 100, 115, 120, 125, 130]);
  expect(keptAfter(2_600, 5).filter((version) => version <= 2_000)).toEqual([1_000, 1_500, 2_000]);
});

test("keeps few snapshots of a long stream, and never one far from any version", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 600 }), (interval, steps) => {
      const newest = interval * steps;
      const kept = keptAfter(newest, interval);
      expect(kept.at(-1)).toBe(newest);
      expect(kept.length).toBeLessThanOrEqual(4 + 14 * Math.ceil(Math.log10(steps + 1)));
      const distances = Array.from({ length: newest }, (_, index) => {
        const version = index + 1;
        return version - (kept.findLast((candidate) => candidate <= version) ?? 0) - (newest - version) * 4;
      });
      expect(Math.max(...distances)).toBeLessThan(interval * 10);
    }),
    { numRuns: 30 },
  );
});
