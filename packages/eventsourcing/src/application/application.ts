import type { AggregateDefinition } from "../domain/define-aggregate.ts";
import { ProgrammingError } from "../domain/errors.ts";
import type { DomainEvent, Metadata, RecordedDomainEvent } from "../domain/event.ts";
import type { EventLogDefinition } from "../domain/event-log.ts";
import type { Uuid } from "../domain/uuid.ts";
import type { Cipher } from "../persistence/cipher.ts";
import { COMPRESSORS, type CompressorName } from "../persistence/compressor.ts";
import { Encoder } from "../persistence/encoder.ts";
import { Mapper } from "../persistence/mapper.ts";
import { assertWhole } from "../persistence/ranges.ts";
import type { Recorder } from "../persistence/recorder.ts";
import { SnapshotMapper } from "../persistence/snapshot-mapper.ts";
import type { Receipt, RecordedEvent } from "../persistence/stored-event.ts";
import { Topics } from "../persistence/topics.ts";
import { JsonTranscoder, type Transcoding } from "../persistence/transcoder.ts";
import { AggregateCache } from "./aggregate-cache.ts";
import { assertOptions } from "./assert-options.ts";
import { type Environment, readConfiguration } from "./configuration.ts";
import { EventSourcedLog } from "./event-sourced-log.ts";
import { LocalNotificationLog, type NotificationLog } from "./notification-log.ts";
import { openRecorder } from "./open-recorder.ts";
import { Repository } from "./repository.ts";
import { type Saveable, type SaveOptions, Saving } from "./saving.ts";
import { Snapshotting } from "./snapshotting.ts";
import { toListener } from "./warnings.ts";

/** What an application is made of. Where an option and the environment both speak, the option wins. */
export interface ApplicationOptions {
  /** Prefix of its environment variables: `WIKI_STORE` for `Wiki`. */
  readonly name: string;
  readonly aggregates: readonly AggregateDefinition[];
  readonly logs?: readonly EventLogDefinition[];
  /** `memory:`, `sqlite:PATH`, `postgres://…`, or a recorder, which `close` closes too; default `STORE`, else `memory:`. */
  readonly store?: string | Recorder;
  /** A snapshot for each version that is a multiple of this, by the aggregate's name; default none. */
  readonly snapshotEvery?: { readonly [aggregate: string]: number };
  /** Compresses new events and snapshots; default `COMPRESSOR`, else `defaultCompressor`. */
  readonly compressor?: CompressorName;
  /** For where neither option nor environment names a compressor; default none. */
  readonly defaultCompressor?: CompressorName;
  /** The first encrypts, all decrypt; default `CIPHER_KEYS`, else none. */
  readonly ciphers?: readonly Cipher[];
  /** Asked at each save, for what goes with all of its events, such as who acts or the id of the request. */
  readonly metadata?: () => Metadata;
  /** For values of classes that JSON does not know. */
  readonly transcodings?: readonly Transcoding<never>[];
  /** How many aggregates to keep in memory; default `CACHE_SIZE`, else 1,000. */
  readonly cacheSize?: number;
  /** How many bytes their states may take, by `sizeOf` of the aggregates; default `CACHE_BYTES`, else 16 MiB. */
  readonly cacheBytes?: number;
  /** Default `process.env`. */
  readonly env?: Environment;
  /** Milliseconds since 1970, for a store opened by address; default the store's. */
  readonly clock?: () => number;
  /** Hears what failed without failing the call: a snapshot that could not be taken. Default `process.emitWarning`. */
  readonly onWarning?: (warning: Error) => void;
}

const CACHE_BYTES = 16 * 2 ** 20;

/** Aggregates and logs on one store: loads them, and saves several of them at once. */
export class Application {
  readonly recorder: Recorder;
  readonly repository: Repository;
  readonly notificationLog: NotificationLog;
  readonly #mapper: Mapper;
  readonly #logs: readonly EventLogDefinition[];
  readonly #saving: Saving;
  readonly #snapshotting: Snapshotting;

  /** Opens the store and makes an application on it. Rejects with what opening it says, or `InvalidConfigurationError`. */
  static async open(options: ApplicationOptions): Promise<Application> {
    assertOptions(options);
    const configuration = readConfiguration(options.name, options.env ?? process.env);
    const store = options.store ?? configuration.store ?? "memory:";
    if (typeof store !== "string" && options.clock) {
      throw new ProgrammingError("a clock is for a store opened by its address; give it to the recorder instead");
    }
    const recorder =
      typeof store === "string" ? await openRecorder(store, options.clock ? { clock: options.clock } : {}) : store;
    try {
      return new Application(recorder, {
        ...options,
        compressor: options.compressor ?? configuration.compressor ?? options.defaultCompressor ?? "none",
        ciphers: options.ciphers ?? configuration.ciphers ?? [],
        cacheSize: options.cacheSize ?? configuration.cacheSize ?? 1_000,
        cacheBytes: options.cacheBytes ?? configuration.cacheBytes ?? CACHE_BYTES,
      });
    } catch (error) {
      if (recorder !== store) await recorder.close();
      throw error;
    }
  }

