import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A commit to be made. */
export interface CommitPlan {
  /** Default `main`. */
  readonly branch?: string;
  /** Default `change`. */
  readonly message?: string;
  /** Seconds since 1970; default one more than that of the commit before. */
  readonly time?: number;
  /** `Ana <ana@example.org>`. */
  readonly author?: string;
  readonly committer?: string;
  /** Contents by path; null deletes. A path is UTF-8, or bytes. */
  readonly files?: Iterable<readonly [path: string | Buffer, content: string | Buffer | null | Special]>;
  /** The branch that is merged in. */
  readonly merge?: string;
  /** Where a new branch begins; default the head of `main`. */
  readonly from?: string;
}

/** A symbolic link or a submodule. */
export interface Special {
  readonly mode: "120000" | "160000";
  readonly target: string;
}

const ANA = "Ana <ana@example.org>";

/** Makes git repositories with anything in them that git can hold. */
export class RepositoryBuilder {
  readonly directory = mkdtempSync(join(tmpdir(), "palimpsest-repository-"));
  #stream: Buffer[] = [];
  #time = Date.UTC(2014, 0, 1) / 1_000;
  readonly #planned = new Set<string>();
  readonly #written = new Set<string>();

  constructor() {
    this.git("init", "--quiet", "--bare", "--initial-branch=main");
  }

  /** Plans a commit; `write` makes it. */
  commit({ branch = "main", message = "change", author = ANA, ...plan }: CommitPlan): this {
    this.#time = plan.time ?? this.#time + 1;
    const ref = `refs/heads/${branch}`;
    this.#add(`commit ${ref}\n`);
    this.#add(`author ${author} ${this.#time - 60} +0100\ncommitter ${plan.committer ?? author} ${this.#time} +0000\n`);
    this.#addContent(message);
    if (!this.#planned.has(branch)) {
      // Of a branch that it has not written itself git must be told where it stands.
      const base = this.#written.has(branch) ? branch : (plan.from ?? "main");
      if (this.#planned.has(base)) this.#add(`from refs/heads/${base}\n`);
      else if (this.#written.has(base)) this.#add(`from refs/heads/${base}^0\n`);
    }
    if (plan.merge !== undefined) this.#add(`merge refs/heads/${plan.merge}\n`);
    for (const [path, content] of plan.files ?? []) this.#addFile(path, content);
    this.#planned.add(branch);
    return this;
  }

  /** Makes what was planned. */
  write(): this {
    execFileSync("git", ["-C", this.directory, "fast-import", "--quiet", "--force"], {
      input: Buffer.concat(this.#stream),
    });
    this.#stream = [];
    for (const branch of this.#planned) this.#written.add(branch);
    this.#planned.clear();
    return this;
  }

  git(...args: readonly string[]): string {
    return execFileSync("git", ["-C", this.directory, ...args], { encoding: "utf8" });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #addFile(path: string | Buffer, content: string | Buffer | null | Special): void {
    if (content === null) {
      this.#add(`D ${quoted(path)}\n`);
    } else if (typeof content === "string" || Buffer.isBuffer(content)) {
      this.#add(`M 100644 inline ${quoted(path)}\n`);
      this.#addContent(content);
    } else if (content.mode === "160000") {
      this.#add(`M 160000 ${content.target} ${quoted(path)}\n`);
    } else {
      this.#add(`M 120000 inline ${quoted(path)}\n`);
      this.#addContent(content.target);
    }
  }

  #addContent(content: string | Buffer): void {
    const bytes = Buffer.from(content);
    this.#add(`data ${bytes.length}\n`);
    this.#stream.push(bytes);
    this.#add("\n");
  }

  #add(text: string): void {
    this.#stream.push(Buffer.from(text));
  }
}

function quoted(path: string | Buffer): string {
  const bytes = [...Buffer.from(path)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`);
  return `"${bytes.join("")}"`;
}
