import type { Uuid } from "../../src/domain/uuid.ts";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import { digestOfRow, type Selection } from "./history.ts";

/** A log with what checking looks up in it, each made once. Rows stand at their positions, less one. */
export class Log {
  readonly rows: readonly RecordedEvent[];
  /** The rows of each save. */
  readonly saves: ReadonlyMap<Uuid, readonly RecordedEvent[]>;
  readonly #streams: ReadonlyMap<Uuid, readonly RecordedEvent[]>;
  readonly #byTopics = new Map<string, readonly RecordedEvent[]>();
  readonly #digests = new Map<number, string>();

  constructor(rows: readonly RecordedEvent[]) {
    this.rows = rows;
    this.saves = Map.groupBy(rows, ({ saveId }) => saveId);
    this.#streams = Map.groupBy(rows, ({ originatorId }) => originatorId);
  }

  digestAt(position: number): string | undefined {
    const row = this.rows[position - 1];
    if (!row) return undefined;
    const digest = this.#digests.get(position) ?? digestOfRow(row);
    this.#digests.set(position, digest);
    return digest;
  }

  /** The last position of the save that stands at a position: where one of its events is seen, all are. */
  endOfSave(position: number): number {
    const row = this.rows[position - 1];
    return (row && this.saves.get(row.saveId)?.at(-1)?.position) ?? position;
  }

  stream(originatorId: Uuid): readonly RecordedEvent[] {
    return this.#streams.get(originatorId) ?? [];
  }

  /**
   * The rows that a selection is made from, all of the log, in order; at least one more than its limit. Descending ones
   * are counted from an end that the log had then.
   */
  select({ originatorId, topics, from = 1, to = Infinity, limit = Infinity, descending }: Selection) {
    const end = Math.min(to, topics || descending ? Infinity : from + limit);
    // Versions and positions are without gaps; where they are not, that is told as such.
    if (originatorId !== undefined) return withTopics(this.stream(originatorId).slice(from - 1, end), topics);
    if (!topics) return this.rows.slice(from - 1, end);
    return this.#ofTopics(topics).filter(({ position }) => position >= from && position <= to);
  }

  #ofTopics(topics: readonly string[]): readonly RecordedEvent[] {
    const key = JSON.stringify(topics);
    const rows = this.#byTopics.get(key) ?? withTopics(this.rows, topics);
    this.#byTopics.set(key, rows);
    return rows;
  }
}

function withTopics(rows: readonly RecordedEvent[], topics: readonly string[] | undefined): readonly RecordedEvent[] {
  return topics ? rows.filter(({ topic }) => topics.includes(topic)) : rows;
}

/** A save's rows, for a message. */
export function nameOfSave(saveId: Uuid, rows: readonly Pick<RecordedEvent, "eventId" | "position">[]): string {
  const [first, last] = [rows[0]?.position, rows.at(-1)?.position];
  const where = first === last ? `at position ${first}` : `at positions ${first} to ${last}`;
  return `save ${saveId} (${rows.map(({ eventId }) => eventId).join(", ")}) ${where}`;
}
