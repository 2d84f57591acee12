import { CodedError } from "../domain/errors.ts";
import type { Uuid } from "../domain/uuid.ts";

/** No aggregate has this id, or had it at the position or instant asked for. */
export class AggregateNotFoundError extends CodedError {
  readonly code = "AGGREGATE_NOT_FOUND";
  readonly aggregate: string;
  readonly id: Uuid;

  constructor(aggregate: string, id: Uuid, then = "") {
    super(`there is no ${aggregate} ${id}${then}; check the id, or use "find" where it may be missing`);
    this.aggregate = aggregate;
    this.id = id;
  }
}

/** An aggregate has no such version. */
export class VersionNotFoundError extends CodedError {
  readonly code = "VERSION_NOT_FOUND";
  readonly aggregate: string;
  readonly id: Uuid;
  readonly version: number;
  readonly currentVersion: number;

  constructor(aggregate: string, id: Uuid, version: number, currentVersion: number) {
    super(`${aggregate} ${id} has no version ${version}; give one from 1 to ${currentVersion}`);
    this.aggregate = aggregate;
    this.id = id;
    this.version = version;
    this.currentVersion = currentVersion;
  }
}
