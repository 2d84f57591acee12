import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "./test-database.ts";

/** A store that several processes can open. */
export interface SharedStore {
  readonly address: string;
  drop(): Promise<void>;
}

/** Every engine whose stores processes can share, by name. */
export const SHARED_ENGINES: { readonly [engine: string]: () => Promise<SharedStore> } = {
  postgres: async () => {
    const { connectionString, drop } = await createTestDatabase();
    return { address: connectionString, drop };
  },
  sqlite: async () => {
    const directory = mkdtempSync(join(tmpdir(), "eventsourcing-"));
    return {
      address: `sqlite:${join(directory, "log.db")}`,
      drop: async () => rmSync(directory, { recursive: true }),
    };
  },
};
