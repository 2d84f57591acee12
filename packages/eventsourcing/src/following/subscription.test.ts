import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, type TestStore } from "../../../../tools/testing/engines.ts";
import { Account, Name } from "../../test/account.ts";
import { Application } from "../application/application.ts";
import type { RecordedEvent } from "../persistence/stored-event.ts";
import { subscribe } from "./subscription.ts";

describe.each(Object.entries(ENGINES))("a subscription on %s", (_engine, createStore) => {
  let store: TestStore;
  let app: Application;
  let stop: AbortController;

  const open = async () =>
    Application.open({ name: "Bank", aggregates: [Account, Name], store: await store.open(), env: {} });

  beforeEach(async () => {
    store = await createStore();
    app = await open();
    stop = new AbortController();
  });

  afterEach(() => store.drop());

  const saveAccount = async (on: Application, deposits: number) => {
    const account = Account.create({ owner: "Ana" });
    for (let i = 0; i < deposits; i++) account.deposit(1);
    await on.save(account);
  };

  /** Takes events until `enough` says so. */
  const take = async (events: AsyncIterable<RecordedEvent>, enough: (taken: readonly RecordedEvent[]) => boolean) => {
    const taken: RecordedEvent[] = [];
    for await (const event of events) {
      taken.push(event);
      if (enough(taken)) break;
    }
    return taken.map(({ position }) => position);
  };

  const upTo = (last: number) => (taken: readonly RecordedEvent[]) => taken.at(-1)?.position === last;
  const oneTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

  test("catches up from a position and then follows live", async () => {
    await saveAccount(app, 4);
    const following = take(subscribe(app.notificationLog, { after: 2 }), upTo(9));
    await sleep(20);
    await saveAccount(app, 1);
    await saveAccount(app, 1);
    expect(await following).toEqual(oneTo(9, 3));
  });

  test("sees each event once and in order while many save", async () => {
    const following = [0, 10, 57].map((after) => take(subscribe(app.notificationLog, { after }), upTo(90)));
    await Promise.all(Array.from({ length: 30 }, () => saveAccount(app, 2)));
    expect(await Promise.all(following)).toEqual([oneTo(90), oneTo(90, 11), oneTo(90, 58)]);
  });

  test("follows some topics alone, also where the log ends with others", async () => {
    const following = take(subscribe(app.notificationLog, { topics: ["Name.Created"] }), (taken) => taken.length === 2);
    await app.save(Name.create({ name: "a" }));
    await saveAccount(app, 3);
    await sleep(20);
    await app.save(Name.create({ name: "b" }));
    expect(await following).toEqual([1, 6]);
  });

  test("ends when it is aborted: while it waits, and between two events", async () => {
    await saveAccount(app, 4);
    const seen: number[] = [];
    for await (const { position } of subscribe(app.notificationLog, { signal: stop.signal })) {
      seen.push(position);
      if (position === 2) stop.abort();
    }
    expect(seen).toEqual([1, 2]);
    const waiting = new AbortController();
    const following = take(subscribe(app.notificationLog, { after: 5, signal: waiting.signal }), () => false);
    await sleep(20);
    waiting.abort();
    expect(await following).toEqual([]);
  });

  test("is refused where its start is no position, and fails when the store is closed", async () => {
    await expect(take(subscribe(app.notificationLog, { after: -1 }), () => true)).rejects.toMatchObject({
      code: "INVALID_RANGE",
    });
    const following = take(subscribe(app.notificationLog), () => false);
    const failed = expect(following).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await sleep(20);
    await app.close();
    await failed;
  });

  if (_engine !== "memory") {
    test("sees what another recorder saves to the same store", async () => {
      const other = await open();
      const following = take(subscribe(app.notificationLog), upTo(6));
      await saveAccount(other, 2);
      await sleep(100);
      await saveAccount(other, 2);
      expect(await following).toEqual(oneTo(6));
    });
  }
});
