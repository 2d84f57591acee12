import { isDeepStrictEqual } from "node:util";
import type { Uuid } from "../../src/domain/uuid.ts";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import type { Observation, ReadCall, SaveCall } from "./history.ts";
import type { Log } from "./log.ts";
import type { Violation } from "./violation.ts";

/** The state of an aggregate by its events, from the first. States are compared as JSON. */
export type StateOf = (events: readonly RecordedEvent[]) => unknown;

/** A position that someone was told of, and who. */
export interface Known {
  readonly position: number;
  readonly by: string;
}

/** The prefixes of the log, by their last position, at which something is seen. */
interface Prefixes {
  readonly from: number;
  readonly to: number;
}

/** Looks for the prefix of a log that a read has seen. */
export class Reads {
  readonly #log: Log;
  readonly #stateOf: StateOf | undefined;
  /** By their idempotency keys, the saves that stand. */
  readonly #holders = new Map<string, Uuid>();

  constructor(log: Log, calls: readonly SaveCall[], stateOf: StateOf | undefined) {
    this.#log = log;
    this.#stateOf = stateOf;
    for (const { save } of calls) {
      const { idempotencyKey: key, saveId } = save;
      if (key !== undefined && log.saves.has(saveId)) this.#holders.set(key, saveId);
    }
  }

  /** The shortest prefix that explains a read, no older than `known` and without what was called for after its answer. */
  prefixOf(read: ReadCall, known: Known, calledAfter: number): { readonly position: number } | Violation {
    let all: Prefixes = { from: 0, to: Infinity };
    for (const observation of read.seen) {
      const prefixes = this.#prefixesOf(observation);
      if (typeof prefixes === "string") return { kind: "unseen", message: `${read.call} saw ${prefixes}` };
      all = { from: Math.max(all.from, prefixes.from), to: Math.min(all.to, prefixes.to) };
    }
    const saw = `${read.call} saw ${namesOf(read)}`;
    if (all.from > all.to || all.from > this.#log.rows.length) {
      const parts = `one part is of position ${all.from} or later, another of ${all.to} or before`;
      return { kind: "unseen", message: `${saw}, which no one state of the log explains: ${parts}` };
    }
    if (known.position > all.to) {
      const told = `position ${known.position} had been answered to ${known.by} before`;
      return { kind: "stale", message: `${saw}, and not ${this.#eventAt(all.to + 1)}; ${told}` };
    }
    const position = this.#log.endOfSave(Math.max(all.from, known.position));
    if (position > all.to) {
      return { kind: "unseen", message: `${saw}, and not ${this.#eventAt(position)}, which is of the same save` };
    }
    if (position < calledAfter) return { position };
    return {
      kind: "early",
      message: `${saw}, with ${this.#eventAt(calledAfter)}, which was called for after its answer`,
    };
  }

  #prefixesOf(observation: Observation): Prefixes | string {
    switch (observation.kind) {
      case "head":
        return { from: observation.position, to: observation.position };
      case "state":
        return this.#prefixesOfState(observation);
      case "key":
        return this.#prefixesOfKey(observation);
      case "events":
        return this.#prefixesOfEvents(observation);
    }
  }

  #prefixesOfState(seen: Observation & { readonly kind: "state" }): Prefixes | string {
    const { originatorId, version, state, past } = seen;
    const stream = this.#log.stream(originatorId);
    const [last, next] = [stream[version - 1]?.position, stream[version]?.position];
    if (last === undefined) return `version ${version} of ${originatorId}, which is not in the log`;
    const expected: unknown = this.#stateOf ? asJson(this.#stateOf(stream.slice(0, version))) : state;
    if (!isDeepStrictEqual(asJson(state), expected)) {
      const states = `${JSON.stringify(state)} where its events give ${JSON.stringify(expected)}`;
      return `version ${version} of ${originatorId} (up to ${this.#eventAt(last)}) as ${states}`;
    }
    return { from: last, to: past || next === undefined ? Infinity : next - 1 };
  }

  #prefixesOfKey({ key, saveId }: Observation & { readonly kind: "key" }): Prefixes | string {
    const holder = this.#holders.get(key);
    const rows = holder === undefined ? [] : (this.#log.saves.get(holder) ?? []);
    if (saveId === null) return { from: 0, to: (rows[0]?.position ?? Infinity) - 1 };
    if (saveId !== holder) return `save ${saveId} under the idempotency key "${key}", which is that of ${holder}`;
    return { from: rows.at(-1)?.position ?? 0, to: Infinity };
  }

  #prefixesOfEvents({ selection, events }: Observation & { readonly kind: "events" }): Prefixes | string {
    for (const [position, digest] of events) {
      if (this.#log.digestAt(position) !== digest)
        return `at position ${position} another than ${this.#eventAt(position)}`;
    }
    const { limit = Infinity, descending = false } = selection;
    const positions = this.#log.select(selection).map(({ position }) => position);
    const seen = events.map(([position]) => position);
    const inOrder = descending ? seen.toReversed() : seen;
    // The newest that was seen tells how far the log went, unless the limit cut it off.
    const end = inOrder.length === 0 ? 0 : positions.indexOf(inOrder.at(-1) ?? 0) + 1;
    const start = descending ? Math.max(0, end - limit) : 0;
    const wrong = positions.slice(start, end).findIndex((position, index) => position !== inOrder[index]);
    if (inOrder.length !== end - start || wrong >= 0) {
      return `positions ${seen.join(", ") || "none"}, where the log gives ${positions.slice(start, end).join(", ") || "none"}`;
    }
    const isCutOff = !descending && seen.length >= limit;
    return { from: inOrder.at(-1) ?? 0, to: isCutOff ? Infinity : (positions[end] ?? Infinity) - 1 };
  }

  #eventAt(position: number): string {
    const row = this.#log.rows[position - 1];
    return row ? `event ${row.eventId} at position ${position}` : `position ${position}, where nothing stands`;
  }
}

function namesOf({ seen }: ReadCall): string {
  return seen.map(nameOf).join("; ");
}

function nameOf(seen: Observation): string {
  switch (seen.kind) {
    case "head":
      return `the head at ${seen.position}`;
    case "state":
      return `${seen.originatorId} at version ${seen.version}`;
    case "key":
      return seen.saveId === null ? `no save with key "${seen.key}"` : `save ${seen.saveId} by key "${seen.key}"`;
    case "events": {
      const [first, last] = [seen.events[0]?.[0], seen.events.at(-1)?.[0]];
      const events = first === undefined ? "no events" : `events at positions ${first} to ${last}`;
      return `${events} of ${seen.selection.originatorId ?? "the log"}`;
    }
  }
}

/** Notes went through JSON: states are compared as what it leaves of them. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}
