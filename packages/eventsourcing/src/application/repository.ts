import type { Aggregate, Version } from "../domain/aggregate.ts";
import type { AggregateDefinition } from "../domain/define-aggregate.ts";
import { ProgrammingError } from "../domain/errors.ts";
import type { DomainEvent, RecordedDomainEvent } from "../domain/event.ts";
import { isUuid, type Uuid } from "../domain/uuid.ts";
import type { Mapper } from "../persistence/mapper.ts";
import { assertWhole } from "../persistence/ranges.ts";
import type { Recorder, SnapshotAndEvents, SnapshotQuery, StreamRange } from "../persistence/recorder.ts";
import type { SnapshotMapper } from "../persistence/snapshot-mapper.ts";
import { InvalidRangeError, NotAStoreError, StoreUnavailableError } from "../persistence/store-errors.ts";
import type { RecordedEvent, StoredSnapshot } from "../persistence/stored-event.ts";
import type { AggregateCache } from "./aggregate-cache.ts";
import { AggregateNotFoundError, VersionNotFoundError } from "./repository-errors.ts";

/** Which past of an aggregate to get: its version, or what it was at a position of the log or an instant. One of them. */
export type At =
  | { readonly version: number; readonly position?: never; readonly instant?: never }
  | { readonly position: number; readonly version?: never; readonly instant?: never }
  /** Milliseconds since 1970, or a date. */
  | { readonly instant: number | Date; readonly version?: never; readonly position?: never };

// Bounds what is in memory at once, and how long the event loop stands still.
const BATCH = 2_000;

/** Finds aggregates by their ids, as they are now or as they were. */
export class Repository {
  readonly #recorder: Recorder;
  readonly #mapper: Mapper;
  readonly #snapshots: SnapshotMapper;
  readonly #cache: AggregateCache;
  readonly #definitions: ReadonlyMap<string, AggregateDefinition>;
  readonly #onWarning: (warning: Error) => void;

  constructor(parts: {
    readonly recorder: Recorder;
    readonly mapper: Mapper;
    readonly snapshots: SnapshotMapper;
    readonly cache: AggregateCache;
    readonly onWarning: (warning: Error) => void;
    /** By their names. */
    readonly definitions: ReadonlyMap<string, AggregateDefinition>;
  }) {
    this.#recorder = parts.recorder;
    this.#mapper = parts.mapper;
    this.#snapshots = parts.snapshots;
    this.#cache = parts.cache;
    this.#definitions = parts.definitions;
    this.#onWarning = parts.onWarning;
  }

