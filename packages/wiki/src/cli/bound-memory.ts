import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

// Both halves of where objects begin. On a machine with much memory V8 lets it grow to 128 MB, most of it garbage; from
// 8 MB on a page view costs the same.
const YOUNG_BYTES = 8 * 2 ** 20;
// What it begins with on the threads that are started later, in MB: where the one of the first thread is not to grow, theirs
// does not either, and with the 1 MB that V8 begins with they would collect it twice for each edit.
const FIRST_YOUNG_HALF = 4;
// How far the heap may grow beyond what is in use, in percent, before it is collected: V8 takes up to 300.
const GROWTH = 20;
// How long a thread that allocates little waits before it gives back what it does not use, in milliseconds: V8 takes
// 8,000, and until then keeps the pages of its heap that became empty.
const REDUCED_AFTER = 500;

/**
 * Keeps the heaps of all threads near what is in use, and the young generation of this one small. V8 reads these flags
 * whenever it grows; the one that limits the young generation as a whole it reads only before the first line of ours runs.
 */
export function boundMemory(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString(`--gc-memory-reducer-start-delay-ms=${REDUCED_AFTER}`);
  setFlagsFromString(`--min-semi-space-size=${FIRST_YOUNG_HALF}`);
  boundYoung();
  new PerformanceObserver(boundYoung).observe({ entryTypes: ["gc"] });
}

/** By a factor of 1 it does not grow. It may shrink while nothing happens, and then grows again. */
function boundYoung(): void {
  setFlagsFromString(`--semi-space-growth-factor=${youngBytes() < YOUNG_BYTES ? 2 : 1}`);
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
}
