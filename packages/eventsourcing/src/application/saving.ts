import type { Aggregate, UnitOfWork, Version } from "../domain/aggregate.ts";
import type { AggregateDefinition } from "../domain/define-aggregate.ts";
import { ProgrammingError } from "../domain/errors.ts";
import type { DomainEvent, Metadata } from "../domain/event.ts";
import type { PendingLogEvent } from "../domain/event-log.ts";
import { type Uuid, uuid7 } from "../domain/uuid.ts";
import type { Mapper } from "../persistence/mapper.ts";
import { MAX_CLOCK_SKEW } from "../persistence/record-group.ts";
import type { Recorder } from "../persistence/recorder.ts";
import { InvalidSaveError, OutcomeUnknownError, VersionConflictError } from "../persistence/store-errors.ts";
import type { Receipt, StoredEvent } from "../persistence/stored-event.ts";
import type { AggregateCache } from "./aggregate-cache.ts";
import type { Snapshotting } from "./snapshotting.ts";

/** What can be saved: an aggregate in hand, or an event for a log. */
export type Saveable = Aggregate | PendingLogEvent;

/** What a save can say beside its events. */
export interface SaveOptions {
  /** Goes with each event of the save: a summary, a source. It wins over the `metadata` of the application. */
  readonly metadata?: Metadata;
  /** A key of the caller's, unique in the store: a second save with it records nothing and answers the first receipt. */
  readonly idempotencyKey?: string;
  /**
   * When it happened, in milliseconds since 1970, for history that is replayed. At most a minute from now; where the
   * log's last event is later, that event's time is taken, for the time of a log never goes back.
   */
  readonly recordedAt?: number;
}

type Unsaved = DomainEvent | PendingLogEvent;

/** An aggregate of a save, and what it stood at when the save began. */
interface Saved {
  readonly unitOfWork: UnitOfWork;
  readonly current: Version<object>;
}

/** Records what is pending in some objects, and tells the objects what became of it. */
export class Saving {
  readonly #recorder: Recorder;
  readonly #mapper: Mapper;
  readonly #cache: AggregateCache;
  readonly #snapshotting: Snapshotting;
  readonly #definitions: ReadonlyMap<string, AggregateDefinition>;
  readonly #metadata: () => Metadata;
  readonly #onWarning: (warning: Error) => void;

  constructor(parts: {
    readonly recorder: Recorder;
    readonly mapper: Mapper;
    readonly cache: AggregateCache;
    readonly snapshotting: Snapshotting;
    readonly definitions: ReadonlyMap<string, AggregateDefinition>;
    /** What goes with each save beside its own metadata, which wins. */
    readonly metadata: () => Metadata;
    readonly onWarning: (warning: Error) => void;
  }) {
    this.#recorder = parts.recorder;
    this.#mapper = parts.mapper;
    this.#cache = parts.cache;
    this.#snapshotting = parts.snapshotting;
    this.#definitions = parts.definitions;
    this.#metadata = parts.metadata;
    this.#onWarning = parts.onWarning;
  }

  async save(options: SaveOptions, items: readonly Saveable[]): Promise<Receipt | undefined> {
    assertNotAhead(options.recordedAt);
    const { events, saved } = begin(items);
    let recorded: { readonly receipt: Receipt | undefined; readonly ours: boolean };
    try {
      const receipt = events.length === 0 ? undefined : await this.#append(options, events);
      const ours = !receipt?.repeated || (await this.#holds(receipt, events));
      for (const each of saved) this.#settle(each, ours);
      recorded = { receipt, ours };
    } catch (error) {
      throw fail(saved, error);
    }
    if (recorded.ours && saved.some(({ unitOfWork }) => this.#snapshotting.covers(unitOfWork.aggregate))) {
      await this.#takeSnapshots(saved, events);
    }
    return recorded.receipt;
  }

  /** Hands the events on before it answers, unless one of them takes its time to be encoded. */
  #append({ metadata: own, idempotencyKey, recordedAt }: SaveOptions, events: readonly Unsaved[]): Promise<Receipt> {
    const saveId = uuid7();
    const metadata = { ...this.#metadata(), ...own };
    const rows = events.map((event, index) =>
      this.#mapper.toStored(event, { saveId, metadata, idempotencyKey: index === 0 ? idempotencyKey : undefined }),
    );
    const append = (stored: readonly StoredEvent[]) =>
      this.#recorder.append({
        saveId,
        events: stored,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(recordedAt === undefined ? {} : { recordedAt }),
      });
    return rows.every((row): row is StoredEvent => !(row instanceof Promise))
      ? append(rows)
      : Promise.all(rows).then(append);
  }

