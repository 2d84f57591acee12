import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { type PostgresServer, startPostgres } from "../../../../tools/testing/postgres-server.ts";
import { openPostgresRecorder } from "../../src/adapters/postgres/postgres-recorder.ts";
import { uuid7 } from "../../src/domain/uuid.ts";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import { upTo, wholeLog } from "../../src/testing/contract-case.ts";
import { type Disk, mountDisk, unlessPower } from "../crash/power.ts";
import { assertHistory, violationsOf } from "../history/check-history.ts";
import type { History } from "../history/history.ts";
import { heardUntil, joined, now, readHistory } from "../history/notes.ts";
import { temporaryFile } from "../sqlite/temporary-file.ts";
import { commitWithoutWaiting } from "./commit-without-waiting.ts";
import { startSaver } from "./saver-process.ts";

const CUTS = NIGHTLY ? 40 : 2;
const PROCESSES = 2;
const SAVERS_EACH = 4;

describe("a PostgreSQL whose machine loses its power", () => {
  it.skipIf(unlessPower !== "")(
    `${unlessPower}has every save that was acknowledged, whole, when it starts again`,
    async () => {
      const control = await lostWithoutWaiting();
      await using machine = await startMachine();
      let history: History = { saves: [], reads: [] };
      let log: readonly RecordedEvent[] = [];
      for (const _ of upTo(CUTS)) {
        history = joined(history, await savesUntilCut(machine));
        log = await logOf(machine.server);
        assertHistory({ log, history });
      }
      const counts = assertHistory({ log, history });
      assert.ok(counts.acknowledged > CUTS * 20, `only ${counts.acknowledged} saves were acknowledged`);
      noteRun({
        promises: [2, 3],
        store: "PostgreSQL",
        what: "power cuts (a shut-down ext4 on a loop device) under a server with eight savers in two processes",
        figures: {
          cuts: CUTS,
          acknowledged: counts.acknowledged,
          lost: 0,
          "half-saved": 0,
          unanswered: counts.unknown,
          "of them recorded": counts.unknownRecorded,
        },
        control: `with commits that do not wait for the disk, one cut lost ${control} acknowledged saves`,
      });
    },
    NIGHTLY ? 900_000 : 120_000,
  );
});

/** The control: how many acknowledged saves one cut takes away where commits do not wait for the disk. */
async function lostWithoutWaiting(): Promise<number> {
  await using machine = await startMachine({ wal_writer_delay: "10s" });
  await (await openPostgresRecorder({ connectionString: machine.server.connectionString })).close();
  await commitWithoutWaiting(machine.server.connectionString);
  const history = await savesUntilCut(machine);
  const lost = violationsOf({ log: await logOf(machine.server), history }).filter(({ kind }) => kind === "lost").length;
  assert.ok(lost > 0, "a cut took nothing away from commits that did not wait for the disk: the cuts show nothing");
  return lost;
}

interface Machine extends AsyncDisposable {
  readonly disk: Disk;
  readonly server: PostgresServer;
}

async function startMachine(settings: Readonly<Record<string, string>> = {}): Promise<Machine> {
  const disk = mountDisk(512);
  const server = await startPostgres({ parent: disk.directory, settings: { max_wal_size: "64MB", ...settings } });
  // What the installation wrote is no save.
  disk.sync();
  return { disk, server, [Symbol.asyncDispose]: () => server.remove() };
}

/** Lets savers save until the power is cut, starts the machine again, and answers what the savers had heard before. */
async function savesUntilCut({ disk, server }: Machine): Promise<History> {
  const { connectionString } = server;
  const files = upTo(PROCESSES).map(() => temporaryFile("notes"));
  const job = { connectionString, serialiser: "advisory-lock", savers: SAVERS_EACH, log: uuid7() } as const;
  const savers = await Promise.all(files.map((notes) => startSaver({ ...job, notes })));
  const more = 15 + Math.floor(Math.random() * 40);
  for (const saver of savers) await saver.saves(more);
  const time = now();
  disk.cut();
  await server.kill();
  for (const saver of savers) await saver.kill();
  disk.restart();
  await server.start();
  return heardUntil(time, readHistory(files));
}

async function logOf({ connectionString }: PostgresServer): Promise<readonly RecordedEvent[]> {
  const recorder = await openPostgresRecorder({ connectionString });
  try {
    return await wholeLog(recorder);
  } finally {
    await recorder.close();
  }
}
