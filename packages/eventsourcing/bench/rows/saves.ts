import assert from "node:assert/strict";
import { compare, type Effort, rate } from "../../../../tools/bench/measure.ts";
import type { Goal, Row } from "../../../../tools/bench/row.ts";
import { uuid7 } from "../../src/domain/uuid.ts";
import { assertRecorded } from "../assert-recorded.ts";
import { bareSaver } from "../bare-saves.ts";
import type { Engine } from "../engine.ts";
import { addNotes, aLine, Note, TOPIC } from "../note.ts";

interface Savers {
  readonly what: string;
  readonly engine: Engine;
  readonly savers: number;
  readonly bareSavers: number;
  readonly goal?: Goal;
}

/** Saves of one new event each through the application, beside single-row commits of the driver alone. */
export async function measureSaves({ engine, savers, bareSavers, ...row }: Savers, effort: Effort): Promise<Row> {
  const store = await engine.create();
  const app = await store.open({ name: "bench", aggregates: [Note], env: {} });
  const notes = await addNotes(app, savers, 1);
  let saved = notes.length;
  const tasks = notes.map((note) => async () => {
    note.addLine(aLine());
    await app.save(note);
    saved += 1;
    return 1;
  });
  const writer = await store.bareWriter();
  let inserted = 0;
  const bareTasks = Array.from({ length: bareSavers }, () => bareSaver(writer)).map((save) => async () => {
    await save();
    inserted += 1;
    return 1;
  });
  const comparison = await compare(
    () => rate(effort.seconds, tasks),
    () => rate(effort.seconds, bareTasks),
    effort.rounds,
  );
  await assertRecorded(app, saved);
  assert.equal(await writer.count(), inserted, "bare rows were lost");
  await app.close();
  await store.drop();
  return { ...row, store: engine.name, unit: "/s", comparison, beside: engine.bareSaves };
}

/** The part of the recorder in a save: without commands, checks and the mapper. */
export async function measureRecorder(engine: Engine, effort: Effort): Promise<Row> {
  const store = await engine.create();
  const app = await store.open({ name: "bench", aggregates: [Note], env: {} });
  const originatorId = uuid7();
  let originatorVersion = 0;
  const append = async () => {
    originatorVersion += 1;
    const state = JSON.stringify({ text: aLine() });
    const event = { eventId: uuid7(), originatorId, originatorVersion, topic: TOPIC, schemaVersion: 1 };
    await app.recorder.append({
      saveId: uuid7(),
      events: [{ ...event, encoding: "json", state, checksum: 1_234_567_890 }],
    });
    return 1;
  };
  const save = bareSaver(await store.bareWriter());
  const comparison = await compare(
    () => rate(effort.seconds, [append]),
    () => rate(effort.seconds, [save]),
    effort.rounds,
  );
  assert.equal(await app.recorder.head(), originatorVersion, "events were lost, or recorded twice");
  await app.close();
  await store.drop();
  const what = "the same with the recorder alone";
  return { what, store: engine.name, unit: "/s", comparison, beside: engine.bareSaves };
}
