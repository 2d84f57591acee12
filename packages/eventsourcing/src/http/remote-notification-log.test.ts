import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, type TestStore } from "../../../../tools/testing/engines.ts";
import { Account, Name } from "../../test/account.ts";
import { LogServer } from "../../test/http/log-server.ts";
import { Application, type ApplicationOptions } from "../application/application.ts";
import { type NotificationLog, readNotifications } from "../application/notification-log.ts";
import { uuid7 } from "../domain/uuid.ts";
import { subscribe } from "../following/subscription.ts";
import { aes256gcm } from "../persistence/cipher.ts";
import { anEvent, comparable, positionsOf, saveOf, upTo, wholeLog } from "../testing/contract-case.ts";
import { notificationLogHandler } from "./notification-log-handler.ts";
import { openRemoteNotificationLog, type RemoteNotificationLogOptions } from "./remote-notification-log.ts";

// In seconds, and longer than a test may take: who waits is to hear of what he waits for.
const WAIT = 600;

describe.each(Object.entries(ENGINES))("a remote notification log on %s", (_engine, createStore) => {
  let store: TestStore;
  let app: Application;
  let server: LogServer;
  let remote: NotificationLog;

  const openApp = async (options: Partial<ApplicationOptions> = {}) =>
    Application.open({ name: "Bank", aggregates: [Account, Name], store: await store.open(), env: {}, ...options });

  const openRemote = (options: Partial<RemoteNotificationLogOptions> = {}) =>
    openRemoteNotificationLog({ url: server.url, backoff: 1, wait: WAIT, ...options });

  const saveAccount = async (deposits: number) => {
    const account = Account.create({ owner: "Ana" });
    for (let i = 1; i <= deposits; i++) account.deposit(i);
    await app.save(account);
  };

  beforeEach(async () => {
    store = await createStore();
    app = await openApp();
    await saveAccount(23);
    await app.save(Name.create({ name: "a" }));
    server = await LogServer.start(
      notificationLogHandler(app.notificationLog, { maxLimit: 7, maxWait: WAIT, onError: () => {} }),
    );
    remote = await openRemote();
  });

  afterEach(async () => {
    await server.stop();
    await store.drop();
  });

  test("answers what the log itself answers", async () => {
    const local = app.notificationLog;
    expect(remote.identity).toEqual(local.identity);
    expect(await remote.head()).toBe(25);
    const topics = ["Account.Created", "Name.Created"];
    for (const range of [
      { limit: 1_000 },
      { limit: 0 },
      { limit: 7 },
      { limit: 9, start: 3 },
      { limit: 100, start: 3, stop: 20 },
      { limit: 100, start: 5, stop: 4 },
      { limit: 100, start: 26 },
      { limit: 100, start: 99 },
      { limit: 100, start: 999_999_999_999_999 },
      { limit: Number.MAX_SAFE_INTEGER, stop: Number.MAX_SAFE_INTEGER },
      { limit: 100, topics },
      { limit: 1, topics },
      { limit: 100, topics, start: 2, stop: 24 },
      { limit: 100, topics: [] },
      { limit: 100, topics: ["a&b=c d,é"] },
    ]) {
      expect(await remote.select(range), JSON.stringify(range)).toEqual(await local.select(range));
    }
    for (const id of ["1,10", "11,13", "21,30", "26,35", "5,4", "0,3", "1,1000000"]) {
      expect(await remote.section(id)).toEqual(await local.section(id));
    }
  });

  test("refuses what the log itself refuses", async () => {
    await expect(remote.select({ start: 0, limit: 1 })).rejects.toMatchObject({ code: "INVALID_RANGE" });
    await expect(remote.select({ limit: 1.5 })).rejects.toMatchObject({ code: "INVALID_RANGE" });
    await expect(remote.section("1,10/../head")).rejects.toMatchObject({ code: "INVALID_SECTION" });
  });

  test("is read to its end and followed like the log itself", async () => {
    const read: number[] = [];
    for await (const { position } of readNotifications(remote, { start: 4 })) read.push(position);
    expect(read).toEqual(upTo(25).slice(3));
    const following = take(subscribe(remote, { after: 20 }), 40);
    const some = take(subscribe(remote, { topics: ["Name.Created"] }), 30);
    await expect.poll(() => server.requests.filter((path) => path.includes("wait=")).length).toBe(2);
    await saveAccount(3);
    await app.save(Name.create({ name: "b" }));
    await saveAccount(9);
    expect(await following).toEqual(upTo(40).slice(20));
    expect(await some).toEqual([25, 30]);
  });

  test("holds events that an application with the same definitions understands, compressed and encrypted", async () => {
    const ciphers = [aes256gcm({ keyId: "k1", key: Buffer.alloc(32, 7) })];
    const writer = await openApp({ store: app.recorder, compressor: "gzip", ciphers });
    const account = Account.create({ owner: "Ana ".repeat(200) });
    account.deposit(1);
    await writer.saveWith({ metadata: { reason: "a test" } }, account);
    await using reader = await Application.open({
      name: "Far",
      aggregates: [Account],
      store: "memory:",
      env: {},
      ciphers,
    });
    const rows = await remote.select({ start: 26, limit: 10 });
    expect(rows[0]?.encoding).toContain("gzip+aes256gcm");
    const events = rows.map((row) => reader.toDomainEvent(row));
    expect(events).toEqual((await wholeLog(writer.recorder)).slice(25).map((row) => writer.toDomainEvent(row)));
    expect(events[0]?.data).toMatchObject({ owner: "Ana ".repeat(200) });
  });

  test("gives back every byte, and rows far larger than an answer should be", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const large = Uint8Array.from({ length: 6_000_000 }, (_, index) => index * 31);
    for (const state of [bytes, large, new Uint8Array(), large]) {
      await app.recorder.append(saveOf([anEvent({ encoding: "json+gzip", state })]));
    }
    await app.recorder.append(saveOf([anEvent({ state: `{"a":"${"é".repeat(2_000_000)}"}` })]));
    const rows = await remote.select({ start: 26, limit: 10 });
    expect(comparable(rows)).toEqual(comparable(await app.notificationLog.select({ start: 26, limit: 10 })));
    const careful = await openRemote({ maxAnswerBytes: 1_000_000 });
    await expect(careful.select({ start: 27, limit: 1 })).rejects.toMatchObject({
      code: "INVALID_ANSWER",
      part: "its length",
    });
  });

  test("notices another epoch, in an answer and when it is opened with a position of the old one", async () => {
    const kept = remote.identity;
    const following = take(subscribe(remote, { after: 25 }), 26);
    const failed = expect(following).rejects.toMatchObject({ code: "LOG_CHANGED", expected: kept });
    await expect.poll(() => server.requests.filter((path) => path.includes("wait=")).length).toBe(1);
    await using restored = await Application.open({ name: "B", aggregates: [Name], store: "memory:", env: {} });
    await restored.save(Name.create({ name: "a" }));
    const found = restored.notificationLog.identity;
    await server.stop();
    server.handler = notificationLogHandler(restored.notificationLog);
    await server.start();
    await failed;
    for (const call of [() => remote.head(), () => remote.select({ limit: 1 }), () => remote.section("1,10")]) {
      await expect(call()).rejects.toMatchObject({ code: "LOG_CHANGED", expected: kept, found });
    }
    await expect(openRemote({ identity: kept })).rejects.toMatchObject({ code: "LOG_CHANGED", expected: kept, found });
    expect((await openRemote({ identity: found })).identity).toEqual(found);
    // A cache may answer for the server, and knows nothing of the epoch.
    server.falsify = (body) => body.replace(found.epoch, kept.epoch);
    await expect(remote.head()).rejects.toMatchObject({ code: "LOG_CHANGED" });
  });

  test("ends a subscription that waits when it is aborted, and asks no more", async () => {
    const stop = new AbortController();
    const following = take(subscribe(remote, { after: 25, signal: stop.signal }), 99);
    await expect.poll(() => server.requests.filter((path) => path.includes("wait=")).length).toBe(1);
    stop.abort();
    expect(await following).toEqual([]);
    const asked = server.requests.length;
    await saveAccount(1);
    expect(server.requests.length).toBe(asked);
    await remote.waitBeyond(0, AbortSignal.abort());
    expect(server.requests.length).toBe(asked);
  });

  test("ends everything when the signal that it was opened with is aborted", async () => {
    const stop = new AbortController();
    const stoppable = await openRemote({ signal: stop.signal });
    const following = expect(take(subscribe(stoppable, { after: 25 }), 99)).rejects.toThrow("enough");
    await expect.poll(() => server.requests.filter((path) => path.includes("wait=")).length).toBe(1);
    // A pause longer than this test may take.
    server.handler = async () => new Response("busy", { status: 503, headers: { "retry-after": "600" } });
    const asked = server.requests.length;
    const reading = expect(stoppable.select({ limit: 1 })).rejects.toThrow("enough");
    await expect.poll(() => server.requests.length).toBe(asked + 1);
    await sleep(50);
    stop.abort(new Error("enough"));
    await Promise.all([following, reading]);
    await expect(stoppable.head()).rejects.toThrow("enough");
  });

  test("asks again where the server is away or busy, and says so when that does not end", async () => {
    let answers = 0;
    const { handler } = server;
    server.handler = async (request) => {
      answers += 1;
      return answers < 4 ? new Response("busy", { status: [502, 429, 503][answers - 1] ?? 500 }) : handler(request);
    };
    expect(await remote.head()).toBe(25);
    server.handler = async () => new Response("<h1>gone</h1>", { status: 503 });
    server.requests.length = 0;
    const impatient = { attempts: 3 };
    await expect(openRemote(impatient)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(server.requests.length).toBe(3);
    await server.stop();
    await expect(openRemote(impatient)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await server.start();
    server.handler = () => new Promise(() => {});
    await expect(openRemote({ ...impatient, timeout: 20 })).rejects.toThrow("it took too long");
  });

  test("does not ask again where that makes no sense", async () => {
    const { identity } = app.notificationLog;
    const authorize = (request: Request) => request.headers.get("authorization") === "Bearer 2";
    server.handler = notificationLogHandler(app.notificationLog, { authorize });
    server.requests.length = 0;
    const refused = { code: "REMOTE_LOG_REFUSED", status: 403, problem: "FORBIDDEN" };
    await expect(openRemote()).rejects.toMatchObject(refused);
    expect(server.requests.length).toBe(1);
    let token = 0;
    const headers = async () => ({ authorization: `Bearer ${++token}` });
    await expect(openRemote({ headers })).rejects.toMatchObject(refused);
    const allowed = await openRemote({ headers });
    expect(allowed.identity).toEqual(identity);
    await expect(allowed.head()).rejects.toMatchObject(refused);
    server.handler = async () => new Response("<h1>hello</h1>", { headers: { "content-type": "text/html" } });
    await expect(openRemote()).rejects.toMatchObject({ code: "INVALID_ANSWER", part: "its type" });
    server.handler = async () => Response.json([]);
    await expect(openRemote()).rejects.toMatchObject({ code: "INVALID_ANSWER", part: "the answer" });
    server.handler = async () => new Response("no", { status: 404 });
    await expect(openRemote()).rejects.toMatchObject({ code: "REMOTE_LOG_REFUSED", status: 404, problem: undefined });
  });

  test.each<[string, RegExp, string]>([
    ["an event is missing", /\{"position":3,.*?\},(?=\{"position":4)/, ""],
    ["the last event is missing", /,\{"position":7,.*?\}(?=\])/, ""],
    ["an event stands there twice", /(\{"position":3,.*?\},)/, "$1$1"],
    ["two events have changed places", /(\{"position":3,.*?\},)(\{"position":4,.*?\},)/, "$2$1"],
    ["it goes on further than its events", /"upTo":7/, '"upTo":8'],
    ["it does not say whether there is more", /"more":true/, '"more":1'],
    ["it is of another log", /"logId":"[^"]*"/, `"logId":"${uuid7()}"`],
    ["time goes back in it", /("position":3,.*?"recordedAt":)\d+/, "$11"],
    ["it ends before the log did", /"upTo":7,"more":true/, '"upTo":7,"more":false'],
  ])("hands on nothing of an answer where %s", async (_case, found, put) => {
    await remote.head();
    const careful = { attempts: 2 };
    remote = await openRemote(careful);
    await remote.head();
    server.falsify = (body) => body.replace(found, put);
    const codes = ["INVALID_ANSWER", "LOG_CHANGED", "STORE_UNAVAILABLE"];
    const error: unknown = await remote.select({ limit: 25 }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: expect.toBeOneOf(codes) });
    server.falsify = (body) => body;
    expect(positionsOf(await remote.select({ limit: 25 }))).toEqual(upTo(25));
  });

  test.each<[string, RegExp, string]>([
    ["begins elsewhere", /"items":\[\{"position":1,.*?\},(?=\{)/, '"items":['],
    ["is out of order", /(\{"position":3,.*?\},)(\{"position":4,.*?\},)/, "$2$1"],
    ["has another id", /"id":"1,10"/, '"id":"1,11"'],
    ["leads elsewhere", /"nextId":"11,20"/, '"nextId":"12,21"'],
    ["is said to be the last", /"nextId":"11,20"/, '"nextId":null'],
  ])("hands on nothing of a section that %s", async (_case, found, put) => {
    remote = await openRemote({ attempts: 2 });
    await remote.head();
    server.falsify = (body) => body.replace(found, put);
    await expect(remote.section("1,10")).rejects.toMatchObject({
      code: expect.toBeOneOf(["INVALID_ANSWER", "STORE_UNAVAILABLE"]),
    });
  });

  test("hands on no events of topics that were not asked for, nor out of order", async () => {
    server.falsify = (body) => body.replace('"topic":"Account.Created"', '"topic":"Account.Closed"');
    const range = { limit: 10, topics: ["Account.Created", "Name.Created"] };
    await expect(remote.select(range)).rejects.toMatchObject({ part: "items[0].topic" });
    server.falsify = (body) => body.replace('"position":25', '"position":1');
    await expect(remote.select(range)).rejects.toMatchObject({ part: "items[1].position" });
  });

  test("waits for a copy that is behind what another one has answered", async () => {
    const behind = { ...(await snapshotOf(app.notificationLog)) };
    const current = server.handler;
    await saveAccount(4);
    expect(await remote.head()).toBe(30);
    let asked = 0;
    const old = notificationLogHandler(behind);
    server.handler = (request) => (++asked % 3 === 0 ? current(request) : old(request));
    expect(await remote.head()).toBe(30);
    expect(positionsOf(await remote.select({ start: 20, limit: 100 }))).toEqual(upTo(30).slice(19));
    expect((await remote.section("21,30")).id).toBe("21,30");
    server.handler = old;
    const impatient = await openRemote({ attempts: 2 });
    expect(await impatient.head()).toBe(25);
    await expect(take(subscribe(remote, { after: 20 }), 30)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });
});

test.each(["ftp://example.org/notifications", "notifications", "http://me:secret@example.org/"])(
  "%s is no address of a remote log",
  async (url) => {
    await expect(openRemoteNotificationLog({ url })).rejects.toMatchObject({ code: "PROGRAMMING_ERROR" });
  },
);

test("a server that does not wait is not asked at full speed", async () => {
  await using app = await Application.open({ name: "Bank", aggregates: [Name], store: "memory:", env: {} });
  await using server = await LogServer.start(notificationLogHandler(app.notificationLog, { maxWait: 0 }));
  const remote = await openRemoteNotificationLog({ url: server.url });
  const waiting = remote.waitBeyond(0);
  await expect.poll(() => server.requests.length).toBe(2);
  await app.save(Name.create({ name: "a" }));
  await waiting;
  expect(server.requests.length).toBe(3);
});

async function take(events: AsyncIterable<{ readonly position: number }>, last: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for await (const { position } of events) {
    taken.push(position);
    if (position === last) break;
  }
  return taken;
}

/** The log as it is now, which a copy may still be later. */
async function snapshotOf(log: NotificationLog): Promise<NotificationLog> {
  const head = await log.head();
  return {
    identity: log.identity,
    head: async () => head,
    select: (range) => log.select({ ...range, stop: Math.min(range.stop ?? head, head) }),
    waitBeyond: async () => {},
    section: async (sectionId) => {
      const { items } = await log.section(sectionId);
      const known = items.filter(({ position }) => position <= head);
      return { id: `${known[0]?.position},${head}`, items: known, nextId: undefined };
    },
  };
}