  /** The aggregate with an id. Rejects with `AggregateNotFoundError`, or `VersionNotFoundError` where a version is asked for. */
  async get<State extends object, Event extends DomainEvent, Methods>(
    definition: AggregateDefinition<State, Event, never, Methods>,
    id: Uuid,
    at?: At,
  ): Promise<Aggregate<State, Event> & Methods> {
    this.#assertDeclared(definition);
    if (!isUuid(id)) {
      throw new AggregateNotFoundError(definition.name, id, ": an id has 36 characters of lower-case hexadecimal");
    }
    if (at === undefined) return definition.at(id, await this.#current(definition, id));
    const { upTo, past } = await this.#pastAt(id, at);
    const found = await this.#upTo(definition, id, upTo);
    if (!found) throw new AggregateNotFoundError(definition.name, id, upTo === 0 ? ` at ${past}` : "");
    if (found.version < upTo) throw new VersionNotFoundError(definition.name, id, upTo, found.version);
    return definition.at(id, found);
  }

  /** The aggregate with an id, or undefined where there is none, or was none then, or has no such version. */
  async find<State extends object, Event extends DomainEvent, Methods>(
    definition: AggregateDefinition<State, Event, never, Methods>,
    id: Uuid,
    at?: At,
  ): Promise<(Aggregate<State, Event> & Methods) | undefined> {
    if (at === undefined || !isUuid(id)) return (await this.getMany(definition, [id])).get(id);
    this.#assertDeclared(definition);
    const { upTo } = await this.#pastAt(id, at);
    const found = await this.#upTo(definition, id, upTo);
    return found?.version === upTo ? definition.at(id, found) : undefined;
  }

  /** The aggregates with some ids, in their order and without those that are missing: two queries at most. */
  async getMany<State extends object, Event extends DomainEvent, Methods>(
    definition: AggregateDefinition<State, Event, never, Methods>,
    ids: readonly Uuid[],
  ): Promise<ReadonlyMap<Uuid, Aggregate<State, Event> & Methods>> {
    this.#assertDeclared(definition);
    const known = new Map(ids.filter(isUuid).map((id) => [id, this.#cached(definition, id)]));
    const cold = [...known.keys()].filter((id) => known.get(id) === undefined);
    if (cold.length > 0) {
      for (const row of await this.#findSnapshots(cold.map((originatorId) => ({ originatorId }))))
        known.set(row.originatorId, this.#snapshots.toState(definition, row));
    }
    const starts = [...known]
      .map(([originatorId, version]) => ({ originatorId, after: version?.version ?? 0 }))
      .filter(({ originatorId, after }) => !this.#recorder.isLast(originatorId, after));
    const rows = starts.length > 0 ? await this.#recorder.readStreams(starts) : [];
    const events = Map.groupBy(rows, (row) => row.originatorId);
    const found = new Map<Uuid, Aggregate<State, Event> & Methods>();
    for (const [id, version] of known) {
      const current = this.#advance(definition, id, version, events.get(id) ?? []);
      if (!current) continue;
      this.#cache.put(definition.name, id, current);
      found.set(id, definition.at(id, current));
    }
    return found;
  }

  /**
   * The events of an aggregate, in the order of versions; none where there is no such aggregate.
   * Rejects with `AggregateNotFoundError` where the id is another aggregate's.
   */
  async history<State extends object, Event extends DomainEvent>(
    definition: AggregateDefinition<State, Event>,
    id: Uuid,
    range: StreamRange = {},
  ): Promise<readonly RecordedDomainEvent<Event>[]> {
    this.#assertDeclared(definition);
    const rows = isUuid(id) ? await this.#recorder.readStream(id, range) : [];
    return this.#toEvents(definition, id, rows);
  }

  async #current<State extends object>(definition: AggregateDefinition<State>, id: Uuid): Promise<Version<State>> {
    const cached = this.#cached(definition, id);
    if (cached && this.#recorder.isLast(id, cached.version)) return cached;
    const current = cached ? await this.#fold(definition, id, cached) : await this.#cold(definition, id);
    if (!current) throw new AggregateNotFoundError(definition.name, id);
    this.#cache.put(definition.name, id, current);
    return current;
  }

  /** What no cache holds. */
  async #cold<State extends object>(
    definition: AggregateDefinition<State>,
    id: Uuid,
  ): Promise<Version<State> | undefined> {
    const found = await this.#findFromSnapshot(id);
    if (!found) return this.#fold(definition, id, await this.#snapshot(definition, id));
    const { snapshot, events } = found;
    const from = snapshot && this.#snapshots.toState(definition, snapshot);
    // Of a snapshot that cannot be used the events before it are needed too.
    if (snapshot && !from) return this.#fold(definition, id, undefined);
    const current = this.#advance(definition, id, from, events);
    return events.length < BATCH ? current : this.#fold(definition, id, current);
  }

  /** Undefined where the recorder has no such read, or cannot read snapshots: then the events are read alone. */
  async #findFromSnapshot(id: Uuid): Promise<SnapshotAndEvents | undefined> {
    try {
      return await this.#recorder.readFromSnapshot?.(id, BATCH);
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  }

  #cached<State extends object>(definition: AggregateDefinition<State>, id: Uuid): Version<State> | undefined {
    // Entries are found by the aggregate's name, and each name stands for one definition: see `#assertDeclared`.
    return this.#cache.get(definition.name, id) as Version<State> | undefined;
  }

  async #snapshot<State extends object>(
    definition: AggregateDefinition<State>,
    id: Uuid,
    upTo?: number,
  ): Promise<Version<State> | undefined> {
    const query = upTo === undefined ? { originatorId: id } : { originatorId: id, upTo };
    const [row] = await this.#findSnapshots([query]);
    return row && this.#snapshots.toState(definition, row);
  }

  /** Snapshots are derived: where they cannot be read, the events still can. */
  async #findSnapshots(queries: readonly SnapshotQuery[]): Promise<readonly StoredSnapshot[]> {
    try {
      return await this.#recorder.snapshots.find(queries);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#onWarning(new Error(`snapshots cannot be read: ${error.message}`, { cause: error }));
      return [];
    }
  }

  /** Throws `AggregateNotFoundError` where the rows are another aggregate's. */
  #toEvents<State extends object, Event extends DomainEvent>(
    definition: AggregateDefinition<State, Event>,
    id: Uuid,
    rows: readonly RecordedEvent[],
  ): readonly RecordedDomainEvent<Event>[] {
    return rows.map((row): RecordedDomainEvent<Event> => {
      const event = this.#mapper.toDomain(row);
      if (definition.isEvent(event)) return event;
      throw new AggregateNotFoundError(definition.name, id, `: the id belongs to what has "${event.topic}"`);
    });
  }

  #advance<State extends object, Event extends DomainEvent>(
    definition: AggregateDefinition<State, Event>,
    id: Uuid,
    from: Version<State> | undefined,
    rows: readonly RecordedEvent[],
  ): Version<State> | undefined {
    return rows.length > 0 ? definition.fold(id, from, this.#toEvents(definition, id, rows)) : from;
  }

  async #fold<State extends object>(
    definition: AggregateDefinition<State>,
    id: Uuid,
    from: Version<State> | undefined,
    upTo?: number,
  ): Promise<Version<State> | undefined> {
    let current = from;
    for (;;) {
      const after = current?.version ?? 0;
      const range = { after, limit: BATCH };
      const rows = await this.#recorder.readStream(id, upTo === undefined ? range : { ...range, upTo });
      current = this.#advance(definition, id, current, rows);
      if (rows.length < BATCH) return current;
    }
  }

  /** By identity: what is cached and what is checked belongs to one definition of a name. */
  #assertDeclared(definition: { readonly name: string }): void {
    if (this.#definitions.get(definition.name) !== definition) {
      throw new ProgrammingError(`"${definition.name}" is not declared to this application; add it to its options`);
    }
  }

