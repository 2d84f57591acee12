import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import type { History, ReadCall, SaveCall } from "./history.ts";
import { type Log, nameOfSave } from "./log.ts";
import { type Known, Reads, type StateOf } from "./reads.ts";
import type { Violation } from "./violation.ts";

/** A call that recorded a save, and its rows. */
interface Recording {
  readonly call: SaveCall;
  readonly rows: readonly RecordedEvent[];
  readonly first: number;
}

type Moment =
  | { readonly kind: "save called"; readonly at: number; readonly recording: Recording }
  | { readonly kind: "save answered"; readonly at: number; readonly call: SaveCall; readonly position: number }
  | { readonly kind: "read called" | "read answered"; readonly at: number; readonly read: ReadCall };

/**
 * What is wrong between a log and the order of time. Going through calls and answers as they happened, `known` is the
 * longest prefix of the log that someone was told of; what is called then must see it. A read is taken to have seen the
 * shortest prefix that explains it, so that nothing is reported that could be explained in another way.
 */
export function* violationsOfOrder(log: Log, history: History, stateOf: StateOf | undefined): Generator<Violation> {
  const recordings = recordingsOf(log, history.saves);
  const reads = new Reads(log, history.saves, stateOf);
  const firstCalledAfter = positionsByTime(recordings);
  const seen = new Map<ReadCall, number>();
  let known: Known = { position: 0, by: "" };
  for (const moment of momentsOf(recordings, history)) {
    switch (moment.kind) {
      case "save called": {
        const { call, rows, first } = moment.recording;
        if (first > known.position) break;
        const save = `${nameOfSave(call.save.saveId, rows)} was called for by ${call.call}`;
        yield { kind: "order", message: `${save} when position ${known.position} had been answered to ${known.by}` };
        break;
      }
      case "read called": {
        const { read } = moment;
        const found = reads.prefixOf(read, known, firstCalledAfter(read.answeredAt));
        if ("kind" in found) yield found;
        else seen.set(read, found.position);
        break;
      }
      case "save answered":
        if (moment.position > known.position) known = { position: moment.position, by: moment.call.call };
        break;
      case "read answered": {
        const position = seen.get(moment.read) ?? 0;
        if (position > known.position) known = { position, by: moment.read.call };
      }
    }
  }
}

function momentsOf(recordings: readonly Recording[], { saves, reads }: History): readonly Moment[] {
  const called: Moment[] = [
    ...recordings.map((recording): Moment => ({ kind: "save called", at: recording.call.calledAt, recording })),
    ...reads.map((read): Moment => ({ kind: "read called", at: read.calledAt, read })),
  ];
  const answered: Moment[] = [
    ...saves.flatMap((call): readonly Moment[] => {
      const { outcome, answeredAt } = call;
      if (outcome.kind !== "recorded") return [];
      return [{ kind: "save answered", at: answeredAt, call, position: outcome.receipt.lastPosition }];
    }),
    ...reads.map((read): Moment => ({ kind: "read answered", at: read.answeredAt, read })),
  ];
  // What happens in one microsecond has no order: calls come first, and sorting leaves them there.
  return [...called, ...answered].sort((one, other) => one.at - other.at);
}

/** For each save that stands the call that recorded it: the one that was told so, else the first that was told nothing. */
function recordingsOf(log: Log, calls: readonly SaveCall[]): readonly Recording[] {
  const bySave = Map.groupBy(calls, ({ save }) => save.saveId);
  return [...log.saves].flatMap(([saveId, rows]) => {
    const made = bySave.get(saveId) ?? [];
    const untold = made.filter(({ outcome }) => outcome.kind === "unknown" || outcome.kind === "failed");
    const call =
      made.find(({ outcome }) => outcome.kind === "recorded" && !outcome.receipt.repeated) ??
      untold.toSorted((one, other) => one.calledAt - other.calledAt)[0];
    const first = rows[0]?.position;
    return call && first !== undefined ? [{ call, rows, first }] : [];
  });
}

/** Answers for a time the first position of what was called for after it; infinite where there is none. */
function positionsByTime(recordings: readonly Recording[]): (time: number) => number {
  const latestFirst = recordings.toSorted((one, other) => other.call.calledAt - one.call.calledAt);
  let least = Infinity;
  const positions = latestFirst.map(({ call, first }) => {
    least = Math.min(least, first);
    return { calledAt: call.calledAt, position: least };
  });
  return (time) => {
    let [low, high] = [0, positions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((positions[middle]?.calledAt ?? 0) > time) low = middle + 1;
      else high = middle;
    }
    return positions[low - 1]?.position ?? Infinity;
  };
}
