import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { openSqliteRecorder } from "../../src/adapters/sqlite/sqlite-recorder.ts";
import { anEvent, saveOf, upTo } from "../../src/testing/contract-case.ts";
import type { HistoryCounts } from "../history/check-history.ts";
import type { History } from "../history/history.ts";
import { heardUntil, joined, now } from "../history/notes.ts";
import { temporaryFile } from "../sqlite/temporary-file.ts";
import { checkBank, historyOf, mistakesOf } from "./check-bank.ts";
import { acknowledged, type ClientProcess, startBank, startNaive } from "./client-process.ts";
import { type Disk, mountDisk, onDisk, unlessPower } from "./power.ts";

// Notes are written to another disk: what a client was told it was told.

describe("a machine that loses its power", () => {
  it.skipIf(unlessPower !== "")(
    `${unlessPower}has every save that was acknowledged, whole, when it starts again`,
    async () => {
      const cuts = NIGHTLY ? 40 : 3;
      const disk = mountDisk();
      const file = onDisk(disk, "store.sqlite");
      let history: History = { saves: [], reads: [] };
      let counts: HistoryCounts | undefined;
      for (const n of upTo(cuts)) {
        const clients = upTo(2).map((m) =>
          startBank({ file, notes: temporaryFile("notes"), names: 2_000, clients: 4, seed: 2 * n + m }),
        );
        await acknowledged(clients, 30 + Math.floor(Math.random() * 70));
        const heard = await cut(disk, clients);
        ({ counts, history } = await checkBank(file, joined(history, heard)));
      }
      assert.ok(counts && counts.acknowledged > 20 * cuts, `only ${counts?.acknowledged} saves were acknowledged`);
      noteRun({
        promises: [2, 3],
        store: "SQLite",
        what: "power cuts (a shut-down ext4 on a loop device) under two processes with four clients each",
        figures: {
          cuts,
          acknowledged: counts.acknowledged,
          lost: 0,
          "half-saved": 0,
          unanswered: counts.unknown,
          "of them recorded": counts.unknownRecorded,
          "reads checked": counts.reads,
        },
        control: await control(),
      });
    },
    NIGHTLY ? 600_000 : 60_000,
  );
});

describe("a store that is made durable when it is closed", () => {
  async function savedBeforeCut(cutFirst: boolean, isOpenElsewhere = false): Promise<number> {
    const disk = mountDisk();
    const file = onDisk(disk, "store.sqlite");
    await (await openSqliteRecorder({ file })).close();
    const server = isOpenElsewhere ? await openSqliteRecorder({ file }) : undefined;
    const recorder = await openSqliteRecorder({ file, durability: "close" });
    for (const _ of upTo(SAVES)) await recorder.append(saveOf([anEvent()]));
    if (cutFirst) disk.cut();
    // Without a disk it cannot be closed in good order.
    await recorder.close().catch(() => {});
    if (!cutFirst) disk.cut();
    await server?.close().catch(() => {});
    disk.restart();
    const reopened = await openSqliteRecorder({ file });
    const head = await reopened.head();
    await reopened.close();
    return head;
  }

  it.skipIf(unlessPower !== "")(`${unlessPower}has every save after it was closed and the power was lost`, async () => {
    assert.equal(await savedBeforeCut(false), SAVES);
  });

  it.skipIf(unlessPower !== "")(`${unlessPower}has them where another program has it open too`, async () => {
    assert.equal(await savedBeforeCut(false, true), SAVES);
  });

  it.skipIf(unlessPower !== "")(
    `${unlessPower}does not say that it was closed where the disk was gone before`,
    async () => {
      const disk = mountDisk();
      const recorder = await openSqliteRecorder({ file: onDisk(disk, "store.sqlite"), durability: "close" });
      await recorder.append(saveOf([anEvent()]));
      disk.cut();
      await assert.rejects(recorder.append(saveOf([anEvent()])));
      await assert.rejects(recorder.close());
      disk.restart();
    },
  );

  it.skipIf(unlessPower !== "")(`${unlessPower}[control] has lost some where the power was lost before`, async () => {
    assert.ok((await savedBeforeCut(true)) < SAVES);
  });
});

const SAVES = 200;

/**
 * Cuts the power, restarts, and answers what the clients had heard before: without power there is nobody to hear the
 * answer of an fsync that was under way, which may be a success although the journal was stopped in the middle of it.
 */
async function cut(disk: Disk, clients: readonly ClientProcess[]): Promise<History> {
  const time = now();
  disk.cut();
  for (const client of clients) client.kill();
  for (const { ended } of clients) await ended;
  disk.restart();
  return heardUntil(time, historyOf(clients));
}

/** With `synchronous = normal` cuts must lose what was acknowledged; most do, unless the disk was written to by chance. */
async function control(): Promise<string> {
  const most = NIGHTLY ? 15 : 10;
  let cuts = 0;
  let lost = 0;
  while (cuts < most && (NIGHTLY || lost === 0)) {
    cuts += 1;
    const disk = mountDisk();
    const file = onDisk(disk, "store.sqlite");
    const client = startNaive({ file, notes: temporaryFile("notes"), mistake: "synchronous-normal" });
    await acknowledged([client], 1 + Math.floor(Math.random() * 100));
    if ((await mistakesOf(file, await cut(disk, [client]))).has("lost")) lost += 1;
  }
  assert.ok(lost > 0, `none of ${cuts} cuts lost saves without fsync: the cuts show nothing`);
  return `with synchronous = normal ${lost} of ${cuts} cuts lost acknowledged saves`;
}
