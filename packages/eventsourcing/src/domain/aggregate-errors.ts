import { CodedError } from "./errors.ts";
import type { Uuid } from "./uuid.ts";

/** A save recorded what another object had made: this one holds events that can never be recorded. */
export class StaleAggregateError extends CodedError {
  readonly code = "STALE_AGGREGATE";
  readonly aggregate: string;
  readonly id: Uuid;

  constructor(aggregate: string, id: Uuid) {
    super(
      `${aggregate} ${id} holds events that cannot be recorded: another save with its version, or with the same ` +
        "idempotency key, was recorded before; load it anew from the repository and repeat the command",
    );
    this.aggregate = aggregate;
    this.id = id;
  }
}

/** A command or a second save came while a save of the same object was under way. */
export class AggregateBusyError extends CodedError {
  readonly code = "AGGREGATE_BUSY";
  readonly aggregate: string;
  readonly id: Uuid;

  constructor(aggregate: string, id: Uuid) {
    super(`${aggregate} ${id} is being saved; await the save before the next command or save`);
    this.aggregate = aggregate;
    this.id = id;
  }
}

/** A save of this aggregate has an unknown outcome: it has to be saved again before the next command. */
export class UnknownOutcomePendingError extends CodedError {
  readonly code = "UNKNOWN_OUTCOME_PENDING";
  readonly aggregate: string;
  readonly id: Uuid;

  constructor(aggregate: string, id: Uuid) {
    super(
      `the last save of ${aggregate} ${id} may have been recorded; ` +
        "save the same objects again before the next command, or load it anew",
    );
    this.aggregate = aggregate;
    this.id = id;
  }
}

/** An event does not fit the state it meets: the stream is damaged, or `apply` has changed its meaning. */
export class InapplicableEventError extends CodedError {
  readonly code = "INAPPLICABLE_EVENT";
  readonly topic: string;
  readonly originatorId: Uuid;
  readonly originatorVersion: number;

  constructor(topic: string, originatorId: Uuid, originatorVersion: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `${topic} at version ${originatorVersion} of ${originatorId} cannot be applied: ${reason}; ` +
        "verify the store before going on",
      { cause },
    );
    this.topic = topic;
    this.originatorId = originatorId;
    this.originatorVersion = originatorVersion;
  }
}
