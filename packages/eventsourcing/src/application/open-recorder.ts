import { CodedError } from "../domain/errors.ts";
import type { Durability, Recorder } from "../persistence/recorder.ts";

/** A store's address is of no known kind, or says too little. */
export class InvalidStoreAddressError extends CodedError {
  readonly code = "INVALID_STORE_ADDRESS";

  /** `address` is shown: leave out what may be a password. */
  constructor(address: string) {
    super(`"${address}" is no address of a store; give memory:, sqlite:PATH or postgres://USER@HOST/DATABASE`);
  }
}

/** How the recorder of an address is opened. */
export interface OpenRecorderOptions {
  /** Milliseconds since 1970; default the clock of the machine, on PostgreSQL that of the server. */
  readonly clock?: () => number;
  /** When saves are safe from the loss of power; default `save`. */
  readonly durability?: Durability;
}

/** Opens the store at an address: `memory:`, `sqlite:PATH`, `postgres://…`. An adapter is loaded when it is asked for. */
export async function openRecorder(address: string, options: OpenRecorderOptions = {}): Promise<Recorder> {
  // The scheme alone may be shown: the rest can hold a password.
  const [scheme = ""] = address.split(":", 1);
  const rest = address.slice(scheme.length + 1);
  switch (scheme) {
    case "memory":
      if (rest !== "") throw new InvalidStoreAddressError(`memory:${rest.slice(0, 20)}`);
      return (await import("../adapters/memory/memory-recorder.ts")).openMemoryRecorder(options);
    case "sqlite":
      // `sqlite://wiki.db` is written by habit, and would be a file at the root.
      if (rest === "" || rest.startsWith("//")) throw new InvalidStoreAddressError(`sqlite:${rest.slice(0, 20)}`);
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
