import { type ArchivedEvent, isUuid, type State, type Uuid } from "@palimpsest/eventsourcing";
import { z } from "zod";

/** Raised when older programs can no longer read what is written. */
export const BACKUP_FORMAT = 1;

const Id = z.custom<Uuid>(isUuid, "must be a UUID");
const Whole = z.int().min(0);
const Text = z.string().min(1);
const Value = z.union([z.string(), z.number(), z.null()]);

/** The first line of a backup: which log it is of, and up to where. */
export const BackupHead = z.object({
  palimpsest: z.literal("backup"),
  format: z.int().min(1),
  program: z.string(),
  createdAt: z.string(),
  logId: Id,
  epoch: Id,
  /** The last position. */
  position: Whole,
});
export type BackupHead = z.infer<typeof BackupHead>;

/** The last line: what the lines before it come to. */
export const BackupEnd = z.object({
  end: z.object({
    events: Whole,
    /** Rows of each durable table. */
    rows: z.record(z.string(), Whole),
    /** Of all lines before this one, with their line ends. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});
export type BackupEnd = z.infer<typeof BackupEnd>["end"];

/** A row of a durable table that is no event. */
export interface DurableRow {
  readonly table: string;
  readonly values: { readonly [column: string]: string | number | null };
}

/** A line between the first and the last one. */
export type BackupLine =
  | { readonly kind: "event"; readonly event: ArchivedEvent }
  | { readonly kind: "row"; readonly row: DurableRow };

const StoredState = z.union([z.string(), z.object({ base64: z.base64() })]);

/** position, eventId, originatorId, originatorVersion, topic, schemaVersion, saveId, recordedAt, encoding, state, checksum, key. */
const EventLine = z.object({
  event: z.tuple([Whole, Id, Id, Whole, Text, Whole, Id, Whole, Text, StoredState, Whole, Text.nullable()]),
});

const RowLine = z.object({ row: z.tuple([z.string(), z.record(z.string(), Value)]) });

/** An event or a row as a line, without its end. */
export function toLine(line: BackupLine): string {
  if (line.kind === "row") return JSON.stringify({ row: [line.row.table, line.row.values] });
  const { event } = line;
  return JSON.stringify({
    event: [
      event.position,
      event.eventId,
      event.originatorId,
      event.originatorVersion,
      event.topic,
      event.schemaVersion,
      event.saveId,
      event.recordedAt,
      event.encoding,
      typeof event.state === "string" ? event.state : { base64: toBase64(event.state) },
      event.checksum,
      event.idempotencyKey,
    ],
  });
}

/** What a line holds; undefined where it is none of ours. */
export function fromLine(value: unknown): BackupLine | undefined {
  const parsed = EventLine.safeParse(value);
  if (!parsed.success) {
    const row = RowLine.safeParse(value);
    if (!row.success) return undefined;
    const [table, values] = row.data.row;
    return { kind: "row", row: { table, values } };
  }
  const [position, eventId, originatorId, originatorVersion, topic, schemaVersion, ...rest] = parsed.data.event;
  const [saveId, recordedAt, encoding, stored, checksum, idempotencyKey] = rest;
  const state: State = typeof stored === "string" ? stored : Buffer.from(stored.base64, "base64");
  return {
    kind: "event",
    event: {
      ...{ position, eventId, originatorId, originatorVersion, topic, schemaVersion, saveId, recordedAt, encoding },
      ...{ state, checksum, idempotencyKey },
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
