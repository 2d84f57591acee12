import assert from "node:assert/strict";
import { compare, type Effort, rate } from "../../../../tools/bench/measure.ts";
import type { Row } from "../../../../tools/bench/row.ts";
import type { Application } from "../../src/application/application.ts";
import { readNotifications } from "../../src/application/notification-log.ts";
import type { BareReader, Engine } from "../engine.ts";
import { addNotes, Note } from "../note.ts";

const NOTES = 10;
const EVENTS = 2_000;
// What `readNotifications` takes at once.
const BATCH = 1_000;
// Without a driver there is nothing to measure against: bare is copying what is decoded already.
const goalOf = (engine: Engine) => (engine.name === "memory" ? {} : { goal: { kind: "ratio", atLeast: 0.6 } as const });

/** Events read and decoded, of one stream and of the whole log, beside the same rows as objects of the driver. */
export async function measureReads(engine: Engine, effort: Effort): Promise<readonly Row[]> {
  const store = await engine.create();
  const app = await store.open({ name: "bench", aggregates: [Note], compressor: "none", env: {} });
  const [note] = await addNotes(app, NOTES, EVENTS);
  assert.ok(note);
  const reader = await store.bareReader();
  const measure = async (what: string, expected: number, ours: () => Promise<number>, bare: () => Promise<number>) => {
    for (const side of [ours, bare]) assert.equal(await side(), expected, `${what}: not all were read`);
    const comparison = await compare(
      () => rate(effort.seconds, [ours]),
      () => rate(effort.seconds, [bare]),
      effort.rounds,
    );
    return { what, store: engine.name, unit: "/s", comparison, beside: "rows as objects", ...goalOf(engine) } as const;
  };
  const rows = [
    await measure(
      "events of one stream read and decoded",
      EVENTS,
      async () => (await app.repository.history(Note, note.id)).length,
      async () => (await reader.stream(note.id)).length,
    ),
    await measure(
      "the whole log read and decoded",
      NOTES * EVENTS,
      () => readLog(app),
      () => readBareLog(reader),
    ),
  ];
  await app.close();
  await store.drop();
  return rows;
}

async function readLog(app: Application): Promise<number> {
  let position = 0;
  for await (const notification of readNotifications(app.notificationLog)) {
    const event = app.toDomainEvent(notification);
    position += 1;
    if (event.position !== position) throw new Error(`position ${event.position} follows ${position - 1}`);
  }
  return position;
}

async function readBareLog(reader: BareReader): Promise<number> {
  let read = 0;
  for (;;) {
    const rows = await reader.log(read + 1, BATCH);
    read += rows.length;
    if (rows.length < BATCH) return read;
  }
}