  private constructor(
    recorder: Recorder,
    options: ApplicationOptions &
      Required<Pick<ApplicationOptions, "compressor" | "ciphers" | "cacheSize" | "cacheBytes">>,
  ) {
    const { aggregates, logs = [], compressor, ciphers, cacheSize, cacheBytes } = options;
    assertWhole("cacheSize", cacheSize, 0);
    assertWhole("cacheBytes", cacheBytes, 0);
    const definitions = new Map(aggregates.map((definition) => [definition.name, definition]));
    const twin = aggregates.find(({ name }, index) => aggregates.findIndex((other) => other.name === name) < index);
    if (twin) throw new ProgrammingError(`two aggregates are called "${twin.name}"; rename one`);
    if (new Set(logs.map(({ id }) => id)).size < logs.length) {
      throw new ProgrammingError("two logs have the same id; give each its own");
    }
    if (compressor !== "none" && !COMPRESSORS.has(compressor)) {
      throw new ProgrammingError(`"${compressor}" is no compressor; give none, ${[...COMPRESSORS.keys()].join(", ")}`);
    }
    const topics = new Topics([
      ...aggregates.flatMap(({ eventTypes }) => eventTypes),
      ...logs.map((log) => log.eventType),
    ]);
    const encoder = new Encoder({
      transcoder: new JsonTranscoder(options.transcodings),
      compressor: COMPRESSORS.get(compressor),
      ciphers,
    });
    const cache = new AggregateCache({
      size: cacheSize,
      bytes: cacheBytes,
      sizeOf: (aggregate, state) => definitions.get(aggregate)?.sizeOf(state) ?? 0,
    });
    const snapshots = new SnapshotMapper(encoder);
    const onWarning = toListener(options.onWarning);
    this.recorder = recorder;
    this.#logs = logs;
    this.#mapper = new Mapper(encoder, topics);
    this.repository = new Repository({ recorder, mapper: this.#mapper, snapshots, cache, definitions, onWarning });
    this.notificationLog = new LocalNotificationLog(recorder);
    this.#snapshotting = new Snapshotting({
      recorder,
      mapper: snapshots,
      repository: this.repository,
      intervals: intervalsOf(options.snapshotEvery ?? {}, definitions),
    });
    this.#saving = new Saving({
      recorder,
      mapper: this.#mapper,
      cache,
      snapshotting: this.#snapshotting,
      definitions,
      metadata: options.metadata ?? (() => ({})),
      onWarning,
    });
  }

  /**
   * Records the pending events of some aggregates, and some log events, in their order and all or not at all.
   * Answers undefined where nothing was pending. Rejects with `VersionConflictError`, `StaleAggregateError`,
   * `AggregateBusyError`, `NotTranscodableError`, or a `StoreError`; then nothing was recorded and the objects keep their
   * events, unless it is `OutcomeUnknownError`: then save the same objects again.
   */
  save(...items: readonly Saveable[]): Promise<Receipt | undefined> {
    return this.#saving.save({}, items);
  }

  /** Like `save`, with metadata, an idempotency key, or the instant of what is replayed. */
  saveWith(options: SaveOptions, ...items: readonly Saveable[]): Promise<Receipt | undefined> {
    if ("unitOfWork" in options || "log" in options) {
      throw new ProgrammingError("saveWith takes options before what is to be saved; call save where there are none");
    }
    return this.#saving.save(options, items);
  }

  /** The receipt of the save that was recorded with an idempotency key; undefined where there is none. */
  findReceipt(idempotencyKey: string): Promise<Receipt | undefined> {
    return this.recorder.findReceipt(idempotencyKey);
  }

  /** The events of a declared log. */
  log<Event extends DomainEvent>(definition: EventLogDefinition<Event>): EventSourcedLog<Event> {
    if (!this.#logs.some((log) => log.id === definition.id && log.name === definition.name)) {
      throw new ProgrammingError(`log "${definition.name}" is not declared to this application; add it to its options`);
    }
    return new EventSourcedLog(this.recorder, this.#mapper, definition);
  }

  /**
   * The domain event that a notification holds; `Page.isEvent(event)` tells what it is. Throws `DamagedEventError`,
   * `MismatchedEventError`, `UnknownTopicError`, `FutureEventError`.
   */
  toDomainEvent(notification: RecordedEvent): RecordedDomainEvent {
    return this.#mapper.toDomain(notification);
  }

  /** Whether an aggregate or log of this application declares a topic, of today or a former one. */
  declares(topic: string): boolean {
    return this.#mapper.knows(topic);
  }

  /** Takes a snapshot of an aggregate now. The automatic ones thin it out like one of their own. */
  takeSnapshot(definition: AggregateDefinition, id: Uuid): Promise<void> {
    return this.#snapshotting.take(definition, id);
  }

  /** Waits for the saves under way and closes the store. */
  close(): Promise<void> {
    return this.recorder.close();
  }

  /** `await using app = await Application.open(…)` closes it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function intervalsOf(
  intervals: { readonly [aggregate: string]: number },
  definitions: ReadonlyMap<string, AggregateDefinition>,
): ReadonlyMap<string, number> {
  for (const [name, interval] of Object.entries(intervals)) {
    if (!definitions.has(name))
      throw new ProgrammingError(`snapshotEvery names "${name}", which is no aggregate given`);
    assertWhole(`snapshotEvery.${name}`, interval, 1);
  }
  return new Map(Object.entries(intervals));
}
