import { StoreError } from "../persistence/store-errors.ts";

/** The server of a remote log refuses a request, and would again. */
export class RemoteLogRefusedError extends StoreError {
  readonly code = "REMOTE_LOG_REFUSED";
  readonly status: number;
  /** The `code` of the problem, where the server gives one. */
  readonly problem: string | undefined;

  constructor(url: string, status: number, { code, detail }: { readonly code?: unknown; readonly detail?: unknown }) {
    const problem = typeof code === "string" ? code.slice(0, 100) : undefined;
    const reason = [problem, typeof detail === "string" ? detail.slice(0, 500) : undefined].filter(Boolean).join(", ");
    super(`${url} answered ${status}${reason && ` (${reason})`}; check the address and the headers given`);
    this.status = status;
    this.problem = problem;
  }
}

/** What came from a remote log cannot be its answer. Nothing of it was handed on. */
export class InvalidAnswerError extends StoreError {
  readonly code = "INVALID_ANSWER";
  /** The part at fault, such as `items[3].position`. */
  readonly part: string;

  constructor(part: string, reason: string) {
    super(`the answer of the remote log is refused: ${part} ${reason}; check the address, and what stands in between`);
    this.part = part;
  }
}