  /** `ours`: whether these very events stand in the log. */
  #settle({ unitOfWork, current }: Saved, ours: boolean): void {
    if (ours) {
      unitOfWork.recorded();
      this.#cache.put(unitOfWork.aggregate, unitOfWork.id, current);
    } else if (unitOfWork.pending.length > 0) {
      unitOfWork.conflicted();
    } else {
      unitOfWork.failed();
    }
  }

  /** Whether a repeated save recorded these very events, and not others under the same idempotency key. */
  async #holds(receipt: Receipt, events: readonly { readonly id: Uuid }[]): Promise<boolean> {
    const { firstPosition: start, lastPosition: stop } = receipt;
    const rows = await this.#recorder.readLog({ start, stop, limit: stop - start + 1 });
    return rows.length === events.length && rows.every((row, index) => row.eventId === events[index]?.id);
  }

  /** The events are recorded whatever happens here: a snapshot that fails must not look like a save that failed. */
  async #takeSnapshots(saved: readonly Saved[], events: readonly Unsaved[]): Promise<void> {
    for (const { unitOfWork, current } of saved) {
      const { aggregate, id } = unitOfWork;
      const definition = this.#definitions.get(aggregate);
      const count = events.filter((event) => event.originatorId === id).length;
      if (!definition || count === 0) continue;
      try {
        await this.#snapshotting.afterSave(definition, id, current.version - count, current);
      } catch (error) {
        const cause = error instanceof Error ? error : new Error(String(error));
        this.#onWarning(new Error(`no snapshot of ${aggregate} ${id}: ${cause.message}`, { cause }));
      }
    }
  }
}

/** Begins to save what is pending in some objects, none of them twice. */
function begin(items: readonly Saveable[]): { readonly events: readonly Unsaved[]; readonly saved: readonly Saved[] } {
  const distinct = new Set(items);
  for (const item of distinct) assertSaveable(item);
  const events: Unsaved[] = [];
  const saved: Saved[] = [];
  for (const item of distinct) {
    if (isAggregate(item)) {
      const { unitOfWork } = item;
      for (const event of unitOfWork.begin()) events.push(event);
      // Taken now: the next command may come as soon as the save is done.
      saved.push({ unitOfWork, current: unitOfWork.current });
    } else {
      events.push(item);
    }
  }
  return { events, saved };
}

/** Tells the objects of a save that it failed; answers the error for the caller, which names the aggregate at fault. */
function fail(saved: readonly Saved[], error: unknown): unknown {
  let named = error;
  for (const { unitOfWork } of saved) {
    if (error instanceof VersionConflictError && error.originatorId === unitOfWork.id) {
      unitOfWork.conflicted();
      const { originatorId, expectedVersion, currentVersion } = error;
      named = new VersionConflictError({
        originatorId,
        expectedVersion,
        currentVersion,
        aggregate: unitOfWork.aggregate,
      });
    } else if (error instanceof OutcomeUnknownError) {
      unitOfWork.unknown();
    } else {
      unitOfWork.failed();
    }
  }
  return named;
}

/** One event from the future would hold up the time of the log until then. */
function assertNotAhead(recordedAt: number | undefined): void {
  if (recordedAt !== undefined && recordedAt > Date.now() + MAX_CLOCK_SKEW) {
    throw new InvalidSaveError(`"recordedAt" is ${recordedAt}, which is yet to come; give the time when it happened`);
  }
}

function isAggregate(item: Saveable): item is Aggregate {
  return "unitOfWork" in item;
}

function assertSaveable(item: Saveable): void {
  const isObject = typeof item === "object" && item !== null;
  if (isObject && isAggregate(item)) item.unitOfWork.assertSaveable();
  else if (!isObject || !("log" in item)) {
    throw new ProgrammingError("save takes aggregates and log events; give what `create`, `get` or `event` answered");
  }
}
