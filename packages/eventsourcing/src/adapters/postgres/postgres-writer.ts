import { setTimeout as sleep } from "node:timers/promises";
import type { QueryConfig } from "pg";
import { ProgrammingError } from "../../domain/errors.ts";
import { type Outcome, UnknownGroupOutcome } from "../../persistence/group-committer.ts";
import type { Durability, LogIdentity } from "../../persistence/recorder.ts";
import { ClockSkewError } from "../../persistence/store-errors.ts";
import type { StoredSave } from "../../persistence/stored-event.ts";
import { disconnect, type PostgresConnections } from "./postgres-connections.ts";
import { isLost, sqlState, toStoreError } from "./postgres-errors.ts";
import { type Answer, toOutcomes, toParameters, toParametersOfOne } from "./postgres-group.ts";
import { assertSameLog, openStore } from "./postgres-open.ts";
import type { Statement } from "./postgres-pool.ts";
import { endSession, openSession, type Session } from "./postgres-session.ts";

/** How the writers of all nodes are made to follow one another. */
export type Serialiser = "advisory-lock" | "row-lock";

export interface WriterOptions {
  readonly schema: string;
  readonly serialiser: Serialiser;
  readonly clock: (() => number) | undefined;
  readonly outcomeTimeout: number;
  readonly durability: Durability;
}

/** What became of sending a group once. Where it was lost, it may have been recorded or not. */
type Attempt =
  | { readonly kind: "answered"; readonly answer: Answer | null }
  | { readonly kind: "not-sent" | "refused" | "lost"; readonly error: unknown };

/** Since when it is open whether the saves of a group were recorded; undefined where they were not. */
interface Pursuit {
  openSince: number | undefined;
}

// A deadlock, a serialisation failure, and a position that was taken by a writer that serialises in another way.
const TRY_AGAIN = ["40001", "40P01", "23505"];
const TRIES = 10;
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 500;

/** The one connection of a recorder that writes. One that is lost is replaced when it is needed. */
export class PostgresWriter {
  readonly #connections: PostgresConnections;
  readonly #options: WriterOptions;
  readonly #appendOne: Statement;
  readonly #appendGroup: Statement;
  #log: LogIdentity | undefined;
  #session: Session | undefined;
  /** The session that a group was lost in: it may still be at work. */
  #lost: Session | undefined;
  /** Since when an answer is waited for. */
  #askedAt = Number.POSITIVE_INFINITY;

  constructor(connections: PostgresConnections, options: WriterOptions) {
    this.#connections = connections;
    this.#options = options;
    this.#appendOne = callOf(options.schema, "append_one", 13);
    this.#appendGroup = callOf(options.schema, "append_group", 16);
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
    const pursuit: Pursuit = { openSince: undefined };
    // Saves that are recorded already, or cannot be, keep the others from being recorded: these go again without them.
    let left = saves;
    while (left.length > 0) {
      const settled = toOutcomes(left, await this.#append(left, pursuit));
      if (settled.size === 0) throw new ProgrammingError("append_group settled none of its saves");
      for (const [save, outcome] of settled) outcomes.set(save, outcome);
      left = left.filter((save) => !outcomes.has(save));
    }
    return saves.flatMap((save) => outcomes.get(save) ?? []);
  }

  async close(): Promise<void> {
    if (this.#options.durability === "close" && this.#session) await this.#bringToDisk(this.#session);
    await this.#session?.client.end();
  }

  /** A commit that waits for the disk waits for all before it. */
  async #bringToDisk({ client }: Session): Promise<void> {
    await client.query("set synchronous_commit = on");
    await client.query(`update "${this.#options.schema}".log set schema_version = schema_version`);
  }

  async #append(saves: readonly StoredSave[], pursuit: Pursuit): Promise<Answer> {
    const one = toParametersOfOne(saves);
    const answer =
      (one && (await this.#call(this.#appendOne, one, pursuit))) ??
      (await this.#call(this.#appendGroup, toParameters(saves), pursuit));
    if (!answer) throw new ProgrammingError("append_group answered nothing");
    return answer;
  }

  /** Calls a function until it answers: it recognises what stands in the log already, and records nothing twice. */
  async #call(statement: Statement, parameters: readonly unknown[], pursuit: Pursuit): Promise<Answer | null> {
    const { serialiser, clock, outcomeTimeout } = this.#options;
    const values = [serialiser, clock?.() ?? null, ...parameters];
    for (let tries = 1; ; tries += 1) {
      const attempt = await this.#attempt({ ...statement, values });
      if (attempt.kind === "answered") return attempt.answer;
      const error = toStoreError(this.#connections.where, attempt.error);
      if (attempt.kind === "lost") pursuit.openSince ??= performance.now();
      if (pursuit.openSince === undefined) {
        const passes = attempt.kind === "refused" && TRY_AGAIN.includes(sqlState(attempt.error) ?? "");
        if (!passes || tries === TRIES) throw error;
      } else {
        // It is raised after the log was searched for the group, and nobody else can record it: the lost session ended.
        if (error instanceof ClockSkewError) throw error;
        if (performance.now() - pursuit.openSince > outcomeTimeout) {
          throw new UnknownGroupOutcome("the connection was lost during a commit", { cause: error });
        }
      }
      await sleep(Math.min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE));
    }
  }

  async #attempt(query: QueryConfig): Promise<Attempt> {
    let session: Session;
    try {
      session = await this.#connect();
    } catch (error) {
      return { kind: "not-sent", error };
    }
    this.#askedAt = performance.now();
    try {
      const { rows } = await session.client.query<[Answer | null]>({ ...query, rowMode: "array" });
      return { kind: "answered", answer: rows[0]?.[0] ?? null };
    } catch (error) {
      if (!isLost(error)) return { kind: "refused", error };
      this.#session = undefined;
      this.#lost = session;
      disconnect(session.client);
      return { kind: "lost", error };
    } finally {
      this.#askedAt = Number.POSITIVE_INFINITY;
    }
  }

  async #connect(): Promise<Session> {
    if (this.#session) return this.#session;
    const session = await openSession(this.#connections);
    const { client } = session;
    try {
      // A session that is still at work could record its group after we were told that it cannot be recorded.
      if (this.#lost) await endSession(client, this.#lost, this.#connections.where);
      this.#lost = undefined;
      if (this.#log) await assertSameLog(client, this.#options.schema, this.#log);
      if (this.#options.durability === "close") await client.query("set synchronous_commit = off");
    } catch (error) {
      disconnect(client);
      throw error;
    }
    // TCP alone would wait a quarter of an hour for an answer. One timer for all groups costs less than one for each.
    const { outcomeTimeout } = this.#options;
    const watch = setInterval(() => {
      if (performance.now() - this.#askedAt > outcomeTimeout) client.connection.stream.destroy();
    }, outcomeTimeout / 2).unref();
    client.once("end", () => {
      clearInterval(watch);
      if (this.#session === session) this.#session = undefined;
    });
    this.#session = session;
    return session;
  }
}

function callOf(schema: string, name: string, parameters: number): Statement {
  const list = Array.from({ length: parameters }, (_, index) => `$${index + 1}`);
  return { name, text: `select "${schema}".${name}(${list.join(", ")})` };
}
