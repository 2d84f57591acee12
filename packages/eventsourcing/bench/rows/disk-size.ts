import { measuredOnce, type Row } from "../../../../tools/bench/row.ts";
import { sqlite } from "../engines/sqlite.ts";
import { addNotes, Note } from "../note.ts";

const NOTES = 10;
const EVENTS = 1_000;

/** What a small event takes on the disk, indices and all; beside the JSON in it. */
export async function measureDiskSize(): Promise<Row> {
  const store = await sqlite.create();
  const app = await store.open({ name: "bench", aggregates: [Note], compressor: "none", env: {} });
  await addNotes(app, NOTES, EVENTS);
  const events = await app.recorder.readLog({ limit: NOTES * EVENTS });
  await app.close();
  const ours = store.size() / events.length;
  const bare = events.reduce((bytes, { state }) => bytes + state.length, 0) / events.length;
  await store.drop();
  return {
    what: "bytes of the file for each event",
    store: sqlite.name,
    unit: "bytes",
    comparison: measuredOnce(ours, bare),
    beside: "its JSON",
  };
}
