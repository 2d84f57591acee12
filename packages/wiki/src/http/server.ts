import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { SECURITY_HEADERS } from "./security.ts";

/** Where a server listens. */
export interface Listening {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** A server that runs. */
export interface RunningServer {
  /** The address to open: `http://127.0.0.1:8080`. */
  readonly address: string;
  /**
   * Takes no more requests, answers those under way, and ends. Connections that are still busy after `patience`
   * milliseconds are cut.
   */
  stop(patience?: number): Promise<void>;
}

/** Answers some requests at once, from memory; the others are left to the application. */
export type FastPath = (request: IncomingMessage, response: ServerResponse) => boolean;

type Fetch = (request: Request, env: { readonly incoming: IncomingMessage }) => Response | Promise<Response>;

/** What answers. */
export interface ServerParts {
  readonly fetch: Fetch;
  readonly fastPath: FastPath;
  /** Is told of each request first. */
  readonly begin: (request: IncomingMessage, response: ServerResponse) => void;
}

// A browser opens six connections to a site and keeps them.
const KEEP_ALIVE = 5_000;
// Whoever takes longer to send a request is not a reader. A file may take long; of a body that comes too slowly others know.
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 1_800_000;
const PATIENCE = 10_000;
const EVERY_ANSWER = Object.entries(SECURITY_HEADERS);

/** Begins to listen. Rejects where the address is taken or not to be had. */
export async function startServer(
  { host, port }: Listening,
  { fetch, fastPath, begin }: ServerParts,
): Promise<RunningServer> {
  const listener = getRequestListener(fetch as Parameters<typeof getRequestListener>[0]);
  let isStopping = false;
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE, headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT },
    (request, response) => {
      // A connection that stays busy would otherwise be served for as long as it is.
      response.shouldKeepAlive &&= !isStopping;
      // Here and not on the answer: each header that Hono puts on an answer which is made has it make another one. A file
      // has a policy of its own, which is stricter, and takes the place of ours.
      for (const [name, value] of EVERY_ANSWER) response.setHeader(name, value);
      begin(request, response);
      if (!fastPath(request, response)) void listener(request, response);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    address: addressOf(server),
    stop: (patience = PATIENCE) => {
      isStopping = true;
      return stop(server, patience);
    },
  };
}

function addressOf(server: Server): string {
  // A server that listens on a port has an address of this kind.
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

async function stop(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(cut);
}
