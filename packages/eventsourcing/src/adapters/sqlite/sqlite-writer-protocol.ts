import type { Uuid } from "../../domain/uuid.ts";
import { type Outcome, UnknownGroupOutcome } from "../../persistence/group-committer.ts";
import type { Durability, LogIdentity } from "../../persistence/recorder.ts";
import {
  ClockSkewError,
  LogChangedError,
  NewerStoreError,
  NotAStoreError,
  StoreUnavailableError,
} from "../../persistence/store-errors.ts";
import type { StoredSave, StoredSnapshot } from "../../persistence/stored-event.ts";
import { resultCode, toStoreError } from "./sqlite-errors.ts";

/** The files of a store. */
export interface WriterFiles {
  readonly log: string;
  readonly derived: string;
  readonly durability: Durability;
  /** The log that is read there already; undefined where it is yet to be opened. */
  readonly expected: LogIdentity | undefined;
}

/** What becomes of some snapshots. */
export type SnapshotChange =
  | { readonly kind: "write"; readonly snapshots: readonly StoredSnapshot[] }
  | { readonly kind: "remove"; readonly originatorId: Uuid; readonly versions: readonly number[] };

export type Request =
  | { readonly kind: "open" }
  | { readonly kind: "commit"; readonly saves: readonly StoredSave[]; readonly now: number }
  | { readonly kind: "change-snapshots"; readonly changes: readonly SnapshotChange[] }
  | { readonly kind: "close" };

export type Answer<R extends Request> = R extends { kind: "open" }
  ? LogIdentity
  : R extends { kind: "commit" }
    ? readonly Outcome[]
    : undefined;

/** What writes the files of a store. */
export interface Writer {
  /** Opens the files, created or migrated where that is due, and answers which log it is. */
  open(): Promise<LogIdentity>;
  request<R extends Request>(request: R): Promise<Answer<R>>;
  /** After the requests under way. */
  close(): Promise<void>;
}

/** The file that a request is about. */
export function fileOf({ kind }: Pick<Request, "kind">, { log, derived }: WriterFiles): string {
  return kind === "change-snapshots" ? derived : log;
}

/** An error that crosses threads, where classes are lost. `unknownOutcome`: whether a commit may have happened all the same. */
export type Failure = { readonly unknownOutcome: boolean } & (
  | { readonly kind: "sqlite"; readonly errcode: number; readonly message: string }
  | { readonly kind: "clock-skew"; readonly now: number; readonly lastRecordedAt: number }
  | { readonly kind: "newer"; readonly schemaVersion: number; readonly supportedVersion: number }
  | { readonly kind: "log-changed"; readonly expected: LogIdentity; readonly found: LogIdentity }
  | { readonly kind: "not-a-store"; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string }
  | { readonly kind: "other"; readonly message: string }
);

export function toFailure(error: unknown, unknownOutcome: boolean): Failure {
  if (error instanceof ClockSkewError) {
    return { kind: "clock-skew", unknownOutcome, now: error.now, lastRecordedAt: error.lastRecordedAt };
  }
  if (error instanceof NewerStoreError) {
    const { schemaVersion, supportedVersion } = error;
    return { kind: "newer", unknownOutcome, schemaVersion, supportedVersion };
  }
  if (error instanceof LogChangedError) {
    const { expected, found } = error;
    return { kind: "log-changed", unknownOutcome, expected, found };
  }
  if (error instanceof NotAStoreError) return { kind: "not-a-store", unknownOutcome, message: error.message };
  if (error instanceof StoreUnavailableError && error.cause === undefined) {
    return { kind: "unavailable", unknownOutcome, message: error.message };
  }
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  const errcode = resultCode(cause);
  return errcode === undefined
    ? { kind: "other", unknownOutcome, message }
    : { kind: "sqlite", unknownOutcome, errcode, message };
}

/** The error that a failure stands for. */
export function toError(file: string, failure: Failure): Error {
  const error = withoutOutcome(file, failure);
  return failure.unknownOutcome ? new UnknownGroupOutcome(error.message, { cause: error }) : error;
}

function withoutOutcome(file: string, failure: Failure): Error {
  switch (failure.kind) {
    case "clock-skew":
      return new ClockSkewError(failure.now, failure.lastRecordedAt);
    case "newer":
      return new NewerStoreError(file, failure.schemaVersion, failure.supportedVersion);
    case "log-changed":
      return new LogChangedError(failure.expected, failure.found);
    case "not-a-store":
      return new NotAStoreError(failure.message);
    case "unavailable":
      return new StoreUnavailableError(failure.message);
    case "other":
      return new Error(failure.message);
    case "sqlite":
      return toStoreError(file, Object.assign(new Error(failure.message), { errcode: failure.errcode })) as Error;
  }
}
