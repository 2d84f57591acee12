import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import type { BankJob } from "./bank-process.ts";
import type { NaiveJob } from "./naive-process.ts";

/** A process of its own that works on a store. */
export interface ClientProcess {
  /** Where it notes what it does. */
  readonly notes: string;
  readonly isRunning: () => boolean;
  /** Ends it, and the program before it, with SIGKILL. */
  readonly kill: () => void;
  /** How it ended; `errors` is what it wrote to its standard error. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly errors: string }>;
}

type Given<Job> = Pick<Job, "file" & keyof Job> & Partial<Job> & { readonly before?: readonly string[] };

const running = new Set<ClientProcess>();
let started = 0;

// A test that fails or times out must not leave a process behind.
afterEach(() => {
  for (const client of running) client.kill();
});

/** Starts a bank; `notes` default beside the store, `before` is another program before it on the command line. */
export function startBank({ file, before, ...given }: Given<BankJob>): ClientProcess {
  return start("bank-process.ts", { file, clients: 4, saves: 1_000_000, names: 1_000, seed: 1, ...given }, before);
}

/** Starts a process that makes a mistake. */
export function startNaive({ file, before, ...given }: Given<NaiveJob>): ClientProcess {
  return start("naive-process.ts", { file, saves: 1_000_000, mistake: "synchronous-normal", ...given }, before);
}

function start(
  program: string,
  given: { readonly file: string; readonly notes?: string },
  before: readonly string[] = [],
): ClientProcess {
  started += 1;
  const notes = given.notes ?? `${given.file}.notes-${started}`;
  const job = JSON.stringify({ ...given, notes, name: `client ${started}` });
  const path = fileURLToPath(new URL(program, import.meta.url));
  const [command = "", ...args] = [...before, process.execPath, path, job];
  // In a process group of its own: a tracer that is killed alone would leave what it traces running.
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += String(chunk);
  });
  const client: ClientProcess = {
    notes,
    isRunning: () => running.has(client),
    kill: () => {
      if (child.pid !== undefined && running.has(client)) process.kill(-child.pid, "SIGKILL");
    },
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", () => running.delete(client));
      child.on("close", (code, signal) => resolve({ code, signal, errors }));
    }),
  };
  running.add(client);
  return client;
}

/** Waits until some clients have noted this many acknowledged saves, or none of them is running any more. */
export async function acknowledged(clients: readonly ClientProcess[], count: number): Promise<void> {
  const counted = () =>
    clients.reduce((sum, { notes }) => sum + (textOf(notes).split('"kind":"recorded"').length - 1), 0);
  while (counted() < count && clients.some(({ isRunning }) => isRunning())) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
