import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, type TestStore } from "../../../../tools/testing/engines.ts";
import { Account } from "../../test/account.ts";
import { StoreClosedError } from "../persistence/store-errors.ts";
import { Application } from "./application.ts";
import { InvalidSectionError, readNotifications } from "./notification-log.ts";

describe.each(Object.entries(ENGINES))("the notification log on %s", (_engine, createStore) => {
  let store: TestStore;
  let app: Application;

  beforeEach(async () => {
    store = await createStore();
    app = await Application.open({ name: "Bank", aggregates: [Account], store: await store.open(), env: {} });
    const account = Account.create({ owner: "Ana" });
    for (let i = 1; i < 25; i++) account.deposit(i);
    await app.save(account);
  });

  afterEach(() => store.drop());

  const positions = (items: readonly { readonly position: number }[]) => items.map(({ position }) => position);

  test("answers a section, and names the next one only where this one is full", async () => {
    const first = await app.notificationLog.section("1,10");
    expect(first).toMatchObject({ id: "1,10", nextId: "11,20" });
    expect(positions(first.items)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await app.notificationLog.section("21,30")).toMatchObject({ id: "21,25", nextId: undefined });
    expect(await app.notificationLog.section("11,13")).toMatchObject({ id: "11,13", nextId: "14,16" });
    expect(await app.notificationLog.section("26,35")).toEqual({ id: undefined, items: [], nextId: undefined });
  });

  test("answers no more than ten in a section, whatever is asked for", async () => {
    expect(await app.notificationLog.section("1,1000000")).toMatchObject({ id: "1,10", nextId: "11,20" });
    expect(await app.notificationLog.section("5,4")).toMatchObject({ items: [] });
  });

  test.each(["", "1", "1,", "a,b", "-1,10", "1,10,20", "1.5,3", "1,1e9", "1,99999999999999999999"])(
    "refuses %j, which names no section",
    async (sectionId) => {
      await expect(app.notificationLog.section(sectionId)).rejects.toThrow(InvalidSectionError);
    },
  );

  test("selects from a start to a stop, and by topics", async () => {
    expect(positions(await app.notificationLog.select({ start: 3, stop: 5, limit: 10 }))).toEqual([3, 4, 5]);
    expect(positions(await app.notificationLog.select({ topics: ["Account.Created"], limit: 10 }))).toEqual([1]);
    expect(await app.notificationLog.select({ start: 26, limit: 10 })).toEqual([]);
    await expect(app.notificationLog.select({ start: 0, limit: 10 })).rejects.toMatchObject({ code: "INVALID_RANGE" });
  });

  test("is read from any start to its end, each event once and in order", async () => {
    const read: number[] = [];
    for await (const { position } of readNotifications(app.notificationLog, { start: 4 })) read.push(position);
    expect(read).toEqual(Array.from({ length: 22 }, (_, index) => index + 4));
  });
});

test("is read on after a full batch, and not beyond a stop", async () => {
  const app = await Application.open({ name: "Bank", aggregates: [Account], store: "memory:", env: {} });
  const account = Account.create({ owner: "Ana" });
  for (let i = 1; i < 2_000; i++) account.deposit(i);
  await app.save(account);
  const read: number[] = [];
  for await (const { position } of readNotifications(app.notificationLog, { stop: 1_500 })) read.push(position);
  expect(read).toEqual(Array.from({ length: 1_500 }, (_, index) => index + 1));
  await app.close();
});

test("gives each event once also to who asks for several at once, and none after it was left or has failed", async () => {
  const app = await Application.open({ name: "Bank", aggregates: [Account], store: "memory:", env: {} });
  const account = Account.create({ owner: "Ana" });
  for (let i = 1; i < 1_500; i++) account.deposit(i);
  await app.save(account);
  const reading = readNotifications(app.notificationLog);
  const answers = await Promise.all(Array.from({ length: 1_502 }, () => reading.next()));
  const positions = answers.map(({ value }) => value?.position);
  expect(positions).toEqual([...Array.from({ length: 1_500 }, (_, index) => index + 1), undefined, undefined]);

  const left = readNotifications(app.notificationLog);
  const [first, second] = [left.next(), left.next()];
  await left.return?.();
  expect([await first, await second, await left.next()]).toEqual(Array(3).fill({ value: undefined, done: true }));
  for await (const { position } of left) expect.fail(`${position} came`);

  await app.close();
  const failing = readNotifications(app.notificationLog);
  await expect(failing.next()).rejects.toThrow(StoreClosedError);
  expect(await failing.next()).toEqual({ value: undefined, done: true });
});
