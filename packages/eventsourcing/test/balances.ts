import { defineProjection } from "../src/following/projection.ts";
import type { ProjectionSession } from "../src/following/projection-session.ts";
import { Account, accountLog } from "./account.ts";

/** The read model that the tests of projections are about: what each account holds, and each event that said so, once. */
export const balances = balancesOf(1);

/** The same in a version. `beforeEach` is told of each event before it is applied, and may throw. */
export function balancesOf(version: number, beforeEach: (position: number) => unknown = () => {}) {
  return defineProjection({
    name: "balances",
    version,
    follows: [Account, accountLog],
    topics: ["Account.Created", "Account.Deposited", "Account.Withdrawn", "AccountOpened"],
    create: async (sql) => {
      await sql.query(
        `create table ${sql.table("balance")} (id text primary key, owner text, balance bigint not null)`,
      );
      await sql.query(`create table ${sql.table("effect")} (position bigint not null)`);
      await sql.query(`create index ${sql.index("effect_by_position")} on ${sql.table("effect")} (position)`);
    },
    apply: async (events, sql) => {
      for (const event of events) {
        await beforeEach(event.position);
        await sql.query(`insert into ${sql.table("effect")} values ($1)`, [event.position]);
        switch (event.type) {
          case "Created":
            await sql.query(`insert into ${sql.table("balance")} values ($1, $2, 0) on conflict do nothing`, [
              event.originatorId,
              event.data.owner,
            ]);
            break;
          case "Deposited":
            await add(sql, event.originatorId, event.data.amount);
            break;
          case "Withdrawn":
            await add(sql, event.originatorId, -event.data.amount);
            break;
        }
      }
    },
  });
}

async function add(sql: ProjectionSession, id: string, amount: number): Promise<void> {
  await sql.query(`update ${sql.table("balance")} set balance = balance + $2 where id = $1`, [id, amount]);
}

/** The balances by owner. */
export async function readBalances(sql: ProjectionSession): Promise<Record<string, number>> {
  const rows = await sql.query<{ readonly owner: string; readonly balance: number }>(
    `select owner, balance from ${sql.table("balance")} order by owner`,
  );
  return Object.fromEntries(rows.map(({ owner, balance }) => [owner, balance]));
}

/** The positions of the events that had an effect, in the order of positions, as often as they had one. */
export async function readEffects(sql: ProjectionSession): Promise<readonly number[]> {
  const rows = await sql.query<{ readonly position: number }>(
    `select position from ${sql.table("effect")} order by position`,
  );
  return rows.map(({ position }) => position);
}
