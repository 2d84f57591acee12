import assert from "node:assert/strict";
import { type RecordedDomainEvent, readNotifications } from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../src/application/wiki-application.ts";
import type { PageEvent } from "../src/domain/page.ts";

/** A command of a client on a hot slug. Its id is its idempotency key, and the summary of what it records. */
export interface GivenCommand {
  readonly id: string;
  readonly verb: "create" | "rename" | "delete" | "restore" | "edit";
  readonly slug: string;
  readonly to: string;
}

/** What a client writes down: that it gave a command, and how that was answered. */
export type CommandNote =
  | { readonly kind: "called"; readonly at: number; readonly command: GivenCommand }
  | { readonly kind: "acknowledged"; readonly at: number; readonly id: string }
  | { readonly kind: "refused"; readonly at: number; readonly id: string; readonly code: string };

/** Nanoseconds of a clock that all processes of a machine share and that nobody sets. */
export function now(): number {
  return Number(process.hrtime.bigint());
}

/** Reads the lines of a process; of the last one a process that was killed may have written a part. */
export function parseNotes(text: string): readonly CommandNote[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as CommandNote);
}

/** The commands that were given and not answered. */
export function unansweredOf(text: string): readonly GivenCommand[] {
  const open = new Map<string, GivenCommand>();
  for (const note of parseNotes(text)) {
    if (note.kind === "called") open.set(note.command.id, note.command);
    else open.delete(note.id);
  }
  return [...open.values()];
}

/** A save of the log, by the command that it says it was made by. */
interface Standing {
  readonly saveId: string;
  readonly position: number;
}

/**
 * Asserts that of the commands each acknowledged one stands in the log once, one without an answer once at most, and a
 * refused one never; that the log holds nothing else; and that what was answered before another command was given
 * stands before it.
 */
export async function assertCommands(app: WikiApplication, notes: readonly CommandNote[]): Promise<void> {
  const standing = await standingCommands(app);
  const calls = new Map(notes.flatMap((note) => (note.kind === "called" ? [[note.command.id, note.command]] : [])));
  for (const id of standing.keys()) assert.ok(calls.has(id), `the log holds "${id}", which nobody commanded`);
  for (const note of notes) {
    if (note.kind === "called") continue;
    const saved = standing.has(note.id);
    if (note.kind === "refused") assert.ok(!saved, `command ${note.id} was refused (${note.code}) and is recorded`);
    // What is restored already is not restored again, and that is no refusal.
    else if (calls.get(note.id)?.verb !== "restore")
      assert.ok(saved, `command ${note.id} was acknowledged and is lost`);
  }
  let answered = 0;
  for (const note of notes.toSorted((a, b) => a.at - b.at)) {
    const id = note.kind === "called" ? note.command.id : note.id;
    const { position } = standing.get(id) ?? {};
    if (position === undefined) continue;
    if (note.kind === "acknowledged") answered = Math.max(answered, position);
    else assert.ok(position > answered, `command ${id} stands before one that was answered before it was given`);
  }
}

async function standingCommands(app: WikiApplication): Promise<ReadonlyMap<string, Standing>> {
  const standing = new Map<string, Standing>();
  for await (const row of readNotifications(app.events.notificationLog)) {
    const id = String(app.events.toDomainEvent(row).metadata["summary"]);
    const { saveId, position } = row;
    const known = standing.get(id);
    assert.ok(known === undefined || known.saveId === saveId, `command ${id} is recorded twice`);
    if (!known) standing.set(id, { saveId, position });
  }
  return standing;
}

/** The slugs that belonged to two live pages at once, after some save of the log. */
export async function findSharedSlugs(app: WikiApplication): Promise<readonly string[]> {
  const slugs = new Map<string, string>();
  const live = new Set<string>();
  const shared = new Set<string>();
  const look = () => {
    const taken = [...live].map((id) => slugs.get(id) ?? "");
    for (const [index, slug] of taken.entries()) if (taken.indexOf(slug) !== index) shared.add(slug);
  };
  let saveId: string | undefined;
  for await (const row of readNotifications(app.events.notificationLog)) {
    if (row.saveId !== saveId) look();
    saveId = row.saveId;
    if (!row.topic.startsWith("Page.")) continue;
    const event = app.events.toDomainEvent(row) as RecordedDomainEvent<PageEvent>;
    if (event.type === "Created" || event.type === "SlugUpdated") slugs.set(row.originatorId, event.data.slug);
    if (event.type === "Created" || event.type === "Restored") live.add(row.originatorId);
    if (event.type === "Deleted") live.delete(row.originatorId);
  }
  look();
  return [...shared];
}
