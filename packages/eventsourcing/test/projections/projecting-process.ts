// Runs the projection `balances` on the store whose address is given, until it is killed. It kills itself in the middle of a
// batch: at the event with the number that is given second, counted over its life. As `naive` it keeps rows and position
// in two transactions.
import { Application } from "../../src/application/application.ts";
import { ProjectionRunner } from "../../src/following/projection-runner.ts";
import { sessionOf } from "../../src/following/projection-session.ts";
import { Account, accountLog, Name } from "../account.ts";
import { balancesOf } from "../balances.ts";

const [address = "", dieAt = "", kind = ""] = process.argv.slice(2);
const app = await Application.open({
  name: "Test",
  aggregates: [Account, Name],
  logs: [accountLog],
  store: address,
  env: {},
});
let applied = 0;
const projection = balancesOf(1, () => {
  applied++;
  if (applied === Number(dieAt)) process.kill(process.pid, "SIGKILL");
});
if (kind === "naive") {
  await projectNaively();
  process.exit();
}
new ProjectionRunner(app, [projection], { leaseDuration: 300 }).start();
process.send?.("started");

async function projectNaively(): Promise<void> {
  const { readModels } = app.recorder;
  await new ProjectionRunner(app, [projection]).read(projection, async () => {});
  for (;;) {
    const [tracking] = await readModels.reader.query<{ readonly position: number }>(
      `select position from ${readModels.reader.qualify("projection")}`,
    );
    const position = tracking?.position ?? 0;
    const rows = await app.notificationLog.select({ start: position + 1, limit: 10 });
    const last = rows.at(-1);
    if (!last) return;
    for (const row of rows) {
      if (!projection.topics.has(row.topic)) continue;
      await readModels.transaction((sql) => projection.apply([app.toDomainEvent(row)], sessionOf(sql, "balances", 1)));
    }
    await readModels.transaction((sql) =>
      sql.query(`update ${sql.qualify("projection")} set position = $1, event_id = $2`, [last.position, last.eventId]),
    );
  }
}
