import { CodedError } from "@palimpsest/eventsourcing";
import type { Terminal } from "./command.ts";

/** Says what a server does: lines for people, or JSON for programs. */
export class ServeLog {
  readonly #terminal: Terminal;
  readonly #json: boolean;

  constructor(terminal: Terminal, { json }: { readonly json: boolean }) {
    this.#terminal = terminal;
    this.#json = json;
  }

  get isJson(): boolean {
    return this.#json;
  }

  /** Takes lines of JSON as they are. */
  get target(): { write(text: string): void } {
    return { write: (text) => this.#terminal.print(text) };
  }

  info(event: string, text: string, fields: { readonly [name: string]: unknown }): void {
    this.#terminal.print(this.#json ? lineOf("info", { event, ...fields }) : `${text}\n`);
  }

  /** What we know says what to do; anything else is a bug, and its stack helps to find it. */
  error(error: unknown): void {
    const known = error instanceof CodedError;
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error && !known ? error.stack : undefined;
    const code = known ? error.code : "UNEXPECTED";
    this.#terminal.note(
      this.#json
        ? lineOf("error", { event: "error", code, message, ...(stack === undefined ? {} : { stack }) })
        : `palimpsest: ${stack ?? `${message} [${code}]`}\n`,
    );
  }
}

function lineOf(level: "info" | "error", fields: { readonly [name: string]: unknown }): string {
  return `${JSON.stringify({ time: new Date().toISOString(), level, ...fields })}\n`;
}
