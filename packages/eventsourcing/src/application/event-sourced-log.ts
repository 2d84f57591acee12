import type { DomainEvent, RecordedDomainEvent } from "../domain/event.ts";
import type { EventLogDefinition } from "../domain/event-log.ts";
import type { Mapper } from "../persistence/mapper.ts";
import { assertWhole } from "../persistence/ranges.ts";
import type { Recorder } from "../persistence/recorder.ts";
import { UnknownTopicError } from "../persistence/store-errors.ts";

/** A part of an event-sourced log; bounds are the log's own positions 1, 2, 3, … */
export interface LogSelection {
  /** Only events after this one. */
  readonly gt?: number;
  /** Only events up to this one. */
  readonly lte?: number;
  /** Newest first; default false. */
  readonly desc?: boolean;
  readonly limit?: number;
}

/** Reads the events of one log; the application saves them. */
export class EventSourcedLog<Event extends DomainEvent> {
  readonly #recorder: Recorder;
  readonly #mapper: Mapper;
  readonly #definition: EventLogDefinition<Event>;

  constructor(recorder: Recorder, mapper: Mapper, definition: EventLogDefinition<Event>) {
    this.#recorder = recorder;
    this.#mapper = mapper;
    this.#definition = definition;
  }

  /** Events in the order of the log. Rejects with `InvalidRangeError`. */
  async select(selection: LogSelection = {}): Promise<readonly RecordedDomainEvent<Event>[]> {
    const { gt = 0, lte, desc = false, limit } = selection;
    assertWhole("gt", gt, 0);
    assertWhole("lte", lte, 0);
    assertWhole("limit", limit, 0);
    const rows = await this.#recorder.readStream(this.#definition.id, {
      after: gt,
      descending: desc,
      ...(lte === undefined ? {} : { upTo: lte }),
      ...(limit === undefined ? {} : { limit }),
    });
    return rows.map((row): RecordedDomainEvent<Event> => {
      const event = this.#mapper.toDomain(row);
      if (!this.#definition.isEvent(event)) throw new UnknownTopicError(event.topic);
      return event;
    });
  }

  /** The newest event; undefined where the log is empty. */
  async last(): Promise<RecordedDomainEvent<Event> | undefined> {
    const [event] = await this.select({ desc: true, limit: 1 });
    return event;
  }
}
