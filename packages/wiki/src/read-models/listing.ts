import { z } from "zod";
import { assertInput, InvalidInputError } from "../domain/invalid-input.ts";

/** A part of a listing. It stays in order while pages change: the next part begins after its last row, wherever that is. */
export interface Listing<Row> {
  readonly rows: readonly Row[];
  /** What to give as `after` for the next part; undefined where nothing is left. */
  readonly next: string | undefined;
}

/** Which part of a listing. */
export interface Part {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

const MAX_LIMIT = 500;
const Position = z.int("must be a whole number").min(0, "must not be negative");
const Limit = z
  .int("must be a whole number")
  .min(1, "must be at least 1")
  .max(MAX_LIMIT, `must not be more than ${MAX_LIMIT}`);

/** How many rows to answer. Throws `InvalidInputError`. */
export function toLimit(value: unknown, fallback = 50): number {
  return value === undefined ? fallback : assertInput("limit", Limit, value);
}

/** A position of the log. Throws `InvalidInputError`. */
export function toPosition(field: string, value: unknown): number {
  return assertInput(field, Position, value);
}

/** The values of the columns that a listing is ordered by, of one row. */
export type Cursor = readonly (string | number)[];

/** What `after` stands for. Throws `InvalidInputError` where it was not given by a listing of this order. */
export function toCursor(after: string, like: Cursor): Cursor {
  const cursor = after.length <= MAX_CURSOR_UNITS ? parse(after) : undefined;
  if (!Array.isArray(cursor) || cursor.length !== like.length || !cursor.every((it, i) => isLike(it, like[i]))) {
    throw new InvalidInputError({ field: "after", reason: "must be what the part before gave as next" });
  }
  // Checked by its likeness.
  return cursor as Cursor;
}

/** PostgreSQL takes no text with NUL, and no number for an integer that is none. */
function isLike(value: unknown, like: unknown): boolean {
  if (typeof like === "string") return typeof value === "string" && value === toText(value);
  return Number.isSafeInteger(value);
}

/** Text from outside that is only compared: what no page has in it becomes a space. */
export function toText(value: string): string {
  return value.toWellFormed().replaceAll("\0", " ");
}

/** The part of a listing that rows are, of which one more was asked for than wanted. */
export function toListing<Found, Row>(
  found: readonly Found[],
  limit: number,
  { toRow, cursorOf }: { readonly toRow: (row: Found) => Row; readonly cursorOf: (row: Found) => Cursor },
): Listing<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const next = found.length > limit && last !== undefined ? encode(cursorOf(last)) : undefined;
  return { rows: rows.map(toRow), next };
}

const MAX_CURSOR_UNITS = 4_000;

function encode(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

function parse(after: string): unknown {
  try {
    return JSON.parse(Buffer.from(after, "base64url").toString());
  } catch {
    return undefined;
  }
}
