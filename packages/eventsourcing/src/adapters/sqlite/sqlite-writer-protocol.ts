import type { Uuid } from "../../domain/uuid.ts";
import { type Outcome, UnknownGroupOutcome } from "../../persistence/group-committer.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { ClockSkewError, NewerStoreError, NotAStoreError } from "../../persistence/store-errors.ts";
import type { StoredSave, StoredSnapshot } from "../../persistence/stored-event.ts";
import { resultCode, toStoreError } from "./sqlite-errors.ts";

/** The files of a store. */
export interface WriterFiles {
  readonly log: string;
  readonly derived: string;
}

export type Request =
  | { readonly kind: "open" }
  | { readonly kind: "commit"; readonly saves: readonly StoredSave[]; readonly now: number }
  | { readonly kind: "write-snapshots"; readonly snapshots: readonly StoredSnapshot[] }
  | { readonly kind: "remove-snapshots"; readonly originatorId: Uuid; readonly versions: readonly number[] }
  | { readonly kind: "close" };

export type Answer<R extends Request> = R extends { kind: "open" }
  ? LogIdentity
  : R extends { kind: "commit" }
    ? readonly Outcome[]
    : undefined;

/** An error that crosses threads, where classes are lost. */
export type Failure =
  | { readonly kind: "sqlite"; readonly errcode: number; readonly message: string; readonly unknownOutcome: boolean }
  | { readonly kind: "clock-skew"; readonly now: number; readonly lastRecordedAt: number }
  | { readonly kind: "newer"; readonly schemaVersion: number; readonly supportedVersion: number }
  | { readonly kind: "not-a-store"; readonly message: string }
  | { readonly kind: "other"; readonly message: string };

/** `unknownOutcome`: whether a commit may have happened all the same. */
export function toFailure(error: unknown, unknownOutcome: boolean): Failure {
  if (error instanceof ClockSkewError) {
    return { kind: "clock-skew", now: error.now, lastRecordedAt: error.lastRecordedAt };
  }
  if (error instanceof NewerStoreError) {
    return { kind: "newer", schemaVersion: error.schemaVersion, supportedVersion: error.supportedVersion };
  }
  if (error instanceof NotAStoreError) return { kind: "not-a-store", message: error.message };
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  const errcode = resultCode(cause);
  return errcode === undefined ? { kind: "other", message } : { kind: "sqlite", errcode, message, unknownOutcome };
}

/** The error that a failure stands for. */
export function toError(file: string, failure: Failure): unknown {
  switch (failure.kind) {
    case "clock-skew":
      return new ClockSkewError(failure.now, failure.lastRecordedAt);
    case "newer":
      return new NewerStoreError(file, failure.schemaVersion, failure.supportedVersion);
    case "not-a-store":
      return new NotAStoreError(failure.message);
    case "other":
      return new Error(failure.message);
    case "sqlite": {
      const { errcode, message, unknownOutcome } = failure;
      const error = toStoreError(file, Object.assign(new Error(message), { errcode }));
      return unknownOutcome ? new UnknownGroupOutcome(message, { cause: error }) : error;
    }
  }
}
