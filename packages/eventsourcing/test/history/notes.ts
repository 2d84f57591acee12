import { openSync, readFileSync, writeSync } from "node:fs";
import type { Uuid } from "../../src/domain/uuid.ts";
import { OutcomeUnknownError, StoreError } from "../../src/persistence/store-errors.ts";
import type { Receipt, StoredSave } from "../../src/persistence/stored-event.ts";
import { digestOfEvent, type History, type Observation, type ReadCall, type SaveCall } from "./history.ts";

/** A line of the file. */
type Line =
  | { readonly kind: "save"; readonly noted: Pick<SaveCall, "call" | "calledAt" | "save"> }
  | { readonly kind: "answer"; readonly noted: Pick<SaveCall, "call" | "answeredAt" | "outcome"> }
  | { readonly kind: "read"; readonly noted: ReadCall };

/** Microseconds, by the clock that all processes of this machine share and that never goes back. */
export function now(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** What one client notes, in a file of its own that does not exist yet. */
export class Notes {
  readonly #descriptor: number;
  readonly #client: string;
  #calls = 0;

  constructor(file: string, client: string) {
    this.#descriptor = openSync(file, "ax");
    this.#client = client;
  }

  /** Notes that a save is about to be called; what it answers notes the receipt or the error. */
  save(save: StoredSave): (answer: { readonly receipt: Receipt } | { readonly error: unknown }) => void {
    const call = this.#nextCall();
    const { saveId, idempotencyKey } = save;
    const events = save.events.map((event) => {
      const { eventId, originatorId, originatorVersion } = event;
      return { eventId, originatorId, originatorVersion, digest: digestOfEvent(event) };
    });
    const noted = { saveId, events, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
    this.#write({ kind: "save", noted: { call, calledAt: now(), save: noted } });
    return (answer) => {
      const outcome = "receipt" in answer ? ({ kind: "recorded", ...answer } as const) : outcomeOf(answer.error);
      this.#write({ kind: "answer", noted: { call, answeredAt: now(), outcome } });
    };
  }

  /** Notes what was seen by a read that was called at some time and has been answered just now. */
  read(calledAt: number, seen: readonly Observation[]): void {
    this.#write({ kind: "read", noted: { call: this.#nextCall(), calledAt, answeredAt: now(), seen } });
  }

  /** Notes the newest state of an aggregate; states are compared as JSON. */
  state(calledAt: number, aggregate: { readonly id: Uuid; readonly version: number; readonly state: unknown }): void {
    const { id, version, state } = aggregate;
    this.read(calledAt, [{ kind: "state", originatorId: id, version, state }]);
  }

  #nextCall(): string {
    this.#calls += 1;
    return `${this.#client} #${this.#calls}`;
  }

  /** In one synchronous call of the system: a kill after it cannot take the line back. */
  #write(line: Line): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }
}

function outcomeOf(error: unknown): SaveCall["outcome"] {
  if (error instanceof OutcomeUnknownError) return { kind: "unknown" };
  if (error instanceof StoreError) return { kind: "refused", code: error.code };
  return { kind: "failed", error: String(error) };
}

/** What some clients noted, each in its file; a client that was killed may have left half a line. */
export function readHistory(files: readonly string[]): History {
  return joined(...files.map((file) => historyOf(readFileSync(file, "utf8"))));
}

/** A history of clients that heard nothing any more from a time on, whatever they noted then. */
export function heardUntil(time: number, { saves, reads }: History): History {
  return {
    saves: saves.map((call) =>
      call.answeredAt > time ? { ...call, answeredAt: Infinity, outcome: { kind: "unknown" } } : call,
    ),
    reads: reads.filter(({ answeredAt }) => answeredAt <= time),
  };
}

/** The histories of several clients as one. */
export function joined(...histories: readonly History[]): History {
  return { saves: histories.flatMap(({ saves }) => saves), reads: histories.flatMap(({ reads }) => reads) };
}

function historyOf(text: string): History {
  const saves = new Map<string, SaveCall>();
  const reads: ReadCall[] = [];
  // After the last line end there is nothing, or a line that the client did not finish.
  for (const line of text.split("\n").slice(0, -1)) {
    const { kind, noted } = JSON.parse(line) as Line;
    if (kind === "read") reads.push(noted);
    else if (kind === "save") saves.set(noted.call, { ...noted, answeredAt: Infinity, outcome: { kind: "unknown" } });
    else saves.set(noted.call, { ...saves.get(noted.call), ...noted } as SaveCall);
  }
  return { saves: [...saves.values()], reads };
}
