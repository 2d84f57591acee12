import { ProgrammingError } from "../domain/errors.ts";
import type { EventType } from "../domain/event-type.ts";

/** Finds the declared event type for a topic, today's or a former one. */
export class Topics {
  readonly #byTopic = new Map<string, EventType>();

  constructor(eventTypes: Iterable<EventType>) {
    for (const eventType of eventTypes) {
      for (const topic of eventType.topics) {
        if (this.#byTopic.has(topic)) {
          throw new ProgrammingError(`two declarations claim the topic "${topic}"; rename one of them`);
        }
        this.#byTopic.set(topic, eventType);
      }
    }
  }

  find(topic: string): EventType | undefined {
    return this.#byTopic.get(topic);
  }
}
