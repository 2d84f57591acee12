import type { LogIdentity } from "../../persistence/recorder.ts";
import { StoreClosedError } from "../../persistence/store-errors.ts";
import type { Answer, Request, Writer, WriterFiles } from "./sqlite-writer-protocol.ts";
import { fileOf, toError, toFailure } from "./sqlite-writer-protocol.ts";
import { SqliteWriting } from "./sqlite-writing.ts";

/**
 * Writes on the thread that asks, for stores that do not wait for the disk at each save: there a commit takes a tenth of a
 * millisecond, which is less than to tell another thread of it and to be woken up by its answer.
 */
export class SqliteInlineWriter implements Writer {
  readonly #files: WriterFiles;
  readonly #writing: SqliteWriting;
  #closed = false;

  constructor(files: WriterFiles) {
    this.#files = files;
    this.#writing = new SqliteWriting(files);
  }

  open(): Promise<LogIdentity> {
    return this.request({ kind: "open" });
  }

  async request<R extends Request>(request: R): Promise<Answer<R>> {
    if (this.#closed) throw new StoreClosedError();
    return this.#handle(request);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#handle({ kind: "close" });
  }

  #handle<R extends Request>(request: R): Answer<R> {
    try {
      // Each kind of request has its kind of answer.
      return this.#writing.handle(request) as Answer<R>;
    } catch (error) {
      throw toError(fileOf(request, this.#files), toFailure(error, this.#writing.committing));
    }
  }
}
