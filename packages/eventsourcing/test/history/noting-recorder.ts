import type { Recorder } from "../../src/persistence/recorder.ts";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import { digestOfRow, type Observation, type SeenEvent } from "./history.ts";
import { type Notes, now } from "./notes.ts";

/** A recorder that notes every save and every read of the log; what it does not note it hands on. */
export function noting(recorder: Recorder, notes: Notes): Recorder {
  const read = async <Answer>(answer: () => Promise<Answer>, seen: (answer: Answer) => readonly Observation[]) => {
    const calledAt = now();
    const answered = await answer();
    notes.read(calledAt, seen(answered));
    return answered;
  };
  const noted: Partial<Recorder> = {
    async append(save) {
      const answered = notes.save(save);
      try {
        const receipt = await recorder.append(save);
        answered({ receipt });
        return receipt;
      } catch (error) {
        answered({ error });
        throw error;
      }
    },
    readStream: (originatorId, range = {}) =>
      read(
        () => recorder.readStream(originatorId, range),
        (rows) => {
          const { after = 0, upTo, descending, limit } = range;
          const selection = { originatorId, from: after + 1, ...given({ to: upTo, descending, limit }) };
          return [{ kind: "events", selection, events: seenOf(rows) }];
        },
      ),
    readStreams: (starts) =>
      read(
        () => recorder.readStreams(starts),
        (rows) =>
          starts.map(({ originatorId, after, upTo }) => ({
            kind: "events",
            selection: { originatorId, from: after + 1, ...given({ to: upTo }) },
            events: seenOf(rows.filter((row) => row.originatorId === originatorId)),
          })),
      ),
    readLog: (range) =>
      read(
        () => recorder.readLog(range),
        (rows) => {
          const { start = 1, stop, limit, topics } = range;
          const selection = { from: start, limit, ...given({ to: stop, topics }) };
          return [{ kind: "events", selection, events: seenOf(rows) }];
        },
      ),
    findReceipt: (key) =>
      read(
        () => recorder.findReceipt(key),
        (receipt) => [{ kind: "key", key, saveId: receipt?.saveId ?? null }],
      ),
    head: () =>
      read(
        () => recorder.head(),
        (position) => [{ kind: "head", position }],
      ),
  };
  const { readFromSnapshot } = recorder;
  if (readFromSnapshot) {
    noted.readFromSnapshot = (originatorId, limit) =>
      read(
        () => readFromSnapshot.call(recorder, originatorId, limit),
        ({ snapshot, events }) => {
          const selection = { originatorId, from: (snapshot?.originatorVersion ?? 0) + 1, limit };
          return [{ kind: "events", selection, events: seenOf(events) }];
        },
      );
  }
  return new Proxy(recorder, {
    get(target, name) {
      const own: unknown = Reflect.get(noted, name);
      if (own !== undefined) return own;
      // The recorder's private fields are not the proxy's: what it does it does as itself.
      const its: unknown = Reflect.get(target, name, target);
      return typeof its === "function" ? its.bind(target) : its;
    },
  });
}

function seenOf(rows: readonly RecordedEvent[]): readonly SeenEvent[] {
  return rows.map((row) => [row.position, digestOfRow(row)]);
}

/** Without what is undefined. */
function given<Options extends object>(options: Options): { [Name in keyof Options]?: NonNullable<Options[Name]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
