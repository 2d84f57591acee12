import { z } from "zod";
import type { Application } from "../src/application/application.ts";
import { type AggregateOf, defineAggregate } from "../src/domain/define-aggregate.ts";

interface NoteState {
  readonly title: string;
  readonly lines: number;
  readonly last: string;
}

/** The aggregate that is measured. Its events are small, as edits are: the state of one is about 100 bytes of JSON. */
export const Note = defineAggregate({
  name: "Note",
  events: {
    Created: { title: z.string() },
    LineAdded: { text: z.string().max(1_000) },
  },
  create: ({ title }): NoteState => ({ title, lines: 0, last: "" }),
  apply: { LineAdded: (note, { text }) => ({ ...note, lines: note.lines + 1, last: text }) },
  commands: (event) => ({ addLine: (_note, text: string) => event.LineAdded({ text }) }),
});

export type Note = AggregateOf<typeof Note>;

export const TOPIC = "Note.LineAdded";

/** A new line; no two are the same. */
export function aLine(): string {
  lines += 1;
  return `Line ${String(lines).padStart(8, "0")}: the dough rests for twelve hours and is folded four times.`;
}

let lines = 0;

/** Saves new notes, each with some events. */
export async function addNotes(app: Application, count: number, events: number): Promise<readonly Note[]> {
  const notes = Array.from({ length: count }, (_, n) => Note.create({ title: `Note ${n}` }));
  // In pieces that an interval of snapshots divides, so that none has to be folded anew.
  for (let version = 1; version <= events; version += PIECE) {
    for (const note of notes) while (note.version < Math.min(events, version + PIECE - 1)) note.addLine(aLine());
    await Promise.all(notes.map((note) => app.save(note)));
  }
  return notes;
}

const PIECE = 50;
