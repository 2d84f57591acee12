/** Where lines go: `process.stdout`, or a file. */
export interface LogTarget {
  write(text: string): unknown;
}

/** A request that was answered. Nothing that it carried is in it: no query, no body, no cookie. */
export interface LoggedRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  /** With headers. */
  readonly bytes: number;
  /** Whether the connection ended before the answer did. */
  readonly isCut: boolean;
}

const MAX_PATH = 500;

/** What the server did, a line of JSON each. */
export class ServerLog {
  readonly #target: LogTarget;
  readonly #clock: () => number;
  #lines: string[] = [];

  constructor(target: LogTarget, clock: () => number) {
    this.#target = target;
    this.#clock = clock;
  }

  request({ path, ms, isCut, ...request }: LoggedRequest): void {
    const cut = isCut ? { cut: true } : {};
    this.#write("info", { ...request, path: path.slice(0, MAX_PATH), ms: Math.round(ms * 100) / 100, ...cut });
  }

  error(error: unknown, requestId: string): void {
    const { stack, code } = error instanceof Error ? (error as Error & { readonly code?: unknown }) : {};
    this.#write("error", { id: requestId, code, error: stack ?? String(error) });
  }

  /** Writes what was not yet. */
  flush(): void {
    if (this.#lines.length === 0) return;
    this.#target.write(this.#lines.join(""));
    this.#lines = [];
  }

  #write(level: "info" | "error", fields: object): void {
    // Under load, one write takes the lines of many requests.
    if (this.#lines.length === 0) setImmediate(() => this.flush());
    this.#lines.push(`${JSON.stringify({ time: new Date(this.#clock()).toISOString(), level, ...fields })}\n`);
  }
}
