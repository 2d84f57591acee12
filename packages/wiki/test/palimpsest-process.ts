import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** The program. */
export const CLI = join(import.meta.dirname, "../src/cli/main.ts");

/** How the program ended, and what it said. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the program is run, and what with. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The program, running. */
export interface RunningProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said so far. */
  stdout(): string;
}

/** Starts `palimpsest` as a process of its own. */
export function startPalimpsest(args: readonly string[], { cwd, env = {} }: RunOptions): RunningProgram {
  const { WIKI_STORE, STORE, ...rest } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], {
    ...{ cwd, env: { ...rest, ...env }, stdio: ["ignore", "pipe", "pipe"] },
  });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...said }));
  });
  return { child, ended, stdout: () => said.stdout };
}

/** Runs `palimpsest` to its end. */
export function palimpsest(args: readonly string[], options: RunOptions): Promise<Ended> {
  return startPalimpsest(args, options).ended;
}

/** A wiki that is served by a process of its own. */
export interface ServedWiki extends RunningProgram {
  readonly address: string;
}

/** Serves a wiki on any free port, and waits for its address. */
export async function servePalimpsest(database: string, options: RunOptions, ...more: string[]): Promise<ServedWiki> {
  const running = startPalimpsest(["serve", "--database", database, "--port", "0", "--json", ...more], options);
  const address = await new Promise<string>((resolve, reject) => {
    running.child.stdout?.on("data", () => {
      const found = /"address":"([^"]+)"/.exec(running.stdout());
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    running.ended.then(({ stderr }) => reject(new Error(`it ended before it listened: ${stderr}`)), reject);
  });
  return { ...running, address };
}
