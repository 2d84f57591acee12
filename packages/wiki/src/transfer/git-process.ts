import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GitFailedError, GitMissingError } from "./git-errors.ts";

/** A git command at work. */
export interface GitProcess {
  readonly output: Readable;
  /** Writes to its input; for a command that was started with `input: "open"`. */
  write(text: string): void;
  /** Ends its input and waits for it. Rejects with `GitFailedError`, `GitMissingError`. */
  end(): Promise<void>;
  stop(): void;
}

const MAX_MESSAGE = 2_000;

/** Starts git on a repository. `input` is fed to it as it reads; "open" is for `write`. */
export function startGit(
  directory: string | undefined,
  args: readonly string[],
  input?: Iterable<string> | "open",
): GitProcess {
  const child = spawn("git", [...(directory === undefined ? [] : ["-C", directory]), ...args], {
    env: environment(),
    stdio: ["pipe", "pipe", "pipe"],
    // A terminal sends an interrupt to the whole group: git is to outlive it until the save under way is done.
    detached: true,
  });
  let message = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    message = (message + text).slice(-MAX_MESSAGE);
  });
  let stopped = false;
  const exited = new Promise<void>((resolve, reject) => {
    child.once("error", (error) =>
      reject("code" in error && error.code === "ENOENT" ? new GitMissingError(error) : error),
    );
    child.once("close", (code, signal) => {
      if (code === 0 || stopped) resolve();
      else reject(new GitFailedError(args[0] ?? "", reasonOf(message) || `it ended with ${code ?? signal}`));
    });
  });
  exited.catch(() => child.stdout.destroy());
  // What it fails for is told by its exit.
  child.stdin.on("error", () => undefined);
  if (input === undefined) child.stdin.end();
  else if (input !== "open") pipeline(Readable.from(input), child.stdin).catch(() => undefined);
  return {
    output: child.stdout,
    write: (text) => void child.stdin.write(text),
    end: () => {
      if (input === "open") child.stdin.end();
      return exited;
    },
    stop: () => {
      stopped = true;
      child.kill();
    },
  };
}

/** The whole output of a short command, as text. */
export async function runGit(directory: string | undefined, args: readonly string[]): Promise<string> {
  const git = startGit(directory, args);
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(git)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

/** The output of a command in fields that end with NUL, as many at a time as have come. Stops it where nobody reads on. */
export async function* readFields(git: GitProcess): AsyncGenerator<readonly Buffer[], void> {
  let rest: Buffer[] = [];
  try {
    for await (const piece of piecesOf(git)) {
      const fields: Buffer[] = [];
      let start = 0;
      for (let end = piece.indexOf(0); end !== -1; end = piece.indexOf(0, start)) {
        fields.push(Buffer.concat([...rest, piece.subarray(start, end)]));
        rest = [];
        start = end + 1;
      }
      rest.push(piece.subarray(start));
      if (fields.length > 0) yield fields;
    }
  } finally {
    git.stop();
  }
}

/** The output as it comes, to its end. Rejects with what git failed for. */
export async function* piecesOf(git: GitProcess): AsyncGenerator<Buffer, void> {
  try {
    yield* git.output as AsyncIterable<Buffer>;
  } catch (error) {
    // A broken pipe says less than what broke it.
    await git.end();
    throw error;
  }
  await git.end();
}

/** What git said, in one line. */
function reasonOf(message: string): string {
  const lines = message.split("\n").map((line) => line.replace(/^(?:fatal|error): /, "").trim());
  return lines.filter((line) => line !== "").join("; ");
}

/** Without what points git to another repository than the one named, and what makes it ask or fetch. */
function environment(): NodeJS.ProcessEnv {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY, GIT_NAMESPACE, ...rest } = process.env;
  return { ...rest, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1", GIT_OPTIONAL_LOCKS: "0" };
}
