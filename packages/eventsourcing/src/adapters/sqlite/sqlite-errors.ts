import { NotAStoreError, StoreError, StoreFullError, StoreUnavailableError } from "../../persistence/store-errors.ts";

const ERROR = 1;
export const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const MISMATCH = 20;
const RANGE = 25;
const NOTADB = 26;

/** The result code of an error of SQLite, without its extension; undefined for any other error. */
export function resultCode(error: unknown): number | undefined {
  const errcode = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof errcode === "number" ? errcode & 0xff : undefined;
}

/** Whether the file can only be trusted again after it has been opened anew and verified. */
export function needsReopen(error: unknown): boolean {
  const code = resultCode(error);
  return code === IOERR || code === CORRUPT || code === NOTADB;
}

/** Whether a file that could not be opened is damaged, or no database at all. */
export function isUnreadable(error: unknown): boolean {
  const code = resultCode(error instanceof StoreError ? error.cause : error);
  return code === ERROR || code === CORRUPT || code === NOTADB;
}

/** Whether a statement is at fault, or what it was given, and not the database. */
export function isOfStatement(error: unknown): boolean {
  const code = resultCode(error);
  return code === ERROR || code === CONSTRAINT || code === MISMATCH || code === RANGE;
}

/** Names the error for callers; what is not SQLite's stays as it is. */
export function toStoreError(file: string, error: unknown): unknown {
  const code = resultCode(error);
  if (error instanceof StoreError || code === undefined) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  switch (code) {
    case NOTADB:
      return new NotAStoreError(`${file} is not a SQLite database (${reason}); give the path of a store`, options);
    case CORRUPT:
      return new NotAStoreError(`${file} is damaged (${reason}); restore a backup`, options);
    case FULL:
      return new StoreFullError(`no room is left for ${file} (${reason}); free some space and save again`, options);
    case CANTOPEN:
      return new StoreUnavailableError(
        `${file} cannot be opened (${reason}); check that its directory exists and can be written`,
        options,
      );
    case READONLY:
      return new StoreUnavailableError(`${file} cannot be written (${reason}); check its permissions`, options);
    case BUSY:
      return new StoreUnavailableError(`${file} is locked by another program (${reason}); try again`, options);
    default:
      return new StoreUnavailableError(`${file} failed (${reason}); check the disk and try again`, options);
  }
}
