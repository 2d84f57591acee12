// A user's program: the test of the package runs it, and checks its types, in a project that has nothing but the package.
import { execFileSync } from "node:child_process";
import {
  Application,
  defineAggregate,
  defineLog,
  defineProjection,
  isUuid,
  NAMESPACE_URL,
  ProjectionRunner,
  subscribe,
  uuid5,
} from "@palimpsest/eventsourcing";
import { given } from "@palimpsest/eventsourcing/testing";
import { schemaOf } from "./schema.ts";

const text = schemaOf((value) => typeof value === "string", "a text");
const amount = schemaOf((value): value is number => typeof value === "number" && value > 0, "a number above 0");

const Account = defineAggregate({
  name: "Account",
  events: { Created: { owner: text }, Deposited: { amount } },
  create: ({ owner }) => ({ owner, balance: 0 }),
  apply: { Deposited: (account, event) => ({ ...account, balance: account.balance + event.amount }) },
  commands: (event) => ({ deposit: (_account, given: number) => event.Deposited({ amount: given }) }),
});

const openings = defineLog({
  name: "AccountOpened",
  id: uuid5(NAMESPACE_URL, "/openings"),
  event: { accountId: schemaOf(isUuid, "an id") },
});

const balances = defineProjection({
  name: "balances",
  follows: [Account],
  create: (sql) => sql.query(`create table ${sql.table("balance")} (id text primary key, amount bigint not null)`),
  apply: async (events, sql) => {
    for (const event of events) {
      await sql.query(
        `insert into ${sql.table("balance")} as known values ($1, $2)
         on conflict (id) do update set amount = known.amount + excluded.amount`,
        [event.originatorId, event.type === "Deposited" ? event.data.amount : 0],
      );
    }
  },
});

/** Saves, reads, projects and follows. */
async function use(store: string): Promise<readonly unknown[]> {
  await using app = await Application.open({ name: "Bank", aggregates: [Account], logs: [openings], store });
  const account = Account.create({ owner: "Ana" });
  account.deposit(5);
  await app.save(account, openings.event({ accountId: account.id }));
  if (store.startsWith("sqlite:")) execFileSync(process.execPath, [import.meta.filename, store, account.id]);
  else await deposit(app, account.id);

  await using runner = new ProjectionRunner(app, [balances]);
  runner.start();
  await runner.waitFor(await app.notificationLog.head());
  const rows = await runner.read(balances, (sql) => sql.query(`select amount from ${sql.table("balance")}`));
  const enough = new AbortController();
  const topics: string[] = [];
  for await (const event of subscribe(app.notificationLog, { signal: enough.signal })) {
    topics.push(event.topic);
    if (event.position === 4) enough.abort();
  }
  return [(await app.repository.get(Account, account.id)).state, Number(rows[0]?.["amount"]), topics];
}

async function deposit(app: Application, id: string): Promise<void> {
  if (!isUuid(id)) throw new Error(`${id} is no id`);
  const account = await app.repository.get(Account, id);
  account.deposit(2);
  await app.save(account);
}

given(Account, { type: "Created", data: { owner: "Ana" } })
  .when((account) => account.deposit(1))
  .thenState({ owner: "Ana", balance: 1 });

const [store = "memory:", id] = process.argv.slice(2);
if (id === undefined) {
  console.log(JSON.stringify(await use(store)));
} else {
  await using app = await Application.open({ name: "Bank", aggregates: [Account], logs: [openings], store });
  await deposit(app, id);
}
