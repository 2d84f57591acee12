export { Application, type ApplicationOptions } from "./application/application.ts";
export {
  type Configuration,
  type Environment,
  InvalidConfigurationError,
  readConfiguration,
} from "./application/configuration.ts";
export { type ContextVariable, contextVariable } from "./application/context-variable.ts";
export type { EventSourcedLog, LogSelection } from "./application/event-sourced-log.ts";
export {
  InvalidSectionError,
  type NotificationLog,
  type ReadOptions,
  readNotifications,
  type Section,
} from "./application/notification-log.ts";
export { InvalidStoreAddressError, type OpenRecorderOptions, openRecorder } from "./application/open-recorder.ts";
export type { At, Repository } from "./application/repository.ts";
export { AggregateNotFoundError, VersionNotFoundError } from "./application/repository-errors.ts";
export { retryOnConflict } from "./application/retry-on-conflict.ts";
export type { Saveable, SaveOptions } from "./application/saving.ts";
export type { Aggregate, UnitOfWork, Version } from "./domain/aggregate.ts";
export {
  AggregateBusyError,
  InapplicableEventError,
  StaleAggregateError,
  UnknownOutcomePendingError,
} from "./domain/aggregate-errors.ts";
export {
  type AggregateSpec,
  type CommandArguments,
  type CommandFunctions,
  type CommandResult,
  type EventData,
  type EventDeclarations,
  type EventFactories,
  type EventUnion,
  type GivenData,
  nothing,
  type SnapshotSpec,
} from "./domain/aggregate-spec.ts";
export type { ContextAttribute, ContextAttributes, ContextShape } from "./domain/context.ts";
export {
  type AggregateDefinition,
  type AggregateOf,
  type CommandMethods,
  defineAggregate,
} from "./domain/define-aggregate.ts";
export { CodedError, ProgrammingError } from "./domain/errors.ts";
export type { DomainEvent, Metadata, Recorded, RecordedDomainEvent } from "./domain/event.ts";
export { defineLog, type EventLogDefinition, type PendingLogEvent } from "./domain/event-log.ts";
export type { EventType } from "./domain/event-type.ts";
export { type Evolution, type EvolvedEvent, evolved, type Upcast } from "./domain/evolution.ts";
export { type DataOf, InvalidEventError, type Shape } from "./domain/schema.ts";
export type { TriggeredEvent } from "./domain/triggered-event.ts";
export { isUuid, NAMESPACE_URL, toUuid, type Uuid, uuid5, uuid7 } from "./domain/uuid.ts";
export {
  defineProjection,
  type Followed,
  type FollowedEvent,
  type Projection,
  type ProjectionSpec,
} from "./following/projection.ts";
export {
  type FailedEvent,
  NewerProjectionError,
  ProjectionFailedError,
  ProjectionTimeoutError,
  RebuildUnderWayError,
} from "./following/projection-errors.ts";
export {
  ProjectionRunner,
  type ProjectionRunnerOptions,
  type ProjectionStatus,
  type RebuildOptions,
  type RebuildProgress,
  type WaitForOptions,
} from "./following/projection-runner.ts";
export type { ProjectionSession } from "./following/projection-session.ts";
export { type SubscriptionOptions, subscribe } from "./following/subscription.ts";
export type { Failure } from "./following/tracking.ts";
export { InvalidAnswerError, RemoteLogRefusedError } from "./http/remote-log-errors.ts";
export type { ArchivedEvent, ArchiveRange } from "./persistence/archived-event.ts";
export { aes256gcm, type Cipher } from "./persistence/cipher.ts";
export type { CompressorName } from "./persistence/compressor.ts";
export type { ReadModelStore, SqlRow, SqlSession, SqlValue } from "./persistence/read-model-store.ts";
export type {
  Durability,
  LogIdentity,
  LogRange,
  Recorder,
  SnapshotAndEvents,
  SnapshotQuery,
  SnapshotRecorder,
  StreamRange,
  StreamStart,
} from "./persistence/recorder.ts";
export {
  ClockSkewError,
  DamagedEventError,
  FutureEventError,
  InvalidRangeError,
  InvalidSaveError,
  LogChangedError,
  MismatchedEventError,
  NewerStoreError,
  NotAStoreError,
  OutcomeUnknownError,
  StoreClosedError,
  StoreError,
  StoreFullError,
  StoreNotEmptyError,
  StoreUnavailableError,
  UnknownTopicError,
  VersionConflictError,
} from "./persistence/store-errors.ts";
export type {
  Receipt,
  RecordedEvent,
  State,
  StoredEvent,
  StoredSave,
  StoredSnapshot,
} from "./persistence/stored-event.ts";
export { NotTranscodableError, type Transcoding, transcoding } from "./persistence/transcoder.ts";
