import { type ArchivedEvent, isUuid, type State, type Uuid } from "@palimpsest/eventsourcing";
import { z } from "zod";
import { ContentHash, ContentSize } from "../domain/attachment-content.ts";

/** Raised when older programs can no longer read what is written: since 2 there are files in it. */
export const BACKUP_FORMAT = 2;

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
    /** Files whose bytes are in it, and how many bytes. */
    files: Whole.default(0),
    bytes: Whole.default(0),
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

/** The bytes of a file, by what is known of them. */
export interface BackedUpFile {
  readonly hash: ContentHash;
  /** In bytes. */
  readonly size: number;
}

/** A line between the first and the last one. After a `file` come its bytes, in as many lines as it takes. */
export type BackupLine =
  | { readonly kind: "event"; readonly event: ArchivedEvent }
  | { readonly kind: "row"; readonly row: DurableRow }
  | { readonly kind: "file"; readonly file: BackedUpFile }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** A file whose bytes were missing or damaged when the backup was made. */
  | { readonly kind: "lost"; readonly file: BackedUpFile };

const StoredState = z.union([z.string(), z.object({ base64: z.base64() })]);

/** position, eventId, originatorId, originatorVersion, topic, schemaVersion, saveId, recordedAt, encoding, state, checksum, key. */
const EventLine = z.object({
  event: z.tuple([Whole, Id, Id, Whole, Text, Whole, Id, Whole, Text, StoredState, Whole, Text.nullable()]),
});

const RowLine = z.object({ row: z.tuple([z.string(), z.record(z.string(), Value)]) });

const File = z.tuple([ContentHash, ContentSize]);
const OtherLine = z.union([
  RowLine,
  z.object({ file: File }),
  z.object({ lost: File }),
  // Its characters are not looked at one by one: the sum of the file tells.
  z.object({ bytes: Text }),
]);

/** A line as text, without its end. */
export function toLine(line: BackupLine): string {
  switch (line.kind) {
    case "event":
      return toEventLine(line.event);
    case "row":
      return JSON.stringify({ row: [line.row.table, line.row.values] });
    case "file":
      return JSON.stringify({ file: [line.file.hash, line.file.size] });
    case "lost":
      return JSON.stringify({ lost: [line.file.hash, line.file.size] });
    case "bytes":
      return JSON.stringify({ bytes: toBase64(line.bytes) });
  }
}

function toEventLine(event: ArchivedEvent): string {
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
  if (!parsed.success) return fromOtherLine(value);
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

function fromOtherLine(value: unknown): BackupLine | undefined {
  const { data } = OtherLine.safeParse(value);
  if (data === undefined) return undefined;
  if ("bytes" in data) return { kind: "bytes", bytes: Buffer.from(data.bytes, "base64") };
  if ("row" in data) {
    const [table, values] = data.row;
    return { kind: "row", row: { table, values } };
  }
  const [hash, size] = "file" in data ? data.file : data.lost;
  return { kind: "file" in data ? "file" : "lost", file: { hash, size } };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
