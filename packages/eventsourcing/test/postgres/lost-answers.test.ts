import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { createTestDatabase, type TestDatabase } from "../../../../tools/testing/test-database.ts";
import { openPostgresRecorder, type PostgresRecorderOptions } from "../../src/adapters/postgres/postgres-recorder.ts";
import type { Recorder } from "../../src/persistence/recorder.ts";
import { OutcomeUnknownError, StoreError } from "../../src/persistence/store-errors.ts";
import type { RecordedEvent, StoredSave } from "../../src/persistence/stored-event.ts";
import { anEvent, saveOf, upTo, wholeLog } from "../../src/testing/contract-case.ts";
import { assertHistory, violationsOf } from "../history/check-history.ts";
import { Notes, readHistory } from "../history/notes.ts";
import { noting } from "../history/noting-recorder.ts";
import { CuttingProxy, type Fault } from "./cutting-proxy.ts";

const SAVERS = 8;
const SAVES = NIGHTLY ? 1_000 : 30;
// How long a recorder looks for a lost save before it says that it does not know, in milliseconds.
const OUTCOME_TIMEOUT = 40;
const SAVES_A_FAULT = 4;
const FAULTS_AN_OUTAGE = 7;
const FAULTS: readonly Fault[] = ["lose-request", "lose-half", "lose-answer", "hold-request"];

