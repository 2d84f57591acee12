import { isUuid, type Uuid } from "../domain/uuid.ts";
import { InvalidRangeError } from "../persistence/store-errors.ts";

/** What the query of a request asks for. */
export interface LogQuery {
  readonly start?: number;
  readonly stop?: number;
  readonly limit?: number;
  readonly beyond?: number;
  /** Seconds. */
  readonly wait?: number;
  readonly epoch?: Uuid;
  readonly topics?: readonly string[];
}

const LEAST: { readonly [name: string]: number } = { start: 1, stop: 0, limit: 0, beyond: 0, wait: 0 };

/** Reads a query that may hold these parameters, each once but `topic`. Throws `InvalidRangeError`. */
export function parseLogQuery(query: URLSearchParams, allowed: readonly string[]): LogQuery {
  const topics: string[] = [];
  const parsed: Record<string, unknown> = {};
  for (const [name, value] of query) {
    const refuse = (advice: string) => new InvalidRangeError(name.slice(0, 40), value.slice(0, 40), advice);
    if (!allowed.includes(name)) throw refuse(`there is no such parameter here; give ${allowed.join(", ")}`);
    if (name === "topic") {
      // PostgreSQL takes no NUL in a text.
      if (value === "" || value.includes("\0")) throw refuse("give the name of a topic");
      topics.push(value);
      continue;
    }
    if (Object.hasOwn(parsed, name)) throw refuse("give it once");
    if (name === "epoch") {
      if (!isUuid(value)) throw refuse("give the epoch of the log, a UUID");
      parsed[name] = value;
    } else {
      const least = LEAST[name] ?? 0;
      if (!/^\d{1,15}$/.test(value) || Number(value) < least) throw refuse(`give a whole number from ${least} on`);
      parsed[name] = Number(value);
    }
  }
  return topics.length > 0 ? { ...parsed, topics } : parsed;
}
