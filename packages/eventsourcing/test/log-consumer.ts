import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogRange, Recorder } from "../src/persistence/recorder.ts";
import { StoreUnavailableError } from "../src/persistence/store-errors.ts";
import type { Receipt, RecordedEvent, StoredSave } from "../src/persistence/stored-event.ts";

/** Reads a log in small batches, and knows no more than the last position: it may as well be a new one each time. */
export class LogConsumer {
  readonly seen: RecordedEvent[] = [];
  readonly #recorder: Pick<Recorder, "readLog">;
  readonly #batch: number;

  constructor(recorder: Pick<Recorder, "readLog">, batch: number) {
    this.#recorder = recorder;
    this.#batch = batch;
  }

  /** Reads what is there after the last position, at most a batch; answers how much that was. */
  async readOn(): Promise<number> {
    const start = (this.seen.at(-1)?.position ?? 0) + 1;
    const rows = await this.#recorder.readLog({ start, limit: this.#batch });
    this.seen.push(...rows);
    return rows.length;
  }

  /** Reads on and on while some work is under way, and then to the end. */
  async readDuring(work: Promise<unknown>): Promise<void> {
    const state = { done: false };
    const ended = work.finally(() => {
      state.done = true;
    });
    // It is awaited below, where its failure is told; until then it is not unhandled.
    ended.catch(() => {});
    while (!state.done) {
      if ((await this.readOn()) === 0) await new Promise(setImmediate);
    }
    await ended;
    while ((await this.readOn()) > 0);
  }
}

/** A reader that dies after every few reads, and is another one then: it knows only what it is asked. */
export function restartingReader(open: () => Promise<Recorder>, reads: number) {
  let left = 0;
  let restarts = 0;
  let recorder: Recorder | undefined;
  return {
    async readLog(range: LogRange): Promise<readonly RecordedEvent[]> {
      if (!recorder || left === 0) {
        await recorder?.close();
        recorder = await opened(open);
        restarts += 1;
        left = reads;
      }
      left -= 1;
      return recorder.readLog(range);
    },
    restarts: () => restarts,
    close: async () => recorder?.close(),
  };
}

/** Where connections are killed, that of an opening is now and then. */
async function opened(open: () => Promise<Recorder>): Promise<Recorder> {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await sleep(10);
    }
  }
}

/** A save that was acknowledged. */
export interface Acknowledged {
  readonly save: StoredSave;
  readonly receipt: Receipt;
}

/**
 * Asserts that a consumer saw every event once and in order, among them those of each acknowledged save where it was
 * acknowledged, and nothing else.
 */
export function assertDelivered(seen: readonly RecordedEvent[], acknowledged: readonly Acknowledged[]): void {
  const count = acknowledged.reduce((sum, { save }) => sum + save.events.length, 0);
  // Compared one by one: a difference of two long lists takes minutes to print.
  for (const [index, { position }] of seen.entries()) {
    assert.equal(position, index + 1, `after position ${index} came ${position}`);
  }
  assert.equal(seen.length, count, "not as many events were seen as were acknowledged");
  for (const { save, receipt } of acknowledged) {
    const found = seen.slice(receipt.firstPosition - 1, receipt.lastPosition).map(({ eventId }) => eventId);
    assert.deepEqual(
      found,
      save.events.map(({ eventId }) => eventId),
    );
  }
}
