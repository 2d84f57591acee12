import type { Environment } from "@palimpsest/eventsourcing";

/** Where a command reads and writes beside its arguments. */
export interface Terminal {
  readonly env: Environment;
  /** What the command is asked for; the rest goes to `note`. */
  print(text: string): void;
  /** The same for much of it: resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** What goes on while it works. */
  note(text: string): void;
  /** Writes over the last line that it wrote, where that is possible. */
  readonly overwrite: ((line: string) => void) | undefined;
  /** Whether a person sits before it. */
  readonly interactive: boolean;
  /** Aborted when the user, or what runs the program, wants it to stop. */
  readonly interrupted: AbortSignal;
  /** Ends the process at once, whatever its threads do. */
  abandon(): void;
}

/** A command of `palimpsest`. */
export interface Command {
  readonly help: string;
  /** Answers the exit code. Rejects with `UsageError`, or what it meets. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** The exit codes: all is done; it failed; the command line is wrong; it was stopped by SIGINT. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
