import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

type Handler = (request: Request) => Promise<Response>;

/** A server on 127.0.0.1 whose answers can be lost or falsified on their way. */
export class LogServer implements AsyncDisposable {
  /** What is answered from now on. */
  handler: Handler;
  /** Of each body how many bytes are sent before the connection is cut; undefined lets it through. */
  cutAfter: (body: Buffer) => number | undefined = () => undefined;
  /** What is sent in the place of a body. */
  falsify: (body: string) => string = (body) => body;
  /** The paths and queries of the requests so far. */
  readonly requests: string[] = [];
  #server: Server | undefined;
  #port = 0;

  private constructor(handler: Handler) {
    this.handler = handler;
  }

  static async start(handler: Handler): Promise<LogServer> {
    const server = new LogServer(handler);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/notifications`;
  }

  /** Starts it, again on the port that it had. */
  async start(): Promise<void> {
    const server = createServer((incoming, outgoing) => void this.#answer(incoming, outgoing));
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (typeof address === "object" && address) this.#port = address.port;
    this.#server = server;
  }

  /** Cuts all connections and answers no more. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    this.requests.push(incoming.url ?? "");
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, `${value}`]);
    const response = await this.handler(
      new Request(new URL(incoming.url ?? "", this.url), {
        method: incoming.method ?? "GET",
        headers,
        signal: gone.signal,
      }),
    );
    const body = Buffer.from(this.falsify(await response.text()));
    const cut = this.cutAfter(body);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (cut === undefined) outgoing.end(body);
    else outgoing.write(body.subarray(0, cut), () => outgoing.destroy());
  }
}
