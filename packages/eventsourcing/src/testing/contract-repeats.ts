import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import type { Receipt } from "../persistence/stored-event.ts";
import { anEvent, assertLength, type ContractCase, eventsOf, saveOf, upTo } from "./contract-case.ts";

/** A save that is tried again is recorded once. */
export const repeats: readonly ContractCase[] = [
  ...["the same save id", "a new save id"].map(
    (which): ContractCase => ({
      name: `answers a repeated save with the receipt of the first, with ${which}`,
      async run({ open }) {
        let now = 1_000_000;
        const recorder = await open({ clock: () => now });
        const log = uuid7();
        await recorder.append(saveOf(eventsOf(log, null)));
        const save = saveOf([anEvent(), ...eventsOf(log, null), anEvent()]);
        const first = await recorder.append(save);
        await recorder.append(saveOf(eventsOf(log, null)));
        now += 5_000;
        const again = await recorder.append(which === "a new save id" ? saveOf(save.events) : save);
        assertRepeats(again, first);
        await assertLength(recorder, 5);
      },
    }),
  ),
  {
    name: "recognises a repeated save after the aggregate has gone on",
    async run({ open }) {
      const recorder = await open();
      const page = uuid7();
      const save = saveOf(eventsOf(page, 1, 2));
      const first = await recorder.append(save);
      await recorder.append(saveOf(eventsOf(page, 3)));
      assertRepeats(await recorder.append(save), first);
      await assertLength(recorder, 3);
    },
  },
  {
    name: "records one of several saves of the same events at once, and answers all with its receipt",
    async run({ open }) {
      const recorder = await open();
      for (const events of [[anEvent(), anEvent()], eventsOf(uuid7(), null, null)]) {
        const before = await recorder.head();
        const receipts = await Promise.all(upTo(5).map(() => recorder.append(saveOf(events))));
        assertOneRecorded(receipts);
        await assertLength(recorder, before + 2);
      }
    },
  },
  {
    name: "answers a repeated idempotency key with the first receipt, whatever the second save holds",
    async run({ open }) {
      const recorder = await open();
      await recorder.append(saveOf([anEvent()]));
      const idempotencyKey = "form 7 ✓";
      const first = await recorder.append(saveOf([anEvent(), anEvent()], { idempotencyKey }));
      await recorder.append(saveOf([anEvent()], { idempotencyKey: "form 8" }));
      assertRepeats(await recorder.append(saveOf([anEvent()], { idempotencyKey })), first);
      await assertLength(recorder, 4);
    },
  },
  {
    name: "answers a repeated idempotency key also where the versions have moved on",
    async run({ open }) {
      const recorder = await open();
      const page = uuid7();
      const first = await recorder.append(saveOf(eventsOf(page, 1), { idempotencyKey: "create" }));
      assertRepeats(await recorder.append(saveOf(eventsOf(page, 1), { idempotencyKey: "create" })), first);
      await assertLength(recorder, 1);
    },
  },
  {
    name: "records one of several saves at once with one idempotency key, and answers all with its receipt",
    async run({ open }) {
      const recorder = await open();
      const saves = upTo(10).map(() => saveOf([anEvent(), anEvent()], { idempotencyKey: "one" }));
      const others = upTo(10).map((n) => saveOf([anEvent()], { idempotencyKey: `other ${n}` }));
      const [receipts] = await Promise.all([
        Promise.all(saves.map((save) => recorder.append(save))),
        Promise.all(others.map((save) => recorder.append(save))),
      ]);
      assertOneRecorded(receipts);
      await assertLength(recorder, 12);
    },
  },
  {
    name: "tells idempotency keys apart by every character",
    async run({ open }) {
      const recorder = await open();
      const keys = ["a", "A", "a ", " a", "á", "a\u0301", "%", "_", "'", "k".repeat(255), "日".repeat(255)];
      for (const idempotencyKey of keys) {
        assert.equal((await recorder.append(saveOf([anEvent()], { idempotencyKey }))).repeated, false, idempotencyKey);
      }
      for (const [index, idempotencyKey] of keys.entries()) {
        const again = await recorder.append(saveOf([anEvent()], { idempotencyKey }));
        assert.deepEqual([again.repeated, again.firstPosition], [true, index + 1], idempotencyKey);
      }
    },
  },
  {
    name: "finds the receipt of an idempotency key",
    async run({ open }) {
      const recorder = await open();
      await recorder.append(saveOf([anEvent()]));
      const first = await recorder.append(saveOf([anEvent(), anEvent()], { idempotencyKey: "form 7" }));
      await recorder.append(saveOf([anEvent()]));
      assertRepeats((await recorder.findReceipt("form 7")) ?? first, first);
      for (const other of ["form 8", "form", "FORM 7", ""]) assert.equal(await recorder.findReceipt(other), undefined);
    },
  },
  {
    name: "lets a save that conflicted be tried again under its idempotency key",
    async run({ open }) {
      const recorder = await open();
      const page = uuid7();
      await recorder.append(saveOf(eventsOf(page, 1)));
      const idempotencyKey = "edit";
      await assert.rejects(recorder.append(saveOf(eventsOf(page, 1), { idempotencyKey })));
      const receipt = await recorder.append(saveOf(eventsOf(page, 2), { idempotencyKey }));
      assert.deepEqual([receipt.firstPosition, receipt.repeated], [2, false]);
    },
  },
];

function assertRepeats(again: Receipt, first: Receipt): void {
  assert.deepEqual(again, { ...first, repeated: true });
}

function assertOneRecorded(receipts: readonly Receipt[]): void {
  const recorded = receipts.filter(({ repeated }) => !repeated);
  assert.equal(recorded.length, 1);
  for (const receipt of receipts) assert.deepEqual({ ...receipt, repeated: false }, recorded[0]);
}
