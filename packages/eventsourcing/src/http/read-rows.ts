import type { NotificationLog } from "../application/notification-log.ts";
import { toRowJson } from "./row-json.ts";

/** A part of the log: all events of some topics from `start` to `end`, unless they are too many or too long. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly limit: number;
  /** In characters, after at least one event. */
  readonly maxLength: number;
  readonly topics: readonly string[] | undefined;
}

// Large rows must not fill the memory before their length is noticed.
const READ_BATCH = 250;

/** The rows of a part as JSON, and up to which position there are no others. */
export async function readRows(
  log: NotificationLog,
  { start, end, limit, maxLength, topics }: Part,
): Promise<{ readonly items: readonly string[]; readonly upTo: number }> {
  const items: string[] = [];
  let length = 0;
  let next = start;
  while (next <= end && items.length < limit) {
    const batch = Math.min(limit - items.length, READ_BATCH);
    const range = { start: next, stop: end, limit: batch };
    const rows = await log.select(topics ? { ...range, topics } : range);
    for (const row of rows) {
      const json = toRowJson(row);
      length += json.length;
      if (length > maxLength && items.length > 0) return { items, upTo: row.position - 1 };
      items.push(json);
      next = row.position + 1;
    }
    if (rows.length < batch) next = end + 1;
  }
  return { items, upTo: next - 1 };
}
