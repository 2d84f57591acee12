import { CodedError } from "../../domain/errors.ts";
import {
  ClockSkewError,
  NotAStoreError,
  type StoreError,
  StoreFullError,
  StoreUnavailableError,
} from "../../persistence/store-errors.ts";
import { CLOCK_SKEW } from "./postgres-append.ts";

/** What an SQL state means for callers, and what to do. See https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const MEANINGS: {
  readonly [state: string]: readonly [new (message: string, options: ErrorOptions) => StoreError, string];
} = {
  "25006": [StoreUnavailableError, "can only be read, as a standby can; connect to the primary"],
  "28000": [StoreUnavailableError, "refuses the user; check the user, the password and pg_hba.conf"],
  "28P01": [StoreUnavailableError, "refuses the user; check the user and the password"],
  "3D000": [StoreUnavailableError, "does not exist; create it with `create database`"],
  "3F000": [NotAStoreError, "lost its tables while it was open; restore a backup"],
  "40001": [StoreUnavailableError, "is busy; try again"],
  "40P01": [StoreUnavailableError, "is busy; try again"],
  "42501": [
    StoreUnavailableError,
    "does not give the user the rights it needs; grant them, or open it once as its owner",
  ],
  "42883": [NotAStoreError, "lost its functions while it was open; restore a backup"],
  "42P01": [NotAStoreError, "lost its tables while it was open; restore a backup"],
  "53100": [StoreFullError, "has no room left; free some space and save again"],
  "53300": [
    StoreUnavailableError,
    "takes no more connections; raise its max_connections, or lower the poolSize of each node",
  ],
  "55P03": [StoreUnavailableError, "is locked by another program; try again"],
  "57014": [StoreUnavailableError, "took longer than its statement_timeout allows; try again, or raise it"],
  "57P03": [StoreUnavailableError, "is starting up or shutting down; try again"],
  XX001: [NotAStoreError, "is damaged; restore a backup"],
  XX002: [NotAStoreError, "has a damaged index; run `reindex`, or restore a backup"],
};

/** The SQL state of an error that the server sent; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && "severity" in error && "code" in error ? String(error.code) : undefined;
}

/** Whether the connection went away, so that what was asked may have been done or not. */
export function isLost(error: unknown): boolean {
  const state = sqlState(error);
  // An administrator's `pg_terminate_backend`, a shutdown or a crash can also strike after a commit.
  return state === undefined ? !(error instanceof CodedError) : /^(08|57P)/.test(state);
}

/**
 * Whether a statement on read models is at fault, or what it was given, and not the database. What it lacks, such as a
 * table, is its own affair, unlike for the statements of the log.
 */
export function isOfStatement(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && (!(state in MEANINGS) || /^(42|3F)/.test(state)) && !isLost(error);
}

/** Names the error for callers; what is ours stays as it is. `where` says which database. */
export function toStoreError(where: string, error: unknown): unknown {
  if (error instanceof CodedError) return error;
  const state = sqlState(error);
  if (state === CLOCK_SKEW) return toClockSkew(error);
  const [Failure, advice] = MEANINGS[state ?? ""] ?? [
    StoreUnavailableError,
    state === undefined
      ? "cannot be reached; check its address and that it runs"
      : "failed; see its log, and try again",
  ];
  return new Failure(`${where} ${advice} (${reasonOf(error)})`, { cause: error });
}

function toClockSkew(error: unknown): ClockSkewError {
  // Written by `append_group`.
  const { now, lastRecordedAt } = JSON.parse((error as { detail: string }).detail) as ClockSkewError;
  return new ClockSkewError(now, lastRecordedAt);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where a name has several addresses, Node gives an error for each and none for all.
  return error.message || (error instanceof AggregateError ? error.errors.map(reasonOf).join("; ") : error.name);
}
