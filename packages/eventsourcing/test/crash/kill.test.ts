import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { hasStrace, strace, unlessStrace } from "../../../../tools/testing/strace.ts";
import { upTo } from "../../src/testing/contract-case.ts";
import type { HistoryCounts } from "../history/check-history.ts";
import type { History } from "../history/history.ts";
import { joined } from "../history/notes.ts";
import { temporaryFile } from "../sqlite/temporary-file.ts";
import { checkBank, historyOf, mistakesOf } from "./check-bank.ts";
import { acknowledged, type ClientProcess, startBank, startNaive } from "./client-process.ts";

describe("a process that is killed at a write call", () => {
  const saves = 12;

  it.skipIf(!hasStrace)(
    `${unlessStrace}loses nothing acknowledged and leaves nothing half-saved, whichever call it is`,
    async () => {
      const calls = await writeCalls(saves);
      // Every one in the long run, else every so-manyth: they are the same in each run but for what the clock decides.
      const step = NIGHTLY ? 1 : Math.ceil(calls / 10);
      const places = upTo(Math.ceil(calls / step)).map((n) => n * step - Math.floor(Math.random() * step));
      let killed = 0;
      const counts = await inTurns(places, async (when) => {
        const file = temporaryFile();
        const before = strace({ calls: "pwrite64", fault: "signal=SIGKILL", when });
        const client = startBank({ file, clients: 1, saves, names: 20, before });
        if (isKilled(await client.ended)) killed += 1;
        return (await checkBank(file, historyOf([client]))).counts;
      });
      assert.ok(killed >= places.length * 0.9, `only ${killed} of ${places.length} processes came to be killed`);
      const { acknowledged: saved, unknown, unknownRecorded } = sumOf(counts);
      assert.ok(saved > places.length / 2, `only ${saved} saves were acknowledged`);
      noteRun({
        promises: [1, 3],
        store: "SQLite",
        what: `kill -9 at each of the ${calls} write calls of a script of ${saves} saves with snapshots and keys`,
        figures: {
          kills: killed,
          acknowledged: saved,
          lost: 0,
          "half-saved": 0,
          unanswered: unknown,
          "of them recorded": unknownRecorded,
        },
        control: await controlAtWriteCalls(),
      });
    },
    NIGHTLY ? 600_000 : 60_000,
  );
});

/** How many write calls the thread that writes most makes for a script of saves. */
async function writeCalls(saves: number): Promise<number> {
  const file = temporaryFile();
  const output = `${file}.trace`;
  const client = startBank({ file, clients: 1, saves, names: 20, before: strace({ calls: "pwrite64", output }) });
  assert.deepEqual(await client.ended, { code: 0, signal: null, errors: "" });
  const threads = Map.groupBy(readFileSync(output, "utf8").split("\n"), (line) => line.split(" ")[0] ?? "");
  return Math.max(...[...threads.values()].map(({ length }) => length));
}

/** Commits each event of a save by itself: in some of the kills half a save must be found. */
async function controlAtWriteCalls(): Promise<string> {
  const places = upTo(NIGHTLY ? 20 : 4).map((n) => 60 + 7 * n);
  const found = await inTurns(places, async (when) => {
    const file = temporaryFile();
    const before = strace({ calls: "pwrite64", fault: "signal=SIGKILL", when });
    const client = startNaive({ file, mistake: "event-by-event", before });
    assert.ok(isKilled(await client.ended));
    return mistakesOf(file, historyOf([client]));
  });
  const caught = found.filter((kinds) => kinds.has("half")).length;
  assert.ok(caught > 0, "a writer that commits event by event was not caught: the sweep shows nothing");
  return `a writer that commits event by event: half a save found after ${caught} of ${places.length} kills`;
}

describe("processes that are killed at random while eight clients save to one file", () => {
  it(
    "lose nothing acknowledged, leave nothing half-saved, and the others go on",
    async () => {
      const file = temporaryFile();
      const rounds = NIGHTLY ? 10 : 1;
      let history: History = { saves: [], reads: [] };
      let started = 0;
      const start = () => {
        started += 1;
        return startBank({ file, clients: 2, names: 2_000, seed: started });
      };
      let counts: HistoryCounts | undefined;
      for (const _ of upTo(rounds)) {
        const living = upTo(4).map(start);
        // Each in its turn and another in its place; in the end all at once.
        for (const client of [...living]) {
          await acknowledged([client], 8 + Math.floor(Math.random() * 33));
          client.kill();
          living.push(start());
        }
        await acknowledged(living.slice(-1), 8 + Math.floor(Math.random() * 33));
        for (const client of living) client.kill();
        for (const { ended } of living) assert.equal((await ended).errors, "");
        ({ counts, history } = await checkBank(file, joined(history, historyOf(living))));
      }
      assert.ok(counts && counts.acknowledged > 20 * rounds, `only ${counts?.acknowledged} saves were acknowledged`);
      noteRun({
        promises: [1, 3, 4],
        store: "SQLite",
        what: "kill -9 at random of four processes with two clients each on one file, each replaced by another",
        figures: { kills: rounds * 8, ...figuresOf(counts) },
        control: await controlAtRandom(),
      });
    },
    NIGHTLY ? 600_000 : 60_000,
  );
});

async function controlAtRandom(): Promise<string> {
  const caught = { half: 0, lost: 0 };
  const attempts = NIGHTLY ? 5 : 1;
  for (const n of upTo(attempts)) {
    for (const [mistake, kind] of [
      ["event-by-event", "half"],
      ["acknowledge-early", "lost"],
    ] as const) {
      // A kill may come between two saves: until it is caught, but not for ever.
      for (let more = 20; more > 0; more -= 1) {
        const file = temporaryFile();
        const client = startNaive({ file, mistake });
        await acknowledged([client], n * 3);
        client.kill();
        await client.ended;
        if (!(await mistakesOf(file, historyOf([client]))).has(kind)) continue;
        caught[kind] += 1;
        break;
      }
    }
  }
  assert.ok(caught.half > 0 && caught.lost > 0, `not caught: ${JSON.stringify(caught)}; the kills show nothing`);
  return `a writer that commits event by event and one that answers before it commits: each caught`;
}

/** By two at a time, as many as there are processors at least. */
async function inTurns<Item, Answer>(items: readonly Item[], work: (item: Item) => Promise<Answer>): Promise<Answer[]> {
  const left = [...items];
  const answers: Answer[] = [];
  const take = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) answers.push(await work(item));
  };
  await Promise.all([take(), take()]);
  return answers;
}

/** strace ends as what it traces: by the same signal, or with a code that says so. */
function isKilled({ code, signal }: Awaited<ClientProcess["ended"]>): boolean {
  return signal === "SIGKILL" || code === 137;
}

function sumOf(counts: readonly HistoryCounts[]) {
  const sum = (of: "acknowledged" | "unknown" | "unknownRecorded") =>
    counts.reduce((total, count) => total + count[of], 0);
  return { acknowledged: sum("acknowledged"), unknown: sum("unknown"), unknownRecorded: sum("unknownRecorded") };
}

function figuresOf({ acknowledged: saved, unknown, unknownRecorded, refused, reads }: HistoryCounts) {
  return {
    acknowledged: saved,
    lost: 0,
    "half-saved": 0,
    refused,
    unanswered: unknown,
    "of them recorded": unknownRecorded,
    "reads checked": reads,
  };
}
