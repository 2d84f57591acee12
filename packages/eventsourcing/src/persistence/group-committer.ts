import { ProgrammingError } from "../domain/errors.ts";
import type { Uuid } from "../domain/uuid.ts";
import { type Claims, claimsOf } from "./save-claims.ts";
import { InvalidSaveError, OutcomeUnknownError, StoreClosedError, VersionConflictError } from "./store-errors.ts";
import type { Receipt, StoredSave } from "./stored-event.ts";

/** What becomes of one save of a group. */
export type Outcome =
  | { readonly kind: "recorded"; readonly receipt: Receipt }
  | {
      readonly kind: "conflict";
      readonly originatorId: Uuid;
      readonly expectedVersion: number;
      readonly currentVersion: number;
    }
  /** One of its events was recorded by another save. */
  | { readonly kind: "duplicate"; readonly eventId: Uuid };

/**
 * Records some saves in one commit. Rejects where the store fails: with `UnknownGroupOutcome` where they may be recorded
 * all the same, with any other error where they are not.
 */
export type CommitGroup = (saves: readonly StoredSave[]) => Promise<readonly Outcome[]>;

/** The store went away during a commit, and could not be asked since. */
export class UnknownGroupOutcome extends Error {}

interface Waiting {
  readonly save: StoredSave;
  readonly claims: Claims;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

// A larger group gains nothing and makes its first save wait for its last.
const MAX_SAVES = 512;
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Gathers the saves that come while a commit is under way into the next commit. Each is still all-or-nothing and fails
 * alone. Saves that claim the same aggregate, event or idempotency key never share a group, so an adapter may check
 * all saves of a group against the store before it inserts any. Nor do saves at a given time and saves at the clock's,
 * so that a wrong clock may fail a group as a whole.
 */
export class GroupCommitter {
  readonly #commitGroup: CommitGroup;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(commitGroup: CommitGroup) {
    this.#commitGroup = commitGroup;
  }

  /** Records a save; rejects with `VersionConflictError`, `InvalidSaveError` or what the store says. */
  submit(save: StoredSave): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new StoreClosedError();
      this.#waiting.push({ save, claims: claimsOf(save), resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Takes no more saves and waits for those under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Saves made in the same turn of the event loop come into the first group too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        const outcomes = await this.#commitGroup(group.map(({ save }) => save));
        for (const [index, member] of group.entries()) settle(member, outcomes[index]);
      } catch (error) {
        for (const { save, reject } of group) {
          reject(error instanceof UnknownGroupOutcome ? new OutcomeUnknownError(save.saveId, error.cause) : error);
        }
      }
    }
    this.#running = undefined;
  }

  #nextGroup(): readonly Waiting[] {
    const group: Waiting[] = [];
    const later: Waiting[] = [];
    const exclusive = new Set<string>();
    const shared = new Set<string>();
    let bytes = 0;
    for (const waiting of this.#waiting) {
      const size = sizeOf(waiting.save);
      const full = group.length > 0 && (group.length >= MAX_SAVES || bytes + size > MAX_BYTES);
      const { claims } = waiting;
      const otherTime = group[0] !== undefined && isTimed(group[0].save) !== isTimed(waiting.save);
      const taken =
        otherTime ||
        claims.exclusive.some((claim) => exclusive.has(claim) || shared.has(claim)) ||
        claims.shared.some((claim) => exclusive.has(claim));
      if (full || taken) {
        later.push(waiting);
      } else {
        group.push(waiting);
        bytes += size;
      }
      // A save that waits keeps its place before later ones with the same claims.
      for (const claim of claims.exclusive) exclusive.add(claim);
      for (const claim of claims.shared) shared.add(claim);
    }
    this.#waiting = later;
    return group;
  }
}

function settle({ resolve, reject }: Waiting, outcome: Outcome | undefined): void {
  switch (outcome?.kind) {
    case "recorded":
      resolve(outcome.receipt);
      break;
    case "conflict":
      reject(new VersionConflictError(outcome));
      break;
    case "duplicate":
      reject(new InvalidSaveError(`event ${outcome.eventId} was recorded by another save; make a new event`));
      break;
    default:
      reject(new ProgrammingError("the adapter gave no outcome for a save"));
  }
}

function isTimed({ recordedAt }: StoredSave): boolean {
  return recordedAt !== undefined;
}

function sizeOf(save: StoredSave): number {
  return save.events.reduce((sum, event) => sum + event.state.length, 0);
}
