import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { BackupDamagedError, NewerBackupError } from "./backup-errors.ts";
import {
  BACKUP_FORMAT,
  type BackedUpFile,
  BackupEnd,
  BackupHead,
  type BackupLine,
  fromLine,
  toLine,
} from "./backup-lines.ts";

/** Writes a backup: the head, the lines, and what they come to. Answers the last line. The file is on disk then. */
export async function writeBackup(
  path: string,
  head: BackupHead,
  lines: AsyncIterable<BackupLine>,
): Promise<BackupEnd> {
  const tally = new Tally(path);
  const texts = async function* () {
    yield tally.add(`${JSON.stringify(head)}\n`);
    // In pieces of some size: a line alone is little for a stream.
    let piece = "";
    for await (const line of lines) {
      tally.count(line);
      piece += `${toLine(line)}\n`;
      if (piece.length < PIECE_UNITS) continue;
      yield tally.add(piece);
      piece = "";
    }
    yield tally.add(piece);
    tally.assertNoFileIsOpen();
    yield `${JSON.stringify({ end: tally.end })}\n`;
  };
  // Level 1 is three times as fast as the default, for a tenth more: most states are compressed already.
  await pipeline(
    Readable.from(texts()),
    createGzip({ level: 1 }),
    createWriteStream(path, { flags: "wx", flush: true }),
  );
  return tally.end;
}

/** The first line of a backup. Rejects with `BackupDamagedError`, `NewerBackupError`. */
export async function readBackupHead(path: string): Promise<BackupHead> {
  for await (const line of linesOf(path)) return toHead(path, line);
  throw new BackupDamagedError(path, "it is empty");
}

/**
 * Reads a backup and answers what stands in it, line by line; at the end it has checked that the file is whole: rejects
 * with `BackupDamagedError` where it is not. Nothing of it may be relied on before.
 */
export async function* readBackup(path: string): AsyncGenerator<BackupLine, BackupEnd> {
  const tally = new Tally(path);
  let head: BackupHead | undefined;
  for await (const text of linesOf(path)) {
    if (!head) {
      head = toHead(path, text);
      tally.add(`${text}\n`);
      continue;
    }
    const value = parse(path, text);
    const end = BackupEnd.safeParse(value);
    if (end.success) {
      tally.assertNoFileIsOpen();
      assertWhole(path, head, tally.end, end.data.end);
      return end.data.end;
    }
    const line = fromLine(value);
    if (!line) throw new BackupDamagedError(path, `its line ${tally.lines + 1} is none of a backup`);
    if (line.kind === "event" && line.event.position !== tally.events + 1) {
      throw new BackupDamagedError(path, `position ${tally.events + 1} is missing in it`);
    }
    tally.add(`${text}\n`);
    tally.count(line);
    yield line;
  }
  throw new BackupDamagedError(path, head ? "its end is missing" : "it is empty");
}

const PIECE_UNITS = 64 * 1_024;

/** What the lines of a backup come to; the bytes of each file are those that it is named by. */
class Tally {
  readonly #path: string;
  #open: { readonly file: BackedUpFile; readonly hash: Hash; left: number } | undefined;
  readonly #hash = createHash("sha256");
  readonly #rows = new Map<string, number>();
  events = 0;
  lines = 0;
  #files = 0;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Adds text, and answers it. */
  add(text: string): string {
    this.#hash.update(text);
    this.lines += 1;
    return text;
  }

  count(line: BackupLine): void {
    if (line.kind === "bytes") {
      this.#countBytes(line.bytes);
      return;
    }
    this.assertNoFileIsOpen();
    if (line.kind === "event") this.events += 1;
    else if (line.kind === "row") this.#rows.set(line.row.table, (this.#rows.get(line.row.table) ?? 0) + 1);
    else if (line.kind === "file") this.#open = { file: line.file, hash: createHash("sha256"), left: line.file.size };
  }

  assertNoFileIsOpen(): void {
    if (this.#open) throw this.#damaged(this.#open.file);
  }

  #countBytes(bytes: Uint8Array): void {
    if (!this.#open) throw new BackupDamagedError(this.#path, "there are bytes in it that are of no file");
    const { file, hash } = this.#open;
    hash.update(bytes);
    this.#bytes += bytes.length;
    this.#open.left -= bytes.length;
    if (this.#open.left > 0) return;
    if (this.#open.left < 0 || hash.digest("hex") !== file.hash) throw this.#damaged(file);
    this.#files += 1;
    this.#open = undefined;
  }

  #damaged({ hash }: BackedUpFile): BackupDamagedError {
    return new BackupDamagedError(this.#path, `the bytes of the file ${hash} are not those that were kept`);
  }

  get end(): BackupEnd {
    const sha256 = this.#hash.copy().digest("hex");
    const rows = Object.fromEntries(this.#rows);
    return { events: this.events, rows, files: this.#files, bytes: this.#bytes, sha256 };
  }
}

function assertWhole(path: string, head: BackupHead, found: BackupEnd, end: BackupEnd): void {
  if (found.sha256 !== end.sha256) throw new BackupDamagedError(path, "its checksum does not match");
  if (found.events !== head.position || JSON.stringify(found) !== JSON.stringify(end)) {
    throw new BackupDamagedError(path, `it holds ${found.events} events, ${head.position} were written`);
  }
}

function toHead(path: string, text: string): BackupHead {
  const head = BackupHead.safeParse(parse(path, text));
  if (!head.success) throw new BackupDamagedError(path, "it is no backup of Palimpsest");
  if (head.data.format > BACKUP_FORMAT) throw new NewerBackupError(path, head.data.format, BACKUP_FORMAT);
  return head.data;
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BackupDamagedError(path, "it is no backup of Palimpsest, or a damaged one", { cause });
  }
}

/** Lines end with a line feed alone: JSON may hold other characters that some take for the end of a line. */
async function* linesOf(path: string): AsyncGenerator<string, void> {
  const file = createReadStream(path);
  const unzipped = createGunzip();
  const piped = pipeline(file, unzipped);
  piped.catch(() => undefined);
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const bytes of unzipped as AsyncIterable<Buffer>) {
      const texts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = texts.pop() ?? "";
      yield* texts;
    }
    await piped;
  } catch (error) {
    throw toBackupError(path, error);
  } finally {
    unzipped.destroy();
    file.destroy();
  }
  if (rest !== "") throw new BackupDamagedError(path, "its end is missing");
}

function toBackupError(path: string, error: unknown): unknown {
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return error;
  if (error.code.startsWith("Z_") || error.code === "ERR_STREAM_PREMATURE_CLOSE") {
    return new BackupDamagedError(path, `it is no gzip file, or not all of it (${error.message})`, { cause: error });
  }
  return new BackupDamagedError(path, `it cannot be read (${error.message})`, { cause: error });
}
