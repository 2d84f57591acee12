import type { ReadModelStore, SqlSession } from "../persistence/read-model-store.ts";

/**
 * Who may do something of which there must be one, among all processes and nodes on one store. A lease runs out where its
 * holder no longer renews it. It spares work, and no more: a holder that was asleep finds out late.
 */
export class Leases {
  readonly #store: ReadModelStore;
  readonly #holder: string;
  /** How long a lease lasts that is not renewed, in milliseconds. */
  readonly #duration: number;
  readonly #heldUntil = new Map<string, number>();

  constructor(store: ReadModelStore, holder: string, duration: number) {
    this.#store = store;
    this.#holder = holder;
    this.#duration = duration;
  }

  /** Takes the leases that are free, keeps those held; the others stay with whom they are. */
  async acquire(names: Iterable<string>): Promise<void> {
    // By a clock that is never set, from before the asking: never longer than the store believes.
    const until = performance.now() + this.#duration;
    // In one order, so that two nodes do not wait for each other.
    const wanted = [...names].sort();
    const held = await this.#store.transaction(async (sql) => {
      const answers: string[] = [];
      for (const name of wanted) if (await this.#take(sql, name)) answers.push(name);
      return answers;
    });
    for (const name of wanted) this.#heldUntil.delete(name);
    for (const name of held) this.#heldUntil.set(name, until);
  }

  holds(name: string): boolean {
    return (this.#heldUntil.get(name) ?? 0) > performance.now();
  }

  async release(names: Iterable<string>): Promise<void> {
    // What is iterated may be gone through once alone, and a transaction may be tried again.
    const released = [...names].sort();
    for (const name of released) this.#heldUntil.delete(name);
    await this.#store.transaction(async (sql) => {
      for (const name of released) {
        await sql.query(`delete from ${sql.qualify("lease")} where name = $1 and holder = $2`, [name, this.#holder]);
      }
    });
  }

  async #take(sql: SqlSession, name: string): Promise<boolean> {
    const lease = sql.qualify("lease");
    const taken = await sql.query(
      `insert into ${lease} as held (name, holder, expires_at) values ($1, $2, ${now(sql)} + $3)
       on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
       where held.holder = excluded.holder or held.expires_at < ${now(sql)}
       returning name`,
      [name, this.#holder, this.#duration],
    );
    return taken.length > 0;
  }
}

/** Who holds which lease now. */
export async function readHolders(sql: SqlSession): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.query<{ readonly name: string; readonly holder: string }>(
    `select name, holder from ${sql.qualify("lease")} where expires_at >= ${now(sql)}`,
  );
  return new Map(rows.map(({ name, holder }) => [name, holder]));
}

/** The clock that all holders share. */
function now({ dialect }: SqlSession): string {
  return dialect === "sqlite"
    ? "cast(unixepoch('subsec') * 1000 as integer)"
    : "(extract(epoch from clock_timestamp()) * 1000)::bigint";
}
