import {
  type ArchivedEvent,
  type ArchiveRange,
  InvalidStoreAddressError,
  type LogIdentity,
  type Uuid,
} from "@palimpsest/eventsourcing";

type Batches = AsyncIterable<readonly ArchivedEvent[]>;

/** Reads the rows of the log at an address as they stand, in order. The log must have been opened before. */
export async function* readLog(address: string, range: ArchiveRange): AsyncGenerator<readonly ArchivedEvent[], void> {
  const { kind, file } = toPlace(address);
  if (kind === "sqlite") {
    const { readSqliteLog } = await import("@palimpsest/eventsourcing/sqlite");
    yield* readSqliteLog({ file }, range);
  } else {
    const { readPostgresLog } = await import("@palimpsest/eventsourcing/postgres");
    yield* readPostgresLog({ connectionString: address }, range);
  }
}

/** Makes a log of rows at an address where there is none, all or nothing, under a new epoch. */
export async function createLog(address: string, logId: Uuid, batches: Batches): Promise<LogIdentity> {
  const { kind, file } = toPlace(address);
  if (kind === "sqlite") {
    const { createSqliteLog } = await import("@palimpsest/eventsourcing/sqlite");
    return createSqliteLog({ file, logId }, batches);
  }
  const { createPostgresLog } = await import("@palimpsest/eventsourcing/postgres");
  return createPostgresLog({ connectionString: address, logId }, batches);
}

function toPlace(address: string): { readonly kind: "sqlite" | "postgres"; readonly file: string } {
  const [scheme = ""] = address.split(":", 1);
  const file = address.slice(scheme.length + 1);
  if (scheme === "sqlite" && file !== "" && !file.startsWith("//")) return { kind: "sqlite", file };
  if (scheme === "postgres" || scheme === "postgresql") return { kind: "postgres", file: "" };
  throw new InvalidStoreAddressError(scheme.slice(0, 20));
}
