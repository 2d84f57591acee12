import { ProgrammingError } from "../domain/errors.ts";

/** Throws `ProgrammingError` where options are missing, or of another kind, which JavaScript alone lets pass. */
export function assertOptions(options: {
  readonly name: unknown;
  readonly aggregates: unknown;
  readonly logs?: unknown;
  readonly store?: unknown;
}): void {
  const { name, aggregates, logs = [], store } = options;
  if (typeof name !== "string" || name === "") {
    throw new ProgrammingError(`"name" of an application is ${JSON.stringify(name)}; give a word, such as "Bank"`);
  }
  assertMade("aggregates", aggregates, "fold", "defineAggregate");
  assertMade("logs", logs, "eventType", "defineLog");
  if (store instanceof Promise) throw new ProgrammingError('"store" is a promise; await it, and give what it answers');
}

function assertMade(option: string, list: unknown, member: string, maker: string): void {
  if (!Array.isArray(list)) throw new ProgrammingError(`"${option}" of an application is no list; put it into []`);
  const isMade = (value: unknown) => typeof value === "object" && value !== null && member in value;
  if (list.every(isMade)) return;
  throw new ProgrammingError(`"${option}" of an application holds something else than what "${maker}" answers`);
}