describe("eight savers behind a proxy that cuts connections before and after the commit", () => {
  let database: TestDatabase;
  let proxy: CuttingProxy;
  let folder: string;
  let opened: Recorder[];

  beforeEach(async () => {
    opened = [];
    folder = mkdtempSync(join(tmpdir(), "palimpsest-answers-"));
    database = await createTestDatabase();
    const { hostname, port } = new URL(database.connectionString);
    proxy = await CuttingProxy.start({ host: hostname, port: Number(port) }, "append_");
  });

  afterEach(async () => {
    for (const recorder of opened) await recorder.close();
    await proxy[Symbol.asyncDispose]();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  const openRecorder = async (options: PostgresRecorderOptions): Promise<Recorder> => {
    const recorder = await openPostgresRecorder({ poolSize: 2, ...options });
    opened.push(recorder);
    return recorder;
  };
  const openThrough = (options: PostgresRecorderOptions = {}) =>
    openRecorder({ connectionString: proxy.through(database.connectionString), ...options });
  const logOf = async () => wholeLog(await openRecorder({ connectionString: database.connectionString }));

  /** Loses a request or an answer for every few saves, and now and then keeps all out for longer than they wait. */
  async function harass(work: Promise<unknown>, saved: () => number): Promise<number> {
    const state = { done: false };
    const ended = work.finally(() => {
      state.done = true;
    });
    ended.catch(() => {});
    let [planned, outages] = [0, 0];
    while (!state.done) {
      if (saved() >= planned * SAVES_A_FAULT) {
        proxy.plan(FAULTS[planned % FAULTS.length] ?? "lose-answer");
        planned += 1;
        if (planned % FAULTS_AN_OUTAGE === 0) {
          outages += 1;
          proxy.isOpen = false;
          proxy.cut();
          await sleep(OUTCOME_TIMEOUT * 2);
          proxy.isOpen = true;
        }
      }
      await sleep(10);
      await proxy.release();
    }
    await ended;
    return outages;
  }

  for (const serialiser of ["advisory-lock", "row-lock"] as const) {
    test(
      `find out what became of each save, and each that was acknowledged stands once, with the ${serialiser}`,
      async () => {
        const nodes = [1, 2].map((n) => ({ n, file: join(folder, `${n}.notes`) }));
        const recorders = await Promise.all(
          nodes.map(async ({ n, file }) =>
            noting(await openThrough({ serialiser, outcomeTimeout: OUTCOME_TIMEOUT }), new Notes(file, `node ${n}`)),
          ),
        );
        const intents: string[] = [];
        const work = upTo(SAVERS).map(async (saver) => {
          const recorder = recorders[saver % recorders.length];
          assert.ok(recorder);
          for (const n of upTo(SAVES)) {
            const intent = `${saver}-${n}`;
            // Those with a key behave like a process that died: what they send again is another save with the same key.
            await resolve(recorder, n % 2 === 0 ? () => keyedSaveOf(intent) : always(saveFor(intent)));
            intents.push(intent);
          }
        });
        const outages = await harass(Promise.all(work), () => intents.length);
        const log = await logOf();
        const history = readHistory(nodes.map(({ file }) => file));
        const counts = assertHistory({ log, history });
        assertOnceEach(log, intents);
        expect(counts.unknown).toBeGreaterThan(0);
        expect(proxy.met).toBeGreaterThan(10);
        const { acknowledged, unknown, unknownRecorded } = counts;
        noteRun({
          promises: [7],
          store: "PostgreSQL",
          what: `connections cut before, amid and after the commit under ${SAVERS} savers, with the ${serialiser}`,
          figures: {
            "requests or answers lost": proxy.met,
            outages,
            acknowledged,
            "not told in time": unknown,
            "of them recorded": unknownRecorded,
            "lost or twice": 0,
          },
          control: "a client that saves anew doubles an event; one that takes a lost answer for a refusal is found",
        });
      },
      NIGHTLY ? 600_000 : 60_000,
    );
  }

  describe("the control", () => {
    /** One save whose answer is lost, and a server that does not come back in time to tell what became of it. */
    async function loseAnAnswer(recorder: Recorder, save: StoredSave): Promise<unknown> {
      proxy.plan("lose-answer");
      proxy.isOpen = false;
      const error = await recorder.append(save).catch((reason: unknown) => reason);
      proxy.isOpen = true;
      return error;
    }

    test("a client that makes its save anew after a lost answer does twice what it was to do once", async () => {
      const file = join(folder, "naive.notes");
      const recorder = noting(await openThrough({ outcomeTimeout: 1_000 }), new Notes(file, "naive"));
      assert.ok((await loseAnAnswer(recorder, saveFor("intent"))) instanceof OutcomeUnknownError);
      await recorder.append(saveFor("intent"));
      const log = await logOf();
      assert.equal(log.length, 2);
      assert.throws(() => assertOnceEach(log, ["intent"]));
    });

    test("a client that takes a lost answer for a refusal is caught by the history", async () => {
      const file = join(folder, "naive.notes");
      const notes = new Notes(file, "naive");
      const recorder = await openThrough({ outcomeTimeout: 1_000 });
      const save = saveFor("intent");
      const answered = notes.save(save);
      assert.ok((await loseAnAnswer(recorder, save)) instanceof OutcomeUnknownError);
      answered({ error: new Refusal("the connection was lost; nothing was recorded") });
      const violations = violationsOf({ log: await logOf(), history: readHistory([file]) });
      assert.deepEqual(
        violations.map(({ kind }) => kind),
        ["refused"],
      );
    });
  });
});

class Refusal extends StoreError {
  readonly code = "STORE_UNAVAILABLE";
}

/** Sends a save until it is known what became of it. */
async function resolve(recorder: Recorder, toSave: () => StoredSave): Promise<void> {
  for (;;) {
    try {
      await recorder.append(toSave());
      return;
    } catch (error) {
      const isOpen = error instanceof StoreError && ["OUTCOME_UNKNOWN", "STORE_UNAVAILABLE"].includes(error.code);
      if (!isOpen) throw error;
      await sleep(5);
    }
  }
}

/** By what the events say: each intent was carried out once, whatever was sent how often. */
function assertOnceEach(log: readonly RecordedEvent[], intents: readonly string[]): void {
  assert.deepEqual(log.map(({ state }) => String(state)).sort(), intents.map(stateOf).sort());
}

const stateOf = (intent: string) => JSON.stringify({ intent });
const saveFor = (intent: string) => saveOf([anEvent({ state: stateOf(intent) })]);
const keyedSaveOf = (intent: string) => saveOf([anEvent({ state: stateOf(intent) })], { idempotencyKey: intent });
const always = (save: StoredSave) => () => save;
