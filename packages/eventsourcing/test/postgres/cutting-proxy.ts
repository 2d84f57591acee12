import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * What to do with the next request that the rule meets:
 * - `lose-request`: cut both sides before the server has it; `lose-half`: when it has half of it
 * - `lose-answer`: cut both sides when the server has answered
 * - `hold-request`: cut the client's side; the server gets the request at `release`
 * - `swallow-answer`: cut nothing, and let no answer through
 */
export type Fault = "lose-request" | "lose-half" | "lose-answer" | "hold-request" | "swallow-answer";

/** A TCP proxy before a server, that loses connections when it is told to. */
export class CuttingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #faults: Fault[] = [];
  #held: (() => Promise<void>) | undefined;
  #isOpen = true;
  /** The faults that have happened. */
  met = 0;

  private constructor(target: { readonly host: string; readonly port: number }, marker: string) {
    this.#server = createServer((client) => {
      if (this.#isOpen) this.#join(client, connect(target), Buffer.from(marker));
      else client.destroy();
    });
  }

  /** `marker` is a part of the requests that faults are for. */
  static async start(target: { readonly host: string; readonly port: number }, marker: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target, marker);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** The connection string, led through the proxy. */
  through(connectionString: string): string {
    const url = new URL(connectionString);
    const address = this.#server.address();
    url.host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    return url.href;
  }

  /** One fault for each of the next requests. */
  plan(...faults: readonly Fault[]): void {
    this.#faults.push(...faults);
  }

  /** Whether new connections get through. */
  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen;
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Gives the server the request that was held, and waits until it has ended that connection. */
  async release(): Promise<void> {
    await this.#held?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false;
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket, server: Socket, marker: Buffer): void {
    let fault: Fault | undefined;
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        if (fault !== "hold-request") cut();
      });
    }
    client.on("data", (data) => {
      if (fault === undefined && data.includes(marker)) {
        fault = this.#faults.shift();
        if (fault) this.met += 1;
      }
      if (fault === "lose-request") cut();
      else if (fault === "lose-half") server.write(data.subarray(0, data.length / 2), cut);
      else if (fault === "hold-request") {
        this.#held = async () => {
          if (server.closed) return;
          const closed = new Promise((resolve) => server.once("close", resolve));
          server.end(data);
          // Not by `once`: the server may reset a connection whose session was ended.
          await closed;
        };
        client.destroy();
      } else server.write(data);
    });
    server.on("data", (data) => {
      if (fault === "lose-answer") cut();
      else if (fault === undefined) client.write(data);
    });
  }
}
