import { type Uuid, uuid7 } from "../../domain/uuid.ts";
import { ChangeSignal } from "../../persistence/change-signal.ts";
import { GroupCommitter } from "../../persistence/group-committer.ts";
import { assertLogRange, assertStreamRange } from "../../persistence/ranges.ts";
import { type LogTable, receiptOf, recordGroup } from "../../persistence/record-group.ts";
import type { LogIdentity, LogRange, Recorder, StreamRange, StreamStart } from "../../persistence/recorder.ts";
import { StoreClosedError } from "../../persistence/store-errors.ts";
import type { Receipt, RecordedEvent, StoredSave } from "../../persistence/stored-event.ts";
import { SqliteReadModels } from "../sqlite/sqlite-read-models.ts";
import { MemorySnapshots } from "./memory-snapshots.ts";

/** How a store in memory is opened. */
export interface MemoryRecorderOptions {
  /** Milliseconds since 1970; default `Date.now`. */
  readonly clock?: () => number;
}

// Nobody else can record here: what is not told of does not happen. The longest time that a timer takes.
const NEVER = 2 ** 31 - 1;

/** A store in memory, for tests: the same contract as the others, and gone with the process. */
export function openMemoryRecorder({ clock = Date.now }: MemoryRecorderOptions = {}): Recorder {
  return new MemoryRecorder(clock);
}

class MemoryRecorder implements Recorder {
  readonly log: LogIdentity = { logId: uuid7(), epoch: uuid7() };
  readonly snapshots = new MemorySnapshots(() => this.#assertOpen());
  /** SQL is what projections speak: in memory too it is SQLite that answers. */
  readonly readModels = new SqliteReadModels(":memory:");
  readonly #table = new MemoryLog();
  readonly #committer: GroupCommitter;
  readonly #commits = new ChangeSignal();
  #closed = false;

  constructor(clock: () => number) {
    this.#committer = new GroupCommitter(async (saves) => {
      const outcomes = recordGroup(this.#table, saves, clock());
      this.#commits.notify();
      return outcomes;
    });
  }

  append(save: StoredSave): Promise<Receipt> {
    return this.#committer.submit(save);
  }

  async readStream(originatorId: Uuid, range: StreamRange = {}): Promise<readonly RecordedEvent[]> {
    this.#assertOpen();
    assertStreamRange(range);
    const { after = 0, upTo, descending = false, limit } = range;
    const rows = this.#table.stream(originatorId).slice(after, upTo);
    return (descending ? rows.reverse() : rows).slice(0, limit).map(toOwn);
  }

  async readStreams(starts: readonly StreamStart[]): Promise<readonly RecordedEvent[]> {
    this.#assertOpen();
    starts.forEach(assertStreamRange);
    return starts.flatMap(({ originatorId, after, upTo }) =>
      this.#table.stream(originatorId).slice(after, upTo).map(toOwn),
    );
  }

  isLast(originatorId: Uuid, version: number): boolean {
    return !this.#closed && this.#table.stream(originatorId).length === version;
  }

  async readLog(range: LogRange): Promise<readonly RecordedEvent[]> {
    this.#assertOpen();
    assertLogRange(range);
    const { start = 1, stop, limit, topics } = range;
    const rows = this.#table.rows.slice(start - 1, stop);
    return (topics ? rows.filter(({ topic }) => topics.includes(topic)) : rows).slice(0, limit).map(toOwn);
  }

  async findReceipt(idempotencyKey: string): Promise<Receipt | undefined> {
    this.#assertOpen();
    const position = this.#table.positionOfKey(idempotencyKey);
    return position === undefined ? undefined : receiptOf(this.#table.rowsOfSave(position), true);
  }

  async head(): Promise<number> {
    this.#assertOpen();
    return this.#table.rows.length;
  }

  waitBeyond(position: number, abort?: AbortSignal): Promise<void> {
    return this.#commits.waitUntil(async () => (await this.head()) > position, { interval: NEVER, abort });
  }

  async positionAt(instant: number): Promise<number> {
    this.#assertOpen();
    return this.#table.rows.findLast(({ recordedAt }) => recordedAt <= instant)?.position ?? 0;
  }

  async versionAt(originatorId: Uuid, position: number): Promise<number> {
    this.#assertOpen();
    return this.#table.stream(originatorId).findLast((row) => row.position <= position)?.originatorVersion ?? 0;
  }

  async close(): Promise<void> {
    await this.#committer.close();
    await this.readModels.close();
    this.#closed = true;
    this.#commits.notify();
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreClosedError();
  }
}

class MemoryLog implements LogTable {
  readonly rows: RecordedEvent[] = [];
  readonly #streams = new Map<Uuid, RecordedEvent[]>();
  readonly #positions = new Map<Uuid, number>();
  readonly #keys = new Map<string, number>();

  stream(originatorId: Uuid): readonly RecordedEvent[] {
    return this.#streams.get(originatorId) ?? [];
  }

  last() {
    return this.rows.at(-1);
  }

  lastVersion(originatorId: Uuid): number {
    return this.stream(originatorId).length;
  }

  positionOfEvent(eventId: Uuid): number | undefined {
    return this.#positions.get(eventId);
  }

  positionOfKey(idempotencyKey: string): number | undefined {
    return this.#keys.get(idempotencyKey);
  }

  rowsOfSave(firstPosition: number): readonly RecordedEvent[] {
    const saveId = this.rows[firstPosition - 1]?.saveId;
    const after = this.rows.slice(firstPosition - 1);
    const end = after.findIndex((row) => row.saveId !== saveId);
    return end < 0 ? after : after.slice(0, end);
  }

  insert(given: RecordedEvent, idempotencyKey: string | undefined): void {
    const row = Object.freeze({ ...toOwn(given) });
    this.rows.push(row);
    const stream = this.#streams.get(row.originatorId) ?? [];
    stream.push(row);
    this.#streams.set(row.originatorId, stream);
    this.#positions.set(row.eventId, row.position);
    if (idempotencyKey !== undefined) this.#keys.set(idempotencyKey, row.position);
  }
}

/** A row that shares no bytes with the one given: they cannot be frozen, and nobody may rewrite the log through them. */
function toOwn(row: RecordedEvent): RecordedEvent {
  return typeof row.state === "string" ? row : { ...row, state: row.state.slice() };
}
