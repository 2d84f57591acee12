import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { ProgrammingError } from "../../domain/errors.ts";
import { type Outcome, UnknownGroupOutcome } from "../../persistence/group-committer.ts";
import type { LogIdentity } from "../../persistence/recorder.ts";
import { ClockSkewError, NotAStoreError, StoreUnavailableError } from "../../persistence/store-errors.ts";
import type { StoredSave } from "../../persistence/stored-event.ts";
import { end, type PostgresConnections } from "./postgres-connections.ts";
import { isLost, sqlState, toStoreError } from "./postgres-errors.ts";
import { noteOutcomes, toParameters } from "./postgres-group.ts";
import { findLog, openStore } from "./postgres-open.ts";
import type { Row } from "./postgres-rows.ts";

/** How the writers of all nodes are made to follow one another. */
export type Serialiser = "advisory-lock" | "row-lock";

export interface WriterOptions {
  readonly schema: string;
  readonly serialiser: Serialiser;
  readonly clock: (() => number) | undefined;
  readonly outcomeTimeout: number;
}

/** A session of the server, which outlives its connection until it notices. */
interface Session {
  readonly client: Client;
  readonly pid: number;
  readonly started: string;
}

type Attempt =
  | { readonly kind: "answered"; readonly rows: readonly Row[] }
  | { readonly kind: "not-sent" | "lost" | "refused"; readonly error: unknown };

// A deadlock, a serialisation failure, and the same position taken by a writer that serialises in another way.
const TRY_AGAIN = ["40001", "40P01", "23505"];
const TRIES = 10;
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 500;
const TERMINATE_TIMEOUT = 5_000;

/** The one connection of a recorder that writes. A connection that is lost is replaced when it is needed. */
export class PostgresWriter {
  readonly #connections: PostgresConnections;
  readonly #options: WriterOptions;
  readonly #statement: { readonly name: string; readonly text: string };
  #log: LogIdentity | undefined;
  #session: Session | undefined;
  /** The session of a group whose outcome is open: it may still be at work. */
  #lost: Session | undefined;

  constructor(connections: PostgresConnections, options: WriterOptions) {
    this.#connections = connections;
    this.#options = options;
    const parameters = Array.from({ length: 16 }, (_, index) => `$${index + 1}`);
    this.#statement = {
      name: "append_group",
      text: `select * from "${options.schema}".append_group(${parameters.join(", ")})`,
    };
  }

  /** Connects, creates or migrates the store where that is due, and answers which log it is. */
  async open(): Promise<LogIdentity> {
    try {
      const { client } = await this.#connect();
      this.#log = await openStore(client, this.#options.schema, this.#connections.where);
      return this.#log;
    } catch (error) {
      throw toStoreError(this.#connections.where, error);
    }
  }

  /** Records a group as `CommitGroup` says. */
  async commit(saves: readonly StoredSave[]): Promise<readonly Outcome[]> {
    const outcomes = new Map<StoredSave, Outcome>();
    // Saves that are recorded already, or cannot be, keep a group from being recorded: the others go again without them.
    let left = saves;
    while (left.length > 0) {
      noteOutcomes(outcomes, left, await this.#append(left));
      const next = left.filter((save) => !outcomes.has(save));
      if (next.length === left.length) throw new ProgrammingError("append_group settled none of its saves");
      left = next;
    }
    return saves.flatMap((save) => outcomes.get(save) ?? []);
  }

  async close(): Promise<void> {
    await this.#session?.client.end();
    this.#session = undefined;
  }

  /** Sends a group until it is answered: what stands in the log already is recognised, and not recorded twice. */
  async #append(saves: readonly StoredSave[]): Promise<readonly Row[]> {
    const { serialiser, clock, outcomeTimeout } = this.#options;
    const values = [serialiser, clock?.() ?? null, ...toParameters(saves)];
    let openSince: number | undefined;
    for (let tries = 1; ; tries += 1) {
      const attempt = await this.#attempt(values);
      if (attempt.kind === "answered") return attempt.rows;
      const error = toStoreError(this.#connections.where, attempt.error);
      if (attempt.kind === "lost") openSince ??= performance.now();
      if (openSince === undefined) {
        const passes = attempt.kind === "refused" && TRY_AGAIN.includes(sqlState(attempt.error) ?? "");
        if (!passes || tries === TRIES) throw error;
      } else {
        // It is raised after the log was searched for the group, and nobody else can record it: the lost session ended.
        if (error instanceof ClockSkewError) throw error;
        if (performance.now() - openSince > outcomeTimeout) {
          throw new UnknownGroupOutcome("the connection was lost during a commit", { cause: error });
        }
      }
      await sleep(Math.min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE));
    }
  }

  async #attempt(values: readonly unknown[]): Promise<Attempt> {
    let session: Session;
    try {
      session = await this.#connect();
    } catch (error) {
      return { kind: "not-sent", error };
    }
    try {
      const { rows } = await session.client.query<unknown[]>({
        ...this.#statement,
        values: [...values],
        rowMode: "array",
      });
      return { kind: "answered", rows };
    } catch (error) {
      if (!isLost(error)) return { kind: "refused", error };
      this.#session = undefined;
      this.#lost = session;
      end(session.client);
      return { kind: "lost", error };
    }
  }

  async #connect(): Promise<Session> {
    if (this.#session) return this.#session;
    const client = await this.#connections.connect();
    try {
      const session = { client, ...(await findSession(client)) };
      await this.#endLost(client);
      await this.#assertSameLog(client);
      client.once("end", () => {
        if (this.#session === session) this.#session = undefined;
      });
      this.#session = session;
      return session;
    } catch (error) {
      end(client);
      throw error;
    }
  }

  /** A session that is still at work could record its group after we were told that it cannot be recorded. */
  async #endLost(client: Client): Promise<void> {
    if (!this.#lost) return;
    const { rows } = await client.query<{ ended: boolean }>(
      `select pg_terminate_backend(pid, ${TERMINATE_TIMEOUT}) as ended from pg_stat_activity
       where pid = $1 and extract(epoch from backend_start)::text = $2 and pid <> pg_backend_pid()`,
      [this.#lost.pid, this.#lost.started],
    );
    if (rows.some(({ ended }) => !ended)) {
      throw new StoreUnavailableError(
        `${this.#connections.where} is still at work for a connection that was lost; try again`,
      );
    }
    this.#lost = undefined;
  }

  async #assertSameLog(client: Client): Promise<void> {
    if (!this.#log) return;
    const { schema } = this.#options;
    const found = await findLog(client, schema, this.#connections.where);
    if (found?.logId !== this.#log.logId || found.epoch !== this.#log.epoch) {
      throw new NotAStoreError(`${this.#connections.where} holds another log than before; open the store again`);
    }
  }
}

async function findSession(client: Client): Promise<Omit<Session, "client">> {
  const { rows } = await client.query(
    `select pid, extract(epoch from backend_start)::text as started from pg_stat_activity where pid = pg_backend_pid()`,
  );
  return rows[0];
}
