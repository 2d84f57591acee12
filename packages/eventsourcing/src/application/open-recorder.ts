import { CodedError } from "../domain/errors.ts";
import type { Recorder } from "../persistence/recorder.ts";

/** A store's address is of no known kind. */
export class InvalidStoreAddressError extends CodedError {
  readonly code = "INVALID_STORE_ADDRESS";

  constructor(scheme: string) {
    super(`"${scheme}" is no kind of store; give memory:, sqlite:PATH or postgres://USER@HOST/DATABASE`);
  }
}

/** How the recorder of an address is opened. */
export interface OpenRecorderOptions {
  /** Milliseconds since 1970; default the clock of the machine, on PostgreSQL that of the server. */
  readonly clock?: () => number;
}

/** Opens the store at an address: `memory:`, `sqlite:PATH`, `postgres://…`. An adapter is loaded when it is asked for. */
export async function openRecorder(address: string, options: OpenRecorderOptions = {}): Promise<Recorder> {
  // The scheme alone may be shown: the rest can hold a password.
  const [scheme = ""] = address.split(":", 1);
  const rest = address.slice(scheme.length + 1);
  switch (scheme) {
    case "memory":
      return (await import("../adapters/memory/memory-recorder.ts")).openMemoryRecorder(options);
    case "sqlite":
      return (await import("../adapters/sqlite/sqlite-recorder.ts")).openSqliteRecorder({ file: rest, ...options });
    case "postgres":
    case "postgresql":
      return (await import("../adapters/postgres/postgres-recorder.ts")).openPostgresRecorder({
        connectionString: address,
        ...options,
      });
    default:
      throw new InvalidStoreAddressError(scheme.slice(0, 20));
  }
}
