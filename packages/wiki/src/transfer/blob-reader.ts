import { GitFailedError } from "./git-errors.ts";
import { type GitProcess, piecesOf, startGit } from "./git-process.ts";

/** Reads contents by their ids from one git process, in the order in which they are asked for. */
export class BlobReader {
  readonly #git: GitProcess;
  readonly #maxBytes: number;
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #last: Promise<unknown> = Promise.resolve();
  #asked = "";

  /** Contents larger than `maxBytes` are passed over. */
  constructor(directory: string, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#git = startGit(directory, ["cat-file", "--batch"], "open");
    this.#pieces = piecesOf(this.#git);
  }

  /** The content with an id; undefined where it is too large. Rejects with `GitFailedError`. */
  read(id: string): Promise<Buffer | undefined> {
    this.#ask(id);
    const answer = this.#last.then(() => this.#answer(id));
    // One that failed is told to who asked for it; those behind it fail by themselves.
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** What is asked for in one turn of the event loop is written in one go: each write wakes git up. */
  #ask(id: string): void {
    if (this.#asked === "") {
      setImmediate(() => {
        this.#git.write(this.#asked);
        this.#asked = "";
      });
    }
    this.#asked += `${id}\n`;
  }

  /** Ends the process, whatever was asked for. */
  close(): void {
    this.#git.stop();
  }

  async #answer(id: string): Promise<Buffer | undefined> {
    const header = await this.#line();
    const size = / blob (\d+)$/.exec(header)?.[1];
    if (size === undefined) throw new GitFailedError("cat-file", `"${header}" was its answer for ${id}`);
    const content = await this.#bytes(Number(size), Number(size) <= this.#maxBytes);
    await this.#bytes(1, false);
    return content;
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end !== -1) {
        const line = this.#rest.toString("latin1", 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      this.#rest = Buffer.concat([this.#rest, await this.#piece()]);
    }
  }

  async #bytes(count: number, keep: boolean): Promise<Buffer | undefined> {
    const kept: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#piece();
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
      if (keep) kept.push(part);
    }
    return keep ? Buffer.concat(kept) : undefined;
  }

  async #piece(): Promise<Buffer> {
    const next = await this.#pieces.next();
    if (!next.done) return next.value;
    throw new GitFailedError("cat-file", "it ended before it had answered");
  }
}
