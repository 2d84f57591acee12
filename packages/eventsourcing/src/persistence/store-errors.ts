import { CodedError } from "../domain/errors.ts";
import type { Uuid } from "../domain/uuid.ts";
import type { LogIdentity } from "./recorder.ts";

/** A failure of the store or of what was asked of it. */
export abstract class StoreError extends CodedError {}

/** A save expected another version of an originator than the store has; nothing of it was recorded. */
export class VersionConflictError extends StoreError {
  readonly code = "VERSION_CONFLICT";
  readonly originatorId: Uuid;
  /** The version that the save built on. */
  readonly expectedVersion: number;
  /** The version that the store has. */
  readonly currentVersion: number;
  /** The name of the aggregate; undefined where a recorder is used without an application. */
  readonly aggregate: string | undefined;

  constructor(conflict: {
    readonly originatorId: Uuid;
    readonly expectedVersion: number;
    readonly currentVersion: number;
    readonly aggregate?: string | undefined;
  }) {
    const { originatorId, expectedVersion, currentVersion, aggregate } = conflict;
    super(
      expectedVersion === 0
        ? `${aggregate ?? "originator"} ${originatorId} exists already, at version ${currentVersion}; ` +
            "nothing was recorded, load it instead of making it"
        : `${aggregate ?? "originator"} ${originatorId} is at version ${currentVersion}, the save expected ${expectedVersion}; ` +
            "nothing was recorded, load it anew and repeat the command",
    );
    this.originatorId = originatorId;
    this.expectedVersion = expectedVersion;
    this.currentVersion = currentVersion;
    this.aggregate = aggregate;
  }
}

/** A save cannot be taken as it is: no events, versions with a gap, an event twice. */
export class InvalidSaveError extends StoreError {
  readonly code = "INVALID_SAVE";
}

/** An argument of a reading call is out of range. */
export class InvalidRangeError extends StoreError {
  readonly code = "INVALID_RANGE";
  readonly parameter: string;
  readonly value: unknown;

  constructor(parameter: string, value: unknown, advice: string) {
    super(`"${parameter}" is ${String(value)}; ${advice}`);
    this.parameter = parameter;
    this.value = value;
  }
}

/** The clock reads more than a minute before the last event of the log. */
export class ClockSkewError extends StoreError {
  readonly code = "CLOCK_SKEW";
  /** Milliseconds since 1970, both. */
  readonly now: number;
  readonly lastRecordedAt: number;

  constructor(now: number, lastRecordedAt: number) {
    super(
      `the clock reads ${new Date(now).toISOString()}, but the log ends at ${new Date(lastRecordedAt).toISOString()}; ` +
        "nothing was recorded, set the clock right",
    );
    this.now = now;
    this.lastRecordedAt = lastRecordedAt;
  }
}

/** The store was closed before the call. */
export class StoreClosedError extends StoreError {
  readonly code = "STORE_CLOSED";

  constructor() {
    super("the store is closed; open it again before using it");
  }
}

/** The store cannot be reached or used now; what was asked was not done, and can be asked again. */
export class StoreUnavailableError extends StoreError {
  readonly code = "STORE_UNAVAILABLE";
}

/** There is no room left for a save; nothing of it was recorded, reading goes on. */
export class StoreFullError extends StoreError {
  readonly code = "STORE_FULL";
}

/** A save may or may not stand in the log: the store went away before it answered. */
export class OutcomeUnknownError extends StoreError {
  readonly code = "OUTCOME_UNKNOWN";
  readonly saveId: Uuid;

  constructor(saveId: Uuid, cause: unknown) {
    super(
      `the store went away during save ${saveId}, which may have been recorded; ` +
        "save the same objects again when it is back: what stands in the log already is not recorded twice",
      { cause },
    );
    this.saveId = saveId;
  }
}

/** A file or database is not a store of this library, or cannot be used as one. */
export class NotAStoreError extends StoreError {
  readonly code = "NOT_A_STORE";
}

