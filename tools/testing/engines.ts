import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Recorder } from "@palimpsest/eventsourcing";
import { openMemoryRecorder } from "@palimpsest/eventsourcing/memory";
import { openSqliteRecorder } from "@palimpsest/eventsourcing/sqlite";
import { createTestDatabase } from "./test-database.ts";

/** A store for one test, on one of the engines. */
export interface TestStore {
  /** Opens it; again for a second connection to the same store, except in memory. */
  open(options?: { readonly clock?: () => number }): Promise<Recorder>;
  /** Closes what was opened, and takes the store away. */
  drop(): Promise<void>;
}

/** Every engine, by name: what is true of one must be true of all. */
export const ENGINES: { readonly [engine: string]: () => Promise<TestStore> } = {
  memory: async () => keepingTrack(async (options) => openMemoryRecorder(options)),
  postgres: async () => {
    const { openPostgresRecorder } = await import("@palimpsest/eventsourcing/postgres");
    const { connectionString, drop } = await createTestDatabase();
    const store = keepingTrack((options) => openPostgresRecorder({ connectionString, ...options }));
    return {
      open: store.open,
      drop: async () => {
        await store.drop();
        await drop();
      },
    };
  },
  sqlite: async () => {
    const directory = mkdtempSync(join(tmpdir(), "eventsourcing-"));
    const store = keepingTrack((options) => openSqliteRecorder({ file: join(directory, "log.db"), ...options }));
    return {
      open: store.open,
      drop: async () => {
        await store.drop();
        rmSync(directory, { recursive: true });
      },
    };
  },
};

function keepingTrack(open: TestStore["open"]): TestStore {
  const opened: Recorder[] = [];
  return {
    open: async (options) => {
      const recorder = await open(options);
      opened.push(recorder);
      return recorder;
    },
    drop: async () => {
      for (const recorder of opened) await recorder.close();
    },
  };
}
