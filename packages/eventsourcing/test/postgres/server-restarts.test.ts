import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { type PostgresServer, startPostgres } from "../../../../tools/testing/postgres-server.ts";
import { openPostgresRecorder } from "../../src/adapters/postgres/postgres-recorder.ts";
import { LocalNotificationLog } from "../../src/application/notification-log.ts";
import { uuid7 } from "../../src/domain/uuid.ts";
import { subscribe } from "../../src/following/subscription.ts";
import type { Recorder } from "../../src/persistence/recorder.ts";
import { StoreUnavailableError } from "../../src/persistence/store-errors.ts";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import { positionsOf, upTo, wholeLog } from "../../src/testing/contract-case.ts";
import { assertHistory, violationsOf } from "../history/check-history.ts";
import { readHistory } from "../history/notes.ts";
import { commitWithoutWaiting } from "./commit-without-waiting.ts";
import { type SaverProcess, startSaver } from "./saver-process.ts";

const RESTARTS = NIGHTLY ? 40 : 2;
const PROCESSES = 2;
const SAVERS_EACH = 4;

describe("a server that goes down under eight savers in two processes", () => {
  let server: PostgresServer;
  let folder: string;
  let caught = "not run";

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "palimpsest-restarts-"));
  });

  afterEach(async () => {
    await server.remove();
    rmSync(folder, { recursive: true });
  });

  const filesOf = () => upTo(PROCESSES).map((n) => join(folder, `${n}.notes`));
  const startSavers = () => {
    const log = uuid7();
    const { connectionString } = server;
    const job = { connectionString, serialiser: "advisory-lock", savers: SAVERS_EACH, log } as const;
    return Promise.all(filesOf().map((notes) => startSaver({ ...job, notes })));
  };
  const end = (savers: readonly SaverProcess[]) => Promise.all(savers.map((saver) => saver.end()));

  test("is caught losing what was acknowledged where commits do not wait for the disk (the control)", async () => {
    server = await startPostgres({ settings: { wal_writer_delay: "10s" } });
    const recorder = await openPostgresRecorder({ connectionString: server.connectionString });
    await commitWithoutWaiting(server.connectionString);
    const savers = await startSavers();
    for (const saver of savers) await saver.saves(20);
    await server.kill();
    for (const saver of savers) await saver.kill();
    await server.start();
    const log = await wholeLog(recorder);
    await recorder.close();
    const lost = violationsOf({ log, history: readHistory(filesOf()) }).filter(({ kind }) => kind === "lost");
    expect(lost.length).toBeGreaterThan(0);
    caught = `with commits that do not wait for the disk, one kill lost ${lost.length} acknowledged saves`;
  });

  test.each(["stop", "kill"] as const)(
    "loses nothing that was acknowledged and records nothing twice, and a follower sees each event once: %s",
    async (how) => {
      server = await startPostgres();
      const recorder = await openPostgresRecorder({ connectionString: server.connectionString });
      const follower = new Follower(recorder);
      const savers = await startSavers();
      for (const _ of upTo(RESTARTS)) {
        const more = 10 + Math.floor(Math.random() * 30);
        for (const saver of savers) await saver.saves(more);
        await server[how]();
        await server.start();
      }
      for (const saver of savers) await saver.saves(10);
      await end(savers);
      const log = await wholeLog(recorder);
      const seen = await follower.seenUpTo(log.length);
      await recorder.close();

      const counts = assertHistory({ log, history: readHistory(filesOf()) });
      assert.deepEqual(positionsOf(seen), positionsOf(log));
      assert.deepEqual(
        seen.map(({ eventId }) => eventId),
        log.map(({ eventId }) => eventId),
      );
      expect(counts.acknowledged).toBeGreaterThan(RESTARTS * 8);
      noteRun({
        promises: how === "kill" ? [1, 5, 7] : [5, 7],
        store: "PostgreSQL",
        what:
          how === "kill"
            ? "the server killed with -9 under eight savers in two processes and a follower"
            : "the server restarted under eight savers in two processes and a follower",
        figures: {
          [how === "kill" ? "kills" : "restarts"]: RESTARTS,
          acknowledged: counts.acknowledged,
          lost: 0,
          "not told in time": counts.unknown,
          "of them recorded": counts.unknownRecorded,
          "events to the follower": seen.length,
          "lost, repeated or reordered": 0,
          "times it subscribed again": follower.failures,
        },
        control: caught,
      });
    },
    NIGHTLY ? 600_000 : 60_000,
  );
});

/** Follows a log from its beginning; where the store goes away it follows on after the last event that it has seen. */
class Follower {
  readonly #seen: RecordedEvent[] = [];
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;
  failures = 0;

  constructor(recorder: Recorder) {
    this.#done = this.#follow(new LocalNotificationLog(recorder));
  }

  async seenUpTo(position: number): Promise<readonly RecordedEvent[]> {
    await expect.poll(() => this.#seen.at(-1)?.position).toBe(position);
    this.#abort.abort();
    await this.#done;
    return this.#seen;
  }

  async #follow(log: LocalNotificationLog): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        const after = this.#seen.at(-1)?.position ?? 0;
        for await (const event of subscribe(log, { after, signal })) this.#seen.push(event);
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        this.failures += 1;
        await sleep(10);
      }
    }
  }
}
