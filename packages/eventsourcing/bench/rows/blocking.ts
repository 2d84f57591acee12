import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { compare, type Effort, rate } from "../../../../tools/bench/measure.ts";
import type { Row } from "../../../../tools/bench/row.ts";
import type { Application } from "../../src/application/application.ts";
import { assertRecorded } from "../assert-recorded.ts";
import { sqlite } from "../engines/sqlite.ts";
import { addNotes, aLine, Note } from "../note.ts";

const SAVERS = 32;
const EVENTS = 10;

/** What becomes of the event loop, and of reads, while 32 savers save on SQLite; beside an idle store. */
export async function measureBlocking(effort: Effort): Promise<readonly Row[]> {
  const store = await sqlite.create();
  const app = await store.open({ name: "bench", aggregates: [Note], env: {} });
  const notes = await addNotes(app, SAVERS, EVENTS);
  let saved = SAVERS * EVENTS;
  const save = () =>
    rate(
      effort.seconds,
      notes.map((note) => async () => {
        note.addLine(aLine());
        await app.save(note);
        saved += 1;
        return 1;
      }),
    );
  const [read] = await addNotes(app, 1, EVENTS);
  saved += EVENTS;
  const readStream = () => rate(effort.seconds, [() => readOnce(app, read)]);
  const delay = await compare(
    () => delayDuring(save),
    () => delayDuring(() => sleep(effort.seconds * 1_000)),
    effort.rounds,
  );
  const reads = await compare(async () => (await Promise.all([readStream(), save()]))[0], readStream, effort.rounds);
  await assertRecorded(app, saved);
  await app.close();
  await store.drop();
  return [
    {
      what: "delay of the event loop (p99) while 32 savers save",
      store: sqlite.name,
      unit: "ms",
      comparison: delay,
      beside: "idle",
    },
    {
      what: "reads of a stream of 10 events while 32 savers save",
      store: sqlite.name,
      unit: "/s",
      comparison: reads,
      beside: "the same reads, nobody saves",
    },
  ];
}

async function readOnce(app: Application, note: Note | undefined): Promise<number> {
  if (!note) return 0;
  const events = await app.repository.history(Note, note.id);
  if (events.length !== EVENTS) throw new Error(`${events.length} events were read`);
  // As between two requests: others have their turn.
  await new Promise(setImmediate);
  return 1;
}

async function delayDuring(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await work();
  histogram.disable();
  return histogram.percentile(99) / 1e6;
}
