import type { Section } from "../application/notification-log.ts";
import type { LogIdentity } from "../persistence/recorder.ts";
import type { RecordedEvent } from "../persistence/stored-event.ts";
import { InvalidAnswerError } from "./remote-log-errors.ts";
import { toId, toObject, toRow, toWhole, type Unchecked } from "./row-json.ts";

const ANSWER = "the answer";

/** Every event of a part of the log up to a position. */
export interface Selected {
  readonly items: readonly RecordedEvent[];
  readonly upTo: number;
  /** Whether the answer ends before what was asked for does. */
  readonly more: boolean;
}

/** What was asked for; the answer must be of it. */
export interface Asked {
  readonly start: number;
  readonly stop: number;
  readonly limit: number;
  readonly topics: readonly string[] | undefined;
}

export function toIdentity(value: unknown): LogIdentity {
  const answer = toObject(value, ANSWER);
  return { logId: toId(answer, "logId", ANSWER), epoch: toId(answer, "epoch", ANSWER) };
}

export function toHead(value: unknown): number {
  return toWhole(toObject(value, ANSWER), "head", ANSWER, 0);
}

/** Refuses an answer that skips, repeats or reorders, or goes beyond what was asked for. */
export function toSelected(value: unknown, { start, stop, limit, topics }: Asked): Selected {
  const answer = toObject(value, ANSWER);
  const items = toRows(answer);
  const more = answer["more"];
  if (typeof more !== "boolean") throw new InvalidAnswerError(`${ANSWER}.more`, "is neither true nor false");
  if (items.length > limit) throw new InvalidAnswerError("items", `are ${items.length}, asked for were ${limit}`);
  if (!topics) assertContiguous(items, start);
  let last = start - 1;
  for (const [index, { position, topic }] of items.entries()) {
    if (position <= last) throw new InvalidAnswerError(`items[${index}].position`, `is ${position}, after ${last}`);
    if (topics && !topics.includes(topic)) {
      throw new InvalidAnswerError(`items[${index}].topic`, "is none of those asked for");
    }
    last = position;
  }
  const upTo = toWhole(answer, "upTo", ANSWER, last);
  if (upTo > Math.max(stop, start - 1)) throw new InvalidAnswerError(`${ANSWER}.upTo`, `is ${upTo}, beyond ${stop}`);
  if (!topics && upTo !== last) {
    throw new InvalidAnswerError(`${ANSWER}.upTo`, `is ${upTo}, but the events end at ${last}`);
  }
  if (more && upTo < start) throw new InvalidAnswerError(`${ANSWER}.more`, "is true, but nothing was answered");
  return { items, upTo, more };
}

/** Refuses a section other than one that begins and ends where it says, within what was asked for. */
export function toSection(value: unknown, first: number, last: number): Section {
  const answer = toObject(value, ANSWER);
  const items = toRows(answer);
  assertContiguous(items, first);
  const end = items.at(-1)?.position;
  if (end !== undefined && end > last) throw new InvalidAnswerError("items", `end at ${end}, beyond ${last}`);
  const id = end === undefined ? undefined : `${first},${end}`;
  if (answer["id"] !== (id ?? null)) throw new InvalidAnswerError(`${ANSWER}.id`, "is not that of its events");
  const following = end === undefined ? undefined : `${end + 1},${end + items.length}`;
  const nextId = answer["nextId"] === null ? undefined : following;
  if (answer["nextId"] !== (nextId ?? null)) throw new InvalidAnswerError(`${ANSWER}.nextId`, "does not follow");
  return { id, items, nextId };
}

function toRows(answer: Unchecked): readonly RecordedEvent[] {
  const items = answer["items"];
  if (!Array.isArray(items)) throw new InvalidAnswerError(`${ANSWER}.items`, "is no list");
  const rows = items.map((item: unknown, index) => toRow(item, `items[${index}]`));
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (before && row.recordedAt < before.recordedAt) {
      throw new InvalidAnswerError(`items[${index}].recordedAt`, "goes back");
    }
  }
  return rows;
}

function assertContiguous(items: readonly RecordedEvent[], start: number): void {
  for (const [index, { position }] of items.entries()) {
    if (position !== start + index) {
      throw new InvalidAnswerError(`items[${index}].position`, `is ${position} in the place of ${start + index}`);
    }
  }
}
