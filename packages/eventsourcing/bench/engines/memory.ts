import { openMemoryRecorder } from "../../src/adapters/memory/memory-recorder.ts";
import { Application } from "../../src/application/application.ts";
import type { BareReader, BareRow, BareWriter, Engine } from "../engine.ts";

/** There is no driver here: bare is pushing rows to an array and a Map, and copying them out of an array. */
export const memory: Engine = {
  name: "memory",
  bareSaves: "pushes to an array and a Map",
  async create() {
    const recorder = openMemoryRecorder();
    return {
      open: (options) => Application.open({ ...options, store: recorder }),
      bareWriter: async () => bareWriter(),
      bareReader: async (): Promise<BareReader> => {
        const rows = await recorder.readLog({ limit: Number.MAX_SAFE_INTEGER });
        const streams = Map.groupBy(rows, ({ originatorId }) => originatorId);
        return {
          stream: async (originatorId) => (streams.get(originatorId) ?? []).map((row) => ({ ...row })),
          log: async (start, limit) => rows.slice(start - 1, start - 1 + limit).map((row) => ({ ...row })),
        };
      },
      bareEffects: async () => {
        const effects = new Map<string, number>();
        return {
          insert: async (events) => {
            for (const { eventId, position } of events) effects.set(eventId, position);
          },
          clear: async () => effects.clear(),
        };
      },
      drop: async () => {},
    };
  },
};

function bareWriter(): BareWriter {
  const rows: BareRow[] = [];
  const byEvent = new Map<string, BareRow>();
  return {
    insert(row) {
      rows.push(row);
      byEvent.set(row.eventId, row);
    },
    count: async () => byEvent.size,
  };
}
