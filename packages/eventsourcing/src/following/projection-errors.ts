import { CodedError } from "../domain/errors.ts";
import type { Uuid } from "../domain/uuid.ts";
import type { RecordedEvent } from "../persistence/stored-event.ts";

/** An event that a projection stopped at. */
export interface FailedEvent {
  readonly position: number;
  readonly eventId: Uuid;
  readonly topic: string;
}

/** A projection stopped at an event that it could not read or apply. It skips none: it goes on when that is repaired. */
export class ProjectionFailedError extends CodedError {
  readonly code = "PROJECTION_FAILED";
  readonly projection: string;
  readonly event: FailedEvent;

  constructor(
    projection: string,
    { position, eventId, topic }: FailedEvent | RecordedEvent,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `projection "${projection}" stopped at position ${position} (${topic}, event ${eventId}): ${reason}; ` +
        "mend the projection or the event, it goes on from there by itself",
      options,
    );
    this.projection = projection;
    this.event = { position, eventId, topic };
  }
}

/** A projection did not come as far as was waited for in time. */
export class ProjectionTimeoutError extends CodedError {
  readonly code = "PROJECTION_TIMEOUT";
  readonly projection: string;
  /** How far it has come. */
  readonly position: number;
  readonly awaited: number;

  constructor(projection: string, position: number, awaited: number) {
    super(
      `projection "${projection}" has come to position ${position}, ${awaited} was awaited; ` +
        "wait longer, and see in its status whether it runs anywhere",
    );
    this.projection = projection;
    this.position = position;
    this.awaited = awaited;
  }
}

/** The rows of a projection were made by a newer version of it than this program declares. */
export class NewerProjectionError extends CodedError {
  readonly code = "NEWER_PROJECTION";
  readonly projection: string;
  readonly storedVersion: number;
  readonly declaredVersion: number;

  constructor(projection: string, storedVersion: number, declaredVersion: number) {
    super(
      `the rows of projection "${projection}" are of version ${storedVersion}, this program declares ${declaredVersion}; ` +
        "run the newer program, or rebuild the projection with this one",
    );
    this.projection = projection;
    this.storedVersion = storedVersion;
    this.declaredVersion = declaredVersion;
  }
}

/** A projection is being rebuilt already, here or elsewhere. */
export class RebuildUnderWayError extends CodedError {
  readonly code = "REBUILD_UNDER_WAY";
  readonly projection: string;

  constructor(projection: string) {
    super(`projection "${projection}" is being rebuilt already; wait for that`);
    this.projection = projection;
  }
}

/** Another runner has taken over, or the generation is gone: what is known of it must be read anew. */
export class SupersededError extends Error {
  override readonly name = "SupersededError";
}
