import type { LogIdentity, LogRange, NotificationLog, RecordedEvent, Section } from "@palimpsest/eventsourcing";

/** A log on which those who wait can be told that it has grown, before it notices by itself. */
export class WokenLog implements NotificationLog {
  readonly #log: NotificationLog;
  #growth = new AbortController();

  constructor(log: NotificationLog) {
    this.#log = log;
  }

  /** What was recorded can be read by now. */
  wake(): void {
    const growth = this.#growth;
    this.#growth = new AbortController();
    growth.abort();
  }

  waitBeyond(position: number, abort?: AbortSignal): Promise<void> {
    const { signal } = this.#growth;
    return this.#log.waitBeyond(position, abort ? AbortSignal.any([abort, signal]) : signal);
  }

  get identity(): LogIdentity {
    return this.#log.identity;
  }

  select(range: LogRange): Promise<readonly RecordedEvent[]> {
    return this.#log.select(range);
  }

  head(): Promise<number> {
    return this.#log.head();
  }

  section(sectionId: string): Promise<Section> {
    return this.#log.section(sectionId);
  }
}
