import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "vitest";
import { ENGINES, type TestStore } from "../../../../tools/testing/engines.ts";
import { Account, accountLog, Name } from "../../test/account.ts";
import { balances, balancesOf, readBalances, readEffects } from "../../test/balances.ts";
import { Application } from "../application/application.ts";
import type { NotificationLog } from "../application/notification-log.ts";
import type { AggregateDefinition } from "../domain/define-aggregate.ts";
import { ProgrammingError } from "../domain/errors.ts";
import { rejection } from "../testing/contract-case.ts";
import { BLOCK } from "./log-window.ts";
import { defineProjection, type Projection } from "./projection.ts";
import {
  NewerProjectionError,
  ProjectionFailedError,
  ProjectionTimeoutError,
  RebuildUnderWayError,
} from "./projection-errors.ts";
import { ProjectionRunner, type ProjectionRunnerOptions } from "./projection-runner.ts";

describe.each(Object.keys(ENGINES))("projections on %s", (engine) => {
  // In memory there is one connection: whoever reads waits for the transaction under way.
  const alone = engine === "memory";
  let store: TestStore;
  let app: Application;
  let runners: ProjectionRunner[];

  beforeEach(async () => {
    store = (await ENGINES[engine]?.()) as TestStore;
    app = await openApp();
    runners = [];
  });

  afterEach(async () => {
    for (const runner of runners) await runner.close();
    await store.drop();
  });

  const openApp = async (recorder = store.open(), aggregates: readonly AggregateDefinition[] = [Account, Name]) =>
    Application.open({ name: "Test", aggregates, logs: [accountLog], store: await recorder, env: {} });

  const run = (projection = balances, options: ProjectionRunnerOptions = {}, on = app) => {
    const runner = new ProjectionRunner(on, [projection], { onWarning: () => {}, ...options });
    runners.push(runner);
    return runner;
  };

  const start = (...args: Parameters<typeof run>) => {
    const runner = run(...args);
    runner.start();
    return runner;
  };

  async function deposit(owner: string, ...amounts: number[]): Promise<number> {
    const account = Account.create({ owner });
    for (const amount of amounts) account.deposit(amount);
    const receipt = await app.save(account, accountLog.event({ accountId: account.id }));
    return receipt?.lastPosition ?? 0;
  }

  it("derives rows from what was recorded before it began, and from what comes", async () => {
    await deposit("Ana", 5);
    const runner = start();
    await runner.waitFor(await deposit("Bo", 1, 2));
    assert.deepEqual(await runner.read(balances, readBalances), { Ana: 5, Bo: 3 });
  });

  it("gets only events with its topics, and moves on past the others", async () => {
    await deposit("Ana", 5);
    const name = Name.create({ name: "x" });
    const account = Account.create({ owner: "Bo" });
    account.close();
    const position = (await app.save(name, account))?.lastPosition ?? 0;
    const runner = start();
    await runner.waitFor(position);
    assert.deepEqual(await runner.read(balances, readEffects), [1, 2, 3, 5]);
  });

  it("takes the events of several blocks together, and ends with a log that ends with a block", async () => {
    const head = await deposit("Ana", ...Array<number>(2 * BLOCK - 2).fill(1));
    assert.equal(head, 2 * BLOCK);
    const runner = start(balances, { slice: 60_000 });
    await runner.waitFor(head);
    await runner.waitFor(await deposit("Bo", 1));
    assert.deepEqual(await runner.read(balances, readBalances), { Ana: 2 * BLOCK - 2, Bo: 1 });
  });

  it("goes on where it stopped, after it was closed", async () => {
    await deposit("Ana", 5);
    const first = start();
    await first.waitFor(3);
    await first.close();
    const second = start();
    await second.waitFor(await deposit("Bo", 1));
    assert.deepEqual(await second.read(balances, readEffects), [1, 2, 3, 4, 5, 6]);
  });

  it("says where it stands", async () => {
    const runner = run();
    await deposit("Ana", 5);
    await runner.read(balances, readBalances);
    const stopped = { name: "balances", version: 1, failure: undefined, rebuiltUpTo: undefined };
    assert.deepEqual(await runner.status(), [{ ...stopped, position: 0, lag: 3, runs: "nowhere" }]);
    runner.start();
    await runner.waitFor(3);
    assert.deepEqual(await runner.status(), [{ ...stopped, position: 3, lag: 0, runs: "here" }]);
  });

  it("stops at an event that it cannot apply, names it, and goes on when that is repaired", async () => {
    let broken = true;
    const projection = balancesOf(1, (position) => {
      if (broken && position === 5) throw new TypeError("no such owner");
    });
    for (const owner of ["Ana", "Bo", "Cy"]) await deposit(owner, 1);
    const runner = start(projection);
    const error = await rejection(runner.waitFor(9), ProjectionFailedError);
    assert.match(
      error.message,
      /"balances" stopped at position 5 \(Account.Deposited, event [-0-9a-f]{36}\): no such owner/,
    );
    const [status] = await runner.status();
    assert.equal(status?.position, 4);
    assert.equal(status?.lag, 5);
    assert.deepEqual(status?.failure, { event: error.event, reason: "no such owner" });
    assert.deepEqual(await runner.read(projection, readEffects), [1, 2, 3, 4]);
    broken = false;
    runner.retry();
    await runner.waitFor(9);
    assert.deepEqual(await runner.read(projection, readEffects), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal((await runner.status())[0]?.failure, undefined);
  });

  it("passes over no event that the application does not know", async () => {
    await app.save(Name.create({ name: "x" }));
    await deposit("Ana", 1);
    const runner = start(balances, {}, await openApp(Promise.resolve(app.recorder), [Account]));
    const error = await rejection(runner.waitFor(4), ProjectionFailedError);
    assert.equal(error.event.topic, "Name.Created");
    assert.match(error.message, /which no aggregate or log given to the application declares/);
  });

  it("rejects when what is waited for does not come in time", async () => {
    const runner = start();
    await runner.waitFor(await deposit("Ana", 1));
    const error = await rejection(runner.waitFor(99, { timeout: 50 }), ProjectionTimeoutError);
    assert.deepEqual([error.projection, error.position, error.awaited], ["balances", 3, 99]);
  });

  it("waits no longer for a position when that is no longer wanted", async () => {
    const runner = start();
    const gone = new AbortController();
    const waiting = runner.waitFor(99, { timeout: 600_000, signal: gone.signal });
    const reason = new Error("the browser went away");
    gone.abort(reason);
    assert.equal(await waiting.catch((error: unknown) => error), reason);
    await runner.waitFor(await deposit("Ana", 1), { signal: new AbortController().signal });
    await assert.rejects(runner.waitFor(0, { signal: gone.signal }), reason);
  });

  it("makes its rows anew beside those that are read, and swaps them in", async () => {
    for (const owner of ["Ana", "Bo"]) await deposit(owner, 1);
    const runner = start();
    await runner.waitFor(6);
    const seen: unknown[] = [];
    const slowly = balancesOf(1, async (position) => {
      if (position === 3 && !alone) seen.push(await runner.read(balances, readBalances), await runner.status());
    });
    const progress: number[] = [];
    await runner.rebuild(slowly, { onProgress: ({ position }) => progress.push(position) });
    if (!alone) assert.deepEqual(seen[0], { Ana: 1, Bo: 1 });
    assert.equal(progress.at(-1), 6);
    await runner.waitFor(await deposit("Cy", 7));
    assert.deepEqual(await runner.read(balances, readBalances), { Ana: 1, Bo: 1, Cy: 7 });
    assert.deepEqual(await runner.read(balances, readEffects), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("never goes back behind what was read while it is rebuilt and saves go on", async () => {
    const runner = start();
    const reader = run();
    let stop = false;
    const rebuilding = (async () => {
      while (!stop) await runner.rebuild(balances);
    })();
    for (let n = 1; n <= 40; n++) {
      await reader.waitFor(await deposit(`owner ${n}`, 1));
      assert.equal((await reader.read(balances, readEffects)).length, 3 * n);
    }
    stop = true;
    await rebuilding;
  });

  it("is rebuilt by one at a time", async () => {
    await deposit("Ana", 1);
    const runner = run();
    const other = run();
    let error: RebuildUnderWayError | undefined;
    await runner.rebuild(balances, {
      onProgress: async () => {
        error = await rejection(other.rebuild(balances), RebuildUnderWayError);
      },
    });
    assert.equal(error?.projection, "balances");
    await other.rebuild(balances);
  });

  it("is rebuilt together with others, from events that are read once", async () => {
    await deposit("Ana", 1, 2);
    const others: Projection = { ...balances, name: "others" };
    let reads = 0;
    const { notificationLog } = app;
    const counting: NotificationLog = {
      ...{ identity: notificationLog.identity, head: () => notificationLog.head() },
      ...{ section: (id) => notificationLog.section(id), waitBeyond: (...args) => notificationLog.waitBeyond(...args) },
      select: (range) => {
        reads++;
        return notificationLog.select(range);
      },
    };
    const alone = new ProjectionRunner(app, [balances, others], { log: counting });
    await alone.rebuild(balances);
    const once = reads;
    reads = 0;
    const runner = new ProjectionRunner(app, [balances, others], { log: counting });
    await runner.rebuild([balances, others]);
    assert.equal(reads, once);
    for (const projection of [balances, others]) {
      assert.deepEqual(await runner.read(projection, readEffects), [1, 2, 3, 4]);
    }
  });

  it("makes its rows anew when it is declared in a later version, and refuses those of a newer one", async () => {
    await deposit("Ana", 1);
    const first = start();
    await first.waitFor(3);
    await first.close();
    const later = balancesOf(2);
    const second = start(later);
    await second.waitFor(3);
    assert.deepEqual(await second.read(later, readEffects), [1, 2, 3]);
    assert.equal((await second.status())[0]?.version, 2);
    const error = await rejection(run().read(balances, readBalances), NewerProjectionError);
    assert.deepEqual([error.storedVersion, error.declaredVersion], [2, 1]);
    await second.close();
    await run().rebuild(balances);
    assert.deepEqual(await run().read(balances, readEffects), [1, 2, 3]);
  });

  it("is run by one of several runners, and by another when that one is closed", async () => {
    const first = start();
    await first.waitFor(await deposit("Ana", 1));
    const second = start();
    await second.waitFor(await deposit("Bo", 1));
    assert.deepEqual([(await first.status())[0]?.runs, (await second.status())[0]?.runs], ["here", "elsewhere"]);
    await first.close();
    await second.waitFor(await deposit("Cy", 1));
    assert.equal((await second.status())[0]?.runs, "here");
    assert.deepEqual(await second.read(balances, readEffects), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("reads what another of its name moves, and learns of it when it is told", async () => {
    const reading = new ProjectionRunner(app, [balances], { holder: "both" });
    const moved = Promise.withResolvers<void>();
    const moving = start(balances, {
      holder: "both",
      onMoved: () => {
        moved.resolve();
        reading.lookAgain();
      },
    });
    await reading.waitFor(await deposit("Ana", 1));
    // Who reads may see the rows before the other has told of them.
    await moved.promise;
    assert.equal((await reading.status())[0]?.runs, "here");
    await moving.close();
    assert.equal((await reading.status())[0]?.runs, "nowhere");
  });

  it("leaves no lease behind when it is closed", async () => {
    const runner = start();
    await runner.waitFor(await deposit("Ana", 1));
    await runner.close();
    const { reader } = app.recorder.readModels;
    assert.deepEqual(await reader.query(`select name from ${reader.qualify("lease")}`), []);
  });

  it("applies each event once where several runners believe that they are the one", async () => {
    // A lease that has run out at once is no lease.
    const racing = Array.from({ length: 4 }, () => start(balances, { leaseDuration: 1 }));
    let last = 0;
    for (let n = 1; n <= 30; n++) last = await deposit(`owner ${n}`, 1);
    for (const runner of racing) await runner.waitFor(last);
    const effects = await run().read(balances, readEffects);
    assert.deepEqual(
      effects,
      Array.from({ length: 90 }, (_, index) => index + 1),
    );
  });

  it("leaves nothing of a projection that is removed, and removes none of its own", async () => {
    const runner = start();
    await runner.waitFor(await deposit("Ana", 1));
    await rejection(runner.remove("balances"), ProgrammingError);
    await runner.close();
    await new ProjectionRunner(app, []).remove("balances");
    const { reader } = app.recorder.readModels;
    await rejection(reader.query(`select * from ${reader.qualify("balances_1_balance")}`), Error);
    assert.deepEqual(await reader.query(`select name from ${reader.qualify("projection")}`), []);
  });

  it("rejects what the reading function does, and wrong statements with the error of the driver", async () => {
    const runner = run();
    await rejection(
      runner.read(balances, (sql) => sql.query(`select nothing_such from ${sql.table("balance")}`)),
      Error,
    );
    await rejection(
      runner.read(balances, async (sql) => sql.table("No Table")),
      ProgrammingError,
    );
  });
});

describe("a declared projection", () => {
  const parts = { follows: [Account], create: async () => {}, apply: async () => {} };

  it("has a name that tables can begin with", () => {
    for (const name of ["", "Balances", "1st", "a".repeat(31), "x-y"]) {
      assert.throws(() => defineProjection({ name, ...parts }), ProgrammingError);
    }
  });

  it("has a whole number for a version", () => {
    for (const version of [0, 1.5, -1]) {
      assert.throws(() => defineProjection({ name: "x", version, ...parts }), ProgrammingError);
    }
  });

  it("can only choose topics that it follows", () => {
    assert.throws(
      () => defineProjection({ name: "x", topics: ["Account.Renamed"], ...parts }),
      /follows no topic "Account.Renamed"; choose of Account.Created, Account.Deposited/,
    );
  });
});
