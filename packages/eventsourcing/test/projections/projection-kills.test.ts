import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, it } from "vitest";
import { noteRun, storeOf } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { SHARED_ENGINES, type SharedStore } from "../../../../tools/testing/engine-addresses.ts";
import { Application } from "../../src/application/application.ts";
import { ProjectionRunner } from "../../src/following/projection-runner.ts";
import { Account, accountLog, Name } from "../account.ts";
import { balances, readBalances, readEffects } from "../balances.ts";

const EVENTS = NIGHTLY ? 400 : 24;

describe.each(Object.keys(SHARED_ENGINES))("projections on %s whose processes are killed", (engine) => {
  let store: SharedStore;
  let app: Application;
  let children: ChildProcess[];

  beforeEach(async () => {
    store = (await SHARED_ENGINES[engine]?.()) as SharedStore;
    const options = { name: "Test", aggregates: [Account, Name], logs: [accountLog], env: {} };
    app = await Application.open({ ...options, store: store.address });
    children = [];
  });

  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await app.close();
    await store.drop();
  });

  const startProcess = (dieAt: number, kind = "") => {
    const child = fork(new URL("projecting-process.ts", import.meta.url), [store.address, String(dieAt), kind]);
    children.push(child);
    return child;
  };

  async function save(count: number): Promise<number> {
    let last = 0;
    for (let n = 0; n < count; n += 3) {
      const account = Account.create({ owner: `owner ${n}` });
      account.deposit(n + 1);
      last = (await app.save(account, accountLog.event({ accountId: account.id })))?.lastPosition ?? 0;
    }
    return last;
  }

  async function effectsAtTheEnd(last: number): Promise<readonly number[]> {
    await using runner = new ProjectionRunner(app, [balances], { leaseDuration: 300 });
    runner.start();
    await runner.waitFor(last);
    const balance = Object.values(await runner.read(balances, readBalances)).reduce((sum, each) => sum + each, 0);
    const effects = await runner.read(balances, readEffects);
    // Each account was made and filled by two events of three.
    assert.equal(
      balance,
      Array.from({ length: last / 3 }, (_, index) => 3 * index + 1).reduce((a, b) => a + b, 0),
    );
    return effects;
  }

  const everyPosition = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it("have the effect of each event once, whichever event they die at", { timeout: 600_000 }, async () => {
    const last = await save(EVENTS);
    let kills = 0;
    for (let dieAt = 1; dieAt <= EVENTS; dieAt += NIGHTLY ? 7 : 5) {
      const child = startProcess(dieAt);
      const [code, signal] = await Promise.race([once(child, "exit"), reached(last)]);
      if (signal === "SIGKILL") kills++;
      else assert.equal(code, "reached");
    }
    assert.deepEqual(await effectsAtTheEnd(last), everyPosition(last));
    assert.ok(kills > 0);
    noteRun({
      promises: [6],
      store: storeOf(engine),
      what: "a process that runs a projection kills itself in the middle of a batch",
      figures: { events: last, kills, lost: 0, repeated: 0 },
      control: "rows and position in two transactions: effects are repeated",
    });
  });

  it("[control] have effects twice where rows and position are kept in two transactions", async () => {
    const last = await save(EVENTS);
    const child = startProcess(5, "naive");
    await once(child, "exit");
    await once(startProcess(0, "naive"), "exit");
    await using runner = new ProjectionRunner(app, [balances]);
    const effects = await runner.read(balances, readEffects);
    assert.notDeepEqual(effects, everyPosition(last));
  });

  it("are taken over within 5 s when the process that runs them dies", async () => {
    const first = startProcess(0);
    await once(first, "message");
    await using runner = new ProjectionRunner(app, [balances]);
    await runner.waitFor(await save(3));
    runner.start();
    first.kill("SIGKILL");
    await once(first, "exit");
    await runner.waitFor(await save(3), { timeout: 5_000 });
    assert.equal((await runner.status())[0]?.runs, "here");
    assert.deepEqual(await runner.read(balances, readEffects), everyPosition(6));
  });

  async function reached(position: number): Promise<readonly ["reached", null]> {
    const watcher = new ProjectionRunner(app, [balances]);
    for (;;) {
      const [status] = await watcher.status();
      if (status?.position === position) return ["reached", null];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});