/** A backup was to be restored where there is a log, or another file. */
export class StoreNotEmptyError extends StoreError {
  readonly code = "STORE_NOT_EMPTY";

  constructor(where: string) {
    super(`${where} is not empty, and nothing in it was changed; restore into a place of its own`);
  }
}

/** A log is not the one that was read before: it was restored or redacted since. Positions of the other mean nothing in it. */
export class LogChangedError extends StoreError {
  readonly code = "LOG_CHANGED";
  readonly expected: LogIdentity;
  readonly found: LogIdentity;

  constructor(expected: LogIdentity, found: LogIdentity) {
    super(
      `expected log ${expected.logId} of epoch ${expected.epoch}, found log ${found.logId} of epoch ${found.epoch}; ` +
        "open the log again, forget what was derived from it and read it from the beginning",
    );
    this.expected = expected;
    this.found = found;
  }
}

/** The store was written by a newer version of the library. */
export class NewerStoreError extends StoreError {
  readonly code = "NEWER_STORE";
  readonly schemaVersion: number;
  readonly supportedVersion: number;

  constructor(where: string, schemaVersion: number, supportedVersion: number) {
    super(
      `${where} has schema version ${schemaVersion}, this program knows up to ${supportedVersion}; ` +
        "run the newer program, or restore a backup made with this one",
    );
    this.schemaVersion = schemaVersion;
    this.supportedVersion = supportedVersion;
  }
}

/** A row does not hold what was recorded: its checksum, its bytes or its JSON are damaged, or the key is wrong. */
export class DamagedEventError extends StoreError {
  readonly code = "DAMAGED_EVENT";
  readonly originatorId: Uuid;
  readonly originatorVersion: number;
  readonly topic: string;

  constructor(row: { originatorId: Uuid; originatorVersion: number; topic: string }, reason: string) {
    super(
      `${row.topic} at version ${row.originatorVersion} of ${row.originatorId} cannot be read: ${reason}; ` +
        "restore the row from a backup, or give the key it was written with",
    );
    this.originatorId = row.originatorId;
    this.originatorVersion = row.originatorVersion;
    this.topic = row.topic;
  }
}

/** An event is whole, but does not fit its declaration, which has changed without an upcast, or with a wrong one. */
export class MismatchedEventError extends StoreError {
  readonly code = "MISMATCHED_EVENT";
  readonly originatorId: Uuid;
  readonly originatorVersion: number;
  readonly topic: string;
  readonly schemaVersion: number;

  constructor(
    row: { originatorId: Uuid; originatorVersion: number; topic: string; schemaVersion: number },
    reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `${row.topic} at version ${row.originatorVersion} of ${row.originatorId} does not fit its declaration: ${reason}; ` +
        `declare an upcast from version ${row.schemaVersion} of its schema, or run the program that recorded it`,
      options,
    );
    this.originatorId = row.originatorId;
    this.originatorVersion = row.originatorVersion;
    this.topic = row.topic;
    this.schemaVersion = row.schemaVersion;
  }
}

/** The log holds an event that this program does not know. */
export class UnknownTopicError extends StoreError {
  readonly code = "UNKNOWN_TOPIC";
  readonly topic: string;

  constructor(topic: string) {
    super(
      `the log holds "${topic}", which no aggregate or log given to the application declares; ` +
        "declare it (or name it in `formerly`), or run the newer program that recorded it",
    );
    this.topic = topic;
  }
}

/** The log holds an event of a newer version than this program declares. */
export class FutureEventError extends StoreError {
  readonly code = "FUTURE_EVENT";
  readonly topic: string;
  readonly schemaVersion: number;
  readonly supportedVersion: number;

  constructor(topic: string, schemaVersion: number, supportedVersion: number) {
    super(
      `the log holds "${topic}" in version ${schemaVersion}, this program declares version ${supportedVersion}; ` +
        "run the newer program that recorded it",
    );
    this.topic = topic;
    this.schemaVersion = schemaVersion;
    this.supportedVersion = supportedVersion;
  }
}
