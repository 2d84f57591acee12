import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CommitId } from "../domain/import-log.ts";
import { BlobReader } from "./blob-reader.ts";
import type { Commit, CommitHeader } from "./commit.ts";
import type { OrderedCommit } from "./commit-order.ts";
import { type FileOfTree, readCommits, toFileOfTree } from "./git-commits.ts";
import { BranchNotFoundError, GitFailedError, NotARepositoryError } from "./git-errors.ts";
import { readFields, runGit, startGit } from "./git-process.ts";
import { type FileContent, MAX_FILE_BYTES, toFileContent } from "./page-file.ts";

/** A git repository, open for reading: commits in any order, contents, trees. */
export class GitRepository {
  /** Where it is, or was unpacked. */
  readonly directory: string;
  readonly #temporary: string | undefined;
  readonly #blobs: BlobReader;
  /** A reader of its own for what is large: pages are read far ahead. */
  #files: { readonly maxBytes: number; readonly reader: BlobReader } | undefined;

  /**
   * Opens a clone, bare or not, or a bundle, which is unpacked into a temporary folder. Rejects with
   * `NotARepositoryError`, `GitMissingError`.
   */
  static async open(path: string): Promise<GitRepository> {
    const kind = await stat(path).catch(() => undefined);
    if (!kind) throw new NotARepositoryError(path, "there is nothing at this path");
    if (kind.isDirectory()) {
      await asRepository(path, () => runGit(path, ["rev-parse", "--git-dir"]));
      return new GitRepository(path, undefined);
    }
    const temporary = await mkdtemp(join(tmpdir(), "palimpsest-import-"));
    try {
      await asRepository(path, () =>
        runGit(undefined, ["clone", "--quiet", "--bare", "--no-hardlinks", "--", resolve(path), temporary]),
      );
      return new GitRepository(temporary, temporary);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(directory: string, temporary: string | undefined) {
    this.directory = directory;
    this.#temporary = temporary;
    this.#blobs = new BlobReader(directory, MAX_FILE_BYTES);
  }

  /** The last commit of a branch, by default the one checked out; undefined where there is none yet. */
  async head(branch?: string): Promise<CommitId | undefined> {
    const branches = (await this.#run("for-each-ref", "--format=%(refname)", "refs/heads"))
      .split("\n")
      .filter((name) => name !== "")
      .map((name) => name.slice("refs/heads/".length));
    if (branch !== undefined && !branches.includes(branch)) throw new BranchNotFoundError(branch, branches);
    const wanted = branch === undefined ? "HEAD" : `refs/heads/${branch}`;
    const found = await this.#commit(wanted);
    if (found !== undefined || branches.length === 0) return found;
    // A bundle may name a branch that it does not hold.
    const [only, ...others] = branches;
    if (only === undefined || others.length > 0) throw new BranchNotFoundError("HEAD", branches);
    return this.#commit(`refs/heads/${only}`);
  }

  /** Whether the repository holds a commit. */
  async has(id: CommitId): Promise<boolean> {
    return (await this.#commit(id)) !== undefined;
  }

  /** The commits that lead to one and not to another, parents before their children. */
  async headers(from: CommitId | null, to: CommitId): Promise<readonly CommitHeader[]> {
    const format = ["%H", "%P", "%an", "%ae", "%cn", "%ce"].join("%x00");
    const range = from === null ? [to] : [to, `^${from}`];
    const args = ["log", "-z", "--topo-order", "--reverse", "--encoding=UTF-8", `--format=${format}`, ...range, "--"];
    const headers: CommitHeader[] = [];
    let fields: string[] = [];
    for await (const some of readFields(startGit(this.directory, args))) {
      for (const field of some) {
        fields.push(field.toString("utf8"));
        if (fields.length < 6) continue;
        const [id = "", parents = "", name = "", email = "", committer = "", committerEmail = ""] = fields;
        headers.push({
          id: CommitId.parse(id),
          parents: parents.split(" ").flatMap((parent) => (parent === "" ? [] : [CommitId.parse(parent)])),
          author: { name, email },
          committer: { name: committer, email: committerEmail },
        });
        fields = [];
      }
    }
    return headers;
  }

  /** Commits with the files they change, and their contents, read ahead. */
  commits(ordered: readonly OrderedCommit<CommitId>[]): AsyncGenerator<Commit, void> {
    return readCommits(this.directory, ordered, (id) => this.content(id));
  }

  /** The files of a commit that can be pages or be attached by their names. */
  async tree(id: CommitId): Promise<readonly FileOfTree[]> {
    const files: FileOfTree[] = [];
    for await (const some of readFields(startGit(this.directory, ["ls-tree", "-r", "-z", "--full-tree", id]))) {
      files.push(...some.flatMap((field) => toFileOfTree(field) ?? []));
    }
    return files;
  }

  async content(id: string): Promise<FileContent> {
    const bytes = await this.#blobs.read(id);
    return bytes ? toFileContent(bytes) : { kind: "refused", reason: "is larger than 1 MiB" };
  }

  /** The bytes of a content; undefined where they are more than `maxBytes`. */
  bytes(id: string, maxBytes: number): Promise<Buffer | undefined> {
    if (this.#files?.maxBytes !== maxBytes) {
      this.#files?.reader.close();
      this.#files = { maxBytes, reader: new BlobReader(this.directory, maxBytes) };
    }
    return this.#files.reader.read(id);
  }

  /** Ends git, and takes away what was unpacked. */
  async close(): Promise<void> {
    this.#blobs.close();
    this.#files?.reader.close();
    if (this.#temporary !== undefined) await rm(this.#temporary, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #run(...args: string[]): Promise<string> {
    return runGit(this.directory, args);
  }

  async #commit(name: string): Promise<CommitId | undefined> {
    try {
      return CommitId.parse((await this.#run("rev-parse", "--quiet", "--verify", `${name}^{commit}`)).trim());
    } catch (error) {
      if (error instanceof GitFailedError) return undefined;
      throw error;
    }
  }
}

async function asRepository(path: string, open: () => Promise<unknown>): Promise<void> {
  try {
    await open();
  } catch (error) {
    if (!(error instanceof GitFailedError)) throw error;
    throw new NotARepositoryError(path, error.reason);
  }
}
