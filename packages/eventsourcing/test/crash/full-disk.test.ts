import assert from "node:assert/strict";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { openSqliteRecorder } from "../../src/adapters/sqlite/sqlite-recorder.ts";
import { uuid7 } from "../../src/domain/uuid.ts";
import type { Recorder } from "../../src/persistence/recorder.ts";
import { StoreFullError } from "../../src/persistence/store-errors.ts";
import { anEvent, eventsOf, saveOf, upTo, wholeLog } from "../../src/testing/contract-case.ts";
import { assertHistory } from "../history/check-history.ts";
import { Notes, readHistory } from "../history/notes.ts";
import { noting } from "../history/noting-recorder.ts";
import { canMount, mountSmallDisk } from "../sqlite/small-disk.ts";
import { temporaryFile } from "../sqlite/temporary-file.ts";
import { historyOf, mistakesOf } from "./check-bank.ts";
import { startNaive } from "./client-process.ts";

const unless = canMount ? "" : "NOT RUN, this system does not let us mount a disk: ";
const SAVERS = 8;

describe("a disk that is full again and again while eight savers save", () => {
  it.skipIf(!canMount)(
    `${unless}refuses saves and loses none that was acknowledged, reading goes on, saving resumes by itself`,
    async () => {
      const rounds = NIGHTLY ? 8 : 3;
      const disk = mountSmallDisk();
      const [file, notes, ballast] = [join(disk, "store.sqlite"), temporaryFile("notes"), join(disk, "ballast")];
      const recorder = noting(await openSqliteRecorder({ file }), new Notes(notes, "savers"));
      for (const round of upTo(rounds)) {
        writeFileSync(ballast, new Uint8Array(statfsSync(disk).bavail * statfsSync(disk).bsize - 200_000));
        const refused = await Promise.all(upTo(SAVERS).map(() => saveUntilRefused(recorder)));
        for (const error of refused) assert.ok(error instanceof StoreFullError, String(error));
        // Reads are noted, and must show all that was acknowledged.
        const head = await recorder.head();
        assert.equal((await recorder.readLog({ limit: head + 1 })).length, head);
        rmSync(ballast);
        for (const _ of upTo(2)) await recorder.append(saveOf([anEvent(), anEvent()]));
        assert.ok((await recorder.head()) === head + 4, `saving did not resume in round ${round}`);
      }
      const counts = assertHistory({ log: await wholeLog(recorder), history: readHistory([notes]) });
      await recorder.close();
      const { acknowledged, refused, unknown, reads } = counts;
      assert.equal(unknown, 0);
      assert.ok(refused >= rounds * SAVERS);
      noteRun({
        promises: [8],
        store: "SQLite",
        what: "a tmpfs of 4 MiB filled under eight savers, and freed again",
        figures: { "times full": rounds, acknowledged, refused, lost: 0, "reads checked": reads },
        control: await control(),
      });
    },
    NIGHTLY ? 600_000 : 60_000,
  );
});

// Small ones, so that some of a group may still have room.
async function saveUntilRefused(recorder: Recorder): Promise<unknown> {
  const log = uuid7();
  for (const _ of upTo(10_000)) {
    try {
      await recorder.append(
        saveOf([...eventsOf(log, null, null), anEvent({ state: JSON.stringify("x".repeat(3_000)) })]),
      );
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

/** A writer that answers before it commits must be seen to lose saves on the same disk. */
async function control(): Promise<string> {
  const disk = mountSmallDisk();
  const file = join(disk, "store.sqlite");
  writeFileSync(join(disk, "ballast"), new Uint8Array(3_800_000));
  const client = startNaive({ file, notes: temporaryFile("notes"), saves: 2_000, mistake: "acknowledge-early" });
  await client.ended;
  rmSync(join(disk, "ballast"));
  const found = await mistakesOf(file, historyOf([client]));
  assert.ok(found.has("lost") || found.has("misplaced"), `found only ${[...found].join(", ")}`);
  return "a writer that answers before it commits: lost saves were found";
}
