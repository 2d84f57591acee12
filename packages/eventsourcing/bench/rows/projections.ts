import { compare, type Effort, rate } from "../../../../tools/bench/measure.ts";
import type { Row } from "../../../../tools/bench/row.ts";
import { defineProjection } from "../../src/following/projection.ts";
import { ProjectionRunner } from "../../src/following/projection-runner.ts";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import type { Engine } from "../engine.ts";
import { addNotes, aLine, Note } from "../note.ts";

const NOTES = 10;
const EVENTS = 500;
// What a runner applies at most in one transaction.
const BATCH = 512;

const effects = defineProjection({
  name: "effects",
  follows: [Note],
  create: (sql) =>
    sql.query(`create table ${sql.table("effect")} (event_id text primary key, position bigint not null)`),
  apply: async (events, sql) => {
    for (const { id, position } of events) {
      await sql.query(`insert into ${sql.table("effect")} values ($1, $2)`, [id, position]);
    }
  },
});

/** A read model made anew, a row for each event; beside the same rows selected and inserted with the driver alone. */
export async function measureRebuild(engine: Engine, effort: Effort): Promise<Row> {
  const store = await engine.create();
  const app = await store.open({ name: "bench", aggregates: [Note], compressor: "none", env: {} });
  await addNotes(app, NOTES, EVENTS);
  const [reader, bare] = [await store.bareReader(), await store.bareEffects()];
  const rebuild = async () => {
    // A runner of its own each time: what one has read it would not read again.
    await new ProjectionRunner(app, [effects]).rebuild(effects);
    return NOTES * EVENTS;
  };
  const copy = async () => {
    await bare.clear();
    for (let start = 1; start <= NOTES * EVENTS; start += BATCH) {
      const rows = (await reader.log(start, BATCH)) as readonly RecordedEvent[];
      await bare.insert(rows.map((row) => ({ eventId: idOf(row), position: Number(row.position) })));
    }
    return NOTES * EVENTS;
  };
  const comparison = await compare(
    () => rate(effort.seconds, [rebuild]),
    () => rate(effort.seconds, [copy]),
    Math.ceil(effort.rounds / 2),
  );
  await app.close();
  await store.drop();
  return {
    what: "a read model rebuilt, a row for each event",
    store: engine.name,
    unit: "/s",
    comparison,
    beside: "rows selected and inserted",
  };
}

/** A save and what a projection makes of it, read; beside the commit alone. */
export async function measureReadYourWrites(engine: Engine, effort: Effort): Promise<Row> {
  const store = await engine.create();
  const app = await store.open({ name: "bench", aggregates: [Note], compressor: "none", env: {} });
  const [note] = await addNotes(app, 1, 1);
  if (!note) throw new Error("there is no note");
  const runner = new ProjectionRunner(app, [effects]);
  runner.start();
  const save = async () => {
    note.addLine(aLine());
    return (await app.save(note))?.lastPosition ?? 0;
  };
  const saveAndRead = async () => {
    await runner.waitFor(await save());
    await runner.read(effects, (sql) =>
      sql.query(`select position from ${sql.table("effect")} where event_id = $1`, [""]),
    );
    return 1;
  };
  const comparison = await compare(
    () => rate(effort.seconds, [saveAndRead]),
    () => rate(effort.seconds, [async () => Math.sign(await save())]),
    effort.rounds,
  );
  await runner.close();
  await app.close();
  await store.drop();
  return {
    what: "a save whose effect on a read model is awaited and read",
    store: engine.name,
    unit: "/s",
    comparison,
    beside: "our saves alone",
  };
}

/** Drivers name the column as the table does. */
function idOf(row: object): RecordedEvent["eventId"] {
  return (row as { readonly event_id: RecordedEvent["eventId"] }).event_id;
}
