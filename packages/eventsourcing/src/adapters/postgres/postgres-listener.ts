import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { disconnect, type PostgresConnections } from "./postgres-connections.ts";

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** Hears what `append_group` notifies of, on a connection of its own, from the time somebody waits. */
export class PostgresListener {
  readonly #connections: PostgresConnections;
  readonly #channel: string;
  readonly #onCommit: () => void;
  readonly #closing = new AbortController();
  #listening: Promise<void> | undefined;

  constructor(connections: PostgresConnections, channel: string, onCommit: () => void) {
    this.#connections = connections;
    this.#channel = channel;
    this.#onCommit = onCommit;
  }

  /** Begins to listen where that has not begun. */
  start(): void {
    this.#listening ??= this.#listen();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#listening;
  }

  /** Until it is closed: a connection that is lost is replaced, and whoever waits looks for what was missed. */
  async #listen(): Promise<void> {
    let pause = FIRST_PAUSE;
    while (!this.#closing.signal.aborted) {
      const client = await this.#connect().catch(() => undefined);
      if (client) {
        pause = FIRST_PAUSE;
        this.#onCommit();
        await this.#ended(client);
      } else {
        await sleep(pause, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {});
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }

  async #connect(): Promise<Client> {
    const client = await this.#connections.connect();
    client.on("notification", this.#onCommit);
    try {
      await client.query(`listen "${this.#channel}"`);
      return client;
    } catch (error) {
      disconnect(client);
      throw error;
    }
  }

  #ended(client: Client): Promise<void> {
    return new Promise((resolve) => {
      client.once("end", () => resolve());
      if (this.#closing.signal.aborted) disconnect(client);
      else this.#closing.signal.addEventListener("abort", () => disconnect(client), { once: true });
    });
  }
}
