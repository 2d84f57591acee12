import { compare, type Effort, rate } from "../../../../tools/bench/measure.ts";
import type { Row } from "../../../../tools/bench/row.ts";
import { assertRecorded } from "../assert-recorded.ts";
import { bareSaver } from "../bare-saves.ts";
import type { Engine } from "../engine.ts";
import { addNotes, aLine, Note } from "../note.ts";

const EVENTS = 1_000;
const SNAPSHOT_EVERY = 10;

/** A command on an aggregate of 1,000 events that no cache holds: load, decide, save durably; beside bare commits. */
export async function measureColdCommand(engine: Engine, callers: number, effort: Effort): Promise<Row> {
  const store = await engine.create();
  const app = await store.open({
    name: "bench",
    aggregates: [Note],
    cacheSize: 0,
    snapshotEvery: { Note: SNAPSHOT_EVERY },
    onWarning: (warning) => {
      throw warning;
    },
    env: {},
  });
  const notes = await addNotes(app, callers, EVENTS);
  let saved = callers * EVENTS;
  const tasks = notes.map(({ id }) => async () => {
    const note = await app.repository.get(Note, id);
    note.addLine(aLine());
    await app.save(note);
    saved += 1;
    return 1;
  });
  const bare = bareSaver(await store.bareWriter());
  const comparison = await compare(
    () => rate(effort.seconds, tasks),
    () => rate(effort.seconds, [bare]),
    effort.rounds,
  );
  await assertRecorded(app, saved);
  await app.close();
  await store.drop();
  return {
    what: `a cold command on an aggregate of 1,000 events, ${callers === 1 ? "one caller" : `${callers} callers`}`,
    store: engine.name,
    unit: "/s",
    comparison,
    beside: engine.bareSaves,
    goal: { kind: "figure", atLeast: 3_000 },
  };
}
