import { uuid7 } from "@palimpsest/eventsourcing";
import { UserId } from "../domain/current-user.ts";
import type { AccountsDatabase } from "./accounts-tables.ts";

/** How another system names a person. */
export interface PersonIdentity {
  readonly name: string;
  readonly email: string;
}

export interface Person extends PersonIdentity {
  readonly id: UserId;
}

// Each person takes four parameters, and SQLite and PostgreSQL take 32,766 at least.
const BATCH = 1_000;

/** The people whom events name by their ids. */
export class People {
  readonly #db: AccountsDatabase;

  constructor(db: AccountsDatabase) {
    this.#db = db;
  }

  /**
   * The ids of some people, who are added where they are not known: each under a random id, which tells nothing of them.
   * They are on disk when this resolves, so that an event may name them. All come or none.
   */
  async ensure(identities: readonly PersonIdentity[]): Promise<(identity: PersonIdentity) => UserId> {
    const byKey = new Map(identities.map((identity) => [keyOf(identity), identity]));
    // In one order, so that of two processes that add the same people one waits for the other, and not each for each.
    const wanted = [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
    const ids = new Map<string, UserId>();
    await this.#db.transaction().execute(async (transaction) => {
      for (const batch of batches(wanted)) {
        await transaction
          .insertInto("person")
          .values(batch.map(({ name, email }) => ({ id: uuid7(), name, email, created_at: Date.now() })))
          .onConflict((conflict) => conflict.columns(["name", "email"]).doNothing())
          .execute();
        const emails = [...new Set(batch.map(({ email }) => email))];
        const rows = await transaction
          .selectFrom("person")
          .select(["id", "name", "email"])
          .where("email", "in", emails)
          .execute();
        for (const row of rows) ids.set(keyOf(row), UserId.parse(row.id));
      }
    });
    return (identity) => {
      const id = ids.get(keyOf(identity));
      if (id === undefined) throw new Error("this person was not asked for");
      return id;
    };
  }

  /** The people with some ids, in no order and without those that are not known. */
  async find(ids: readonly UserId[]): Promise<readonly Person[]> {
    const people: Person[] = [];
    for (const batch of batches([...new Set(ids)])) {
      const rows = await this.#db
        .selectFrom("person")
        .select(["id", "name", "email"])
        .where("id", "in", batch)
        .execute();
      people.push(...rows.map(({ id, name, email }) => ({ id: UserId.parse(id), name, email })));
    }
    return people;
  }
}

function keyOf({ name, email }: PersonIdentity): string {
  return JSON.stringify([name, email]);
}

function* batches<T>(items: readonly T[]): Generator<readonly T[], void> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}
