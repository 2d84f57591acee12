import type { Uuid } from "@palimpsest/eventsourcing";

// 64 of its 128 bits, of which 62 are random.
const ENDING = /^[-0-9a-f]{19}([0-9a-f]{4})-([0-9a-f]{12})$/;

/**
 * The ids of a log, in 8 bytes each: a log may hold millions. Those that end alike may be the same, and are to be looked
 * at again.
 */
export class EventIds {
  #endings = new BigUint64Array(1_024);
  #count = 0;

  add(eventId: Uuid): void {
    const ending = endingOf(eventId);
    // An id that is none is found by its checksum.
    if (ending === undefined) return;
    if (this.#count === this.#endings.length) {
      const larger = new BigUint64Array(2 * this.#count);
      larger.set(this.#endings);
      this.#endings = larger;
    }
    this.#endings[this.#count++] = ending;
  }

  /** Tells of an id whether another one that was added ends alike. */
  findRepeated(): { readonly size: number; readonly mayBe: (eventId: Uuid) => boolean } {
    const sorted = this.#endings.slice(0, this.#count).sort();
    const repeated = new Set(sorted.filter((ending, index) => index > 0 && ending === sorted[index - 1]));
    return {
      size: repeated.size,
      mayBe: (eventId) => {
        const ending = endingOf(eventId);
        return ending !== undefined && repeated.has(ending);
      },
    };
  }
}

function endingOf(eventId: Uuid): bigint | undefined {
  const [, four, twelve] = ENDING.exec(eventId) ?? [];
  return four === undefined ? undefined : BigInt(`0x${four}${twelve}`);
}