  /** An aggregate at a version, or at its last one where that is less; undefined for version 0. */
  async #upTo<State extends object>(
    definition: AggregateDefinition<State>,
    id: Uuid,
    version: number,
  ): Promise<Version<State> | undefined> {
    if (version === 0) return undefined;
    return this.#fold(definition, id, await this.#snapshot(definition, id, version), version);
  }

  /** The version that a past names, 0 where there was none yet, and how to call that past. */
  async #pastAt(id: Uuid, at: At): Promise<{ readonly upTo: number; readonly past: string }> {
    assertOnePast(at);
    if (at.version !== undefined) {
      assertWhole("version", at.version, 1);
      return { upTo: at.version, past: `version ${at.version}` };
    }
    const [position, past] =
      at.position !== undefined ? [at.position, `position ${at.position}`] : await this.#positionAt(at.instant);
    assertWhole("position", position, 0);
    return { upTo: await this.#recorder.versionAt(id, position), past };
  }

  async #positionAt(instant: number | Date): Promise<readonly [number, string]> {
    const date = new Date(instant);
    if (Number.isNaN(date.getTime())) {
      throw new InvalidRangeError("instant", instant, "give a date, or milliseconds since 1970");
    }
    return [await this.#recorder.positionAt(date.getTime()), date.toISOString()];
  }
}

/** Two would be answered by one of them, in silence. */
function assertOnePast({ version, position, instant }: At): void {
  if ([version, position, instant].filter((past) => past !== undefined).length !== 1) {
    throw new ProgrammingError("the past to get is not clear; give one of { version }, { position } and { instant }");
  }
}

function isUnreadable(error: unknown): error is NotAStoreError | StoreUnavailableError {
  return error instanceof NotAStoreError || error instanceof StoreUnavailableError;
}
