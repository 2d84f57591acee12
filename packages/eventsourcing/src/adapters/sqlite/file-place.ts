import { statSync } from "node:fs";
import { StoreUnavailableError } from "../../persistence/store-errors.ts";

/** Tells a file from all others that stand, or stood, at its path. */
type FileIdentity = string | undefined;

/**
 * Sees that a file which is open still stands at its path. One that was moved or deleted under a program takes all that is
 * written to it, and nobody finds that again: SQLite takes no notice.
 */
export class FilePlace {
  readonly #path: string;
  #opened: FileIdentity;

  constructor(path: string) {
    this.#path = path;
  }

  /** To be called when the file was opened. */
  opened(): void {
    this.#opened = identityOf(this.#path);
  }

  /** Throws `StoreUnavailableError` where a file that was opened is elsewhere, or gone. */
  assertThere(): void {
    if (this.#opened === undefined || identityOf(this.#path) === this.#opened) return;
    throw new StoreUnavailableError(
      `${this.#path} was moved, deleted or replaced while it was open; put it back, or open the store anew`,
    );
  }
}

function identityOf(path: string): FileIdentity {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
