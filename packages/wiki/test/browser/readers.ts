import { expect } from "vitest";

/** How long requests took while something went on, in milliseconds. */
export interface Phase {
  readonly reads: { readonly count: number; readonly p99: number };
  readonly edits: { readonly count: number; readonly p99: number };
}

const READERS = 3;

/**
 * Some who read a page, of which one is answered anew each time and the others from what is kept, and one who edits
 * another page and looks at it; over and over, until the work is done.
 */
export function readersOf(address: string): (work: () => Promise<void>) => Promise<Phase> {
  let edits = 0;
  return async (work) => {
    const readTimes: number[] = [];
    const editTimes: number[] = [];
    let isDone = false;
    const repeat = async (times: number[], request: () => Promise<Response>) => {
      while (!isDone) {
        const start = performance.now();
        const answer = await request();
        await answer.arrayBuffer();
        expect(answer.status).toBe(200);
        times.push(performance.now() - start);
      }
    };
    const read = () => fetch(`${address}/wiki/calm`);
    const readAnew = () => fetch(`${address}/wiki/calm?redirectedFrom=y${edits++}`);
    const edit = () => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ body: `Some text, and a number: ${edits++}.\n` });
      return fetch(`${address}/api/v1/pages/edited`, { method: "PATCH", headers, body });
    };
    const everybody = [
      ...Array.from({ length: READERS }, () => repeat(readTimes, read)),
      repeat(readTimes, readAnew),
      repeat(editTimes, edit),
    ];
    try {
      await work();
    } finally {
      isDone = true;
      await Promise.all(everybody);
    }
    return { reads: summaryOf(readTimes), edits: summaryOf(editTimes) };
  };
}

function summaryOf(times: readonly number[]): { readonly count: number; readonly p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return { count: sorted.length, p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
}
