import { isUuid, type Uuid } from "../domain/uuid.ts";
import { InvalidSaveError } from "./store-errors.ts";
import type { StoredSave } from "./stored-event.ts";

/** What a save touches. Logs are shared: their events are numbered inside the commit. */
export interface Claims {
  readonly exclusive: readonly string[];
  readonly shared: readonly string[];
}

// What an index of PostgreSQL takes, with room to spare.
const MAX_KEY = 255;
// The last instant that a `Date` can name.
const MAX_INSTANT = 8.64e15;

/** Throws `InvalidSaveError` for a save that can never be recorded. */
export function claimsOf(save: StoredSave): Claims {
  const { events, idempotencyKey, recordedAt } = save;
  assertKey(idempotencyKey);
  assertInstant(recordedAt);
  if (events.length === 0) throw new InvalidSaveError("the save holds no event; give it at least one");
  const versions = new Map<Uuid, number | null>();
  const eventIds = new Set<Uuid>();
  assertUuid("save id", save.saveId);
  for (const { eventId, originatorId, originatorVersion } of events) {
    assertUuid("event id", eventId);
    assertUuid("originator id", originatorId);
    const last = versions.get(originatorId);
    const follows =
      last === undefined
        ? originatorVersion === null || (Number.isSafeInteger(originatorVersion) && originatorVersion > 0)
        : last === null
          ? originatorVersion === null
          : originatorVersion === last + 1;
    if (!follows) {
      throw new InvalidSaveError(
        `originator ${originatorId} has version ${originatorVersion} after ${last}; versions of a save rise by one`,
      );
    }
    if (eventIds.has(eventId)) throw new InvalidSaveError(`event ${eventId} stands twice in the save; give it once`);
    eventIds.add(eventId);
    versions.set(originatorId, originatorVersion);
  }
  const exclusive: string[] = [...eventIds];
  const shared: string[] = [];
  for (const [id, version] of versions) (version === null ? shared : exclusive).push(id);
  // A UUID is no claim of this form.
  if (idempotencyKey !== undefined) exclusive.push(`key ${idempotencyKey}`);
  return { exclusive, shared };
}

/** One database refuses other forms or changes them, another keeps them. */
function assertUuid(what: string, id: unknown): void {
  if (!isUuid(id)) {
    throw new InvalidSaveError(
      `the ${what} ${JSON.stringify(id)} is no UUID in canonical form; give 36 lower-case characters`,
    );
  }
}

/** What one database refuses or changes none may take: a NUL, a lone surrogate, a long key. */
function assertKey(key: string | undefined): void {
  if (key === undefined) return;
  if (key === "" || key.length > MAX_KEY || key.includes("\0") || !key.isWellFormed()) {
    throw new InvalidSaveError(
      `the idempotency key ${JSON.stringify(key.slice(0, 40))} cannot be kept; ` +
        `give 1 to ${MAX_KEY} characters without NUL and lone surrogates`,
    );
  }
}

function assertInstant(recordedAt: number | undefined): void {
  if (recordedAt === undefined) return;
  if (!Number.isSafeInteger(recordedAt) || recordedAt < 0 || recordedAt > MAX_INSTANT) {
    throw new InvalidSaveError(`"recordedAt" is ${recordedAt}; give whole milliseconds since 1970`);
  }
}
