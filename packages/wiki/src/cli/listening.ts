import { createServer } from "node:net";
import { CodedError } from "@palimpsest/eventsourcing";

/** The server cannot have the address that it is to listen on. */
export class CannotListenError extends CodedError {
  readonly code = "CANNOT_LISTEN";
  readonly port: number;

  constructor(port: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.port = port;
  }
}

/** Whether another program listens there. */
export function isTaken(error: unknown): boolean {
  return error instanceof CannotListenError && codeOf(error.cause) === "EADDRINUSE";
}

/** Resolves where this program could listen now. Rejects with `CannotListenError`. */
export async function tryPort(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    throw toListenError(error, port);
  }
  await new Promise((resolve) => server.close(resolve));
}

/** Names what keeps a server from listening; another error stays as it is. */
export function toListenError(error: unknown, port: number): unknown {
  const reason = {
    EADDRINUSE: `port ${port} is taken by another program; stop that one, or give another port with --port`,
    EACCES: `port ${port} needs rights that this user lacks; give one above 1023 with --port`,
    EADDRNOTAVAIL: "this machine does not have the address given; give one of its own with --host",
    ENOTFOUND: "the name given is that of no machine; give an address of this one with --host",
  }[codeOf(error)];
  return reason === undefined ? error : new CannotListenError(port, reason, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
