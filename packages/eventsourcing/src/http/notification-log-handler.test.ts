import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, type TestStore } from "../../../../tools/testing/engines.ts";
import { Account, Name } from "../../test/account.ts";
import { LogServer } from "../../test/http/log-server.ts";
import { Application } from "../application/application.ts";
import { StoreUnavailableError } from "../persistence/store-errors.ts";
import { anEvent, saveOf, upTo } from "../testing/contract-case.ts";
import { type NotificationLogHandlerOptions, notificationLogHandler } from "./notification-log-handler.ts";

describe.each(Object.entries(ENGINES))("the notification log over HTTP on %s", (_engine, createStore) => {
  let store: TestStore;
  let app: Application;
  let server: LogServer;
  let failures: unknown[];

  const serve = (options: NotificationLogHandlerOptions = {}) => {
    server.handler = notificationLogHandler(app.notificationLog, {
      onError: (error) => failures.push(error),
      // Longer than a test may take: who waits is to hear of what he waits for.
      maxWait: 600,
      ...options,
    });
  };

  beforeEach(async () => {
    store = await createStore();
    app = await Application.open({ name: "Bank", aggregates: [Account, Name], store: await store.open(), env: {} });
    const account = Account.create({ owner: "Ana" });
    for (let i = 1; i < 24; i++) account.deposit(i);
    await app.save(account, Name.create({ name: "a" }));
    failures = [];
    server = await LogServer.start(notificationLogHandler(app.notificationLog));
    serve();
  });

  afterEach(async () => {
    await server.stop();
    await store.drop();
    expect(failures).toEqual([]);
  });

  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${server.url}${path}`, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };

  const positions = ({ items }: { readonly items: readonly { readonly position: number }[] }) =>
    items.map(({ position }) => position);

  const epoch = () => `epoch=${app.notificationLog.identity.epoch}`;

  test("answers a selection with the identity of the log, and up to where there is nothing else", async () => {
    const { status, body } = await get("?start=3&stop=5");
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...app.notificationLog.identity, upTo: 5, more: false });
    expect(positions(body)).toEqual([3, 4, 5]);
    const [first] = await app.notificationLog.select({ start: 3, limit: 1 });
    expect(body.items[0]).toEqual(JSON.parse(JSON.stringify(first)));
    expect(positions((await get("")).body)).toEqual(upTo(25));
    expect((await get("/")).body).toEqual((await get("")).body);
    expect((await get("?start=26")).body).toMatchObject({ items: [], upTo: 25, more: false });
    expect((await get("?start=99")).body).toMatchObject({ items: [], upTo: 98, more: false });
    expect((await get("?start=5&stop=4")).body).toMatchObject({ items: [], upTo: 4, more: false });
  });

  test("answers events of some topics, and says up to where it has looked", async () => {
    const { body } = await get("?topic=Account.Created&topic=Name.Created&topic=Nothing%20Else");
    expect([positions(body), body.upTo, body.more]).toEqual([[1, 25], 25, false]);
    expect((await get("?topic=Account.Created&stop=20")).body).toMatchObject({ upTo: 20, more: false });
    expect((await get("?topic=Name.Created&limit=1&stop=24")).body).toMatchObject({ items: [], upTo: 24 });
  });

  test("answers no more than its limits, and says where to go on", async () => {
    serve({ maxLimit: 4 });
    expect(positions((await get("?start=2&limit=1000")).body)).toEqual([2, 3, 4, 5]);
    expect((await get("?start=2")).body).toMatchObject({ upTo: 5, more: true });
    expect((await get("?start=22")).body).toMatchObject({ upTo: 25, more: false });
    expect((await get("?limit=0")).body).toMatchObject({ items: [], upTo: 0, more: true });
    serve({ maxLength: 1_000 });
    const { body } = await get("?start=2");
    expect(body.items.length).toBeGreaterThan(1);
    expect(body).toMatchObject({ upTo: 1 + body.items.length, more: true });
    serve({ maxLength: 1 });
    expect((await get("?start=2")).body).toMatchObject({ upTo: 2, more: true });
  });

  test("answers sections, and names the next one only where this one is full", async () => {
    const first = (await get("/1,10")).body;
    expect(first).toMatchObject({ ...app.notificationLog.identity, id: "1,10", nextId: "11,20" });
    expect(positions(first)).toEqual(upTo(10));
    expect((await get("/21%2C30")).body).toMatchObject({ id: "21,25", nextId: null });
    expect((await get("/26,35")).body).toMatchObject({ id: null, nextId: null, items: [] });
  });

  test("answers the head, at once or when the log has grown", async () => {
    expect((await get("/head")).body).toEqual({ ...app.notificationLog.identity, head: 25 });
    expect((await get("/head?beyond=24&wait=600")).body).toMatchObject({ head: 25 });
    const waiting = [get("/head?beyond=25&wait=600"), get("?start=26&wait=600")];
    await expect.poll(() => server.requests.length).toBe(4);
    await app.save(Name.create({ name: "b" }));
    const [head, selection] = await Promise.all(waiting);
    expect(head?.body).toMatchObject({ head: 26 });
    expect(selection && positions(selection.body)).toEqual([26]);
  });

  test("waits no longer than it is asked to, or than it may", async () => {
    expect((await get("/head?beyond=25&wait=0")).body).toMatchObject({ head: 25 });
    expect((await get("?start=26&stop=20&wait=600")).body).toMatchObject({ items: [] });
    serve({ maxWait: 0 });
    expect((await get("?start=26&wait=600")).body).toMatchObject({ items: [], upTo: 25 });
  });

  test("lets only some wait at a time, and forgets those who have gone", async () => {
    serve({ maxWaiting: 1 });
    const leaving = new AbortController();
    const left = expect(get("/head?beyond=25&wait=600", { signal: leaving.signal })).rejects.toThrow();
    await expect.poll(async () => (await get("/head?beyond=25&wait=0")).status).toBe(503);
    const refused = await get("?start=26&wait=1");
    expect(refused.body).toMatchObject({ status: 503, code: "TOO_MANY_WAITING" });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await get("/head?beyond=24&wait=600")).status).toBe(200);
    leaving.abort();
    await left;
    await expect.poll(async () => (await get("/head?beyond=25&wait=0")).status).toBe(200);
  });

  test("lets what can never be another be kept for ever, where the epoch is in the address", async () => {
    const FOR_EVER = "public, max-age=31536000, immutable";
    const caching = async (path: string) => (await get(path)).headers.get("cache-control");
    expect(await caching(`/1,10?${epoch()}`)).toBe(FOR_EVER);
    expect(await caching(`?start=1&limit=5&${epoch()}`)).toBe(FOR_EVER);
    expect(await caching(`?start=1&stop=25&${epoch()}`)).toBe(FOR_EVER);
    for (const open of ["/1,10", `/21,30?${epoch()}`, `/26,35?${epoch()}`, "?limit=5", `?${epoch()}`]) {
      expect(await caching(open), open).toBe("public, no-cache");
    }
    expect(await caching(`?start=1&stop=26&${epoch()}`)).toBe("public, no-cache");
    expect(await caching(`?start=1&limit=25&${epoch()}`)).toBe("public, no-cache");
    expect(await caching(`/head?${epoch()}`)).toBe("public, no-cache");
    serve({ authorize: () => true });
    expect(await caching(`/1,10?${epoch()}`)).toBe("private, max-age=31536000, immutable");
  });

  test.each(["", "?start=20", "/21,30", "/head"])("sends %j again only where it has changed", async (path) => {
    const tag = (await get(path)).headers.get("etag") ?? "";
    const known = async () => get(path, { headers: { "if-none-match": `"other", W/${tag}` } });
    const unchanged = await known();
    expect([unchanged.status, unchanged.text, unchanged.headers.get("etag")]).toEqual([304, "", tag]);
    await app.save(Name.create({ name: "b" }));
    expect((await known()).status).toBe(200);
  });

  test("answers HEAD as GET, without a body", async () => {
    // Clients and servers drop such a body by themselves.
    const answer = await server.handler(new Request(`${server.url}/1,10`, { method: "HEAD" }));
    expect([answer.status, answer.body]).toEqual([200, null]);
    const { headers, status } = await get("/1,10", { method: "HEAD" });
    expect([status, headers.get("etag")]).toEqual([200, (await get("/1,10")).headers.get("etag")]);
  });

  test.each([
    ["?start=0", "INVALID_RANGE"],
    ["?start=-1", "INVALID_RANGE"],
    ["?start=1.5", "INVALID_RANGE"],
    ["?start=", "INVALID_RANGE"],
    ["?start=1e3", "INVALID_RANGE"],
    ["?start=%201", "INVALID_RANGE"],
    ["?start=1&start=2", "INVALID_RANGE"],
    ["?stop=x", "INVALID_RANGE"],
    ["?limit=99999999999999999999", "INVALID_RANGE"],
    ["?wait=-1", "INVALID_RANGE"],
    ["?topic=", "INVALID_RANGE"],
    ["?topic=a%00b", "INVALID_RANGE"],
    ["?epoch=1", "INVALID_RANGE"],
    ["?topics=Account.Created", "INVALID_RANGE"],
    ["?beyond=1", "INVALID_RANGE"],
    ["?__proto__=1", "INVALID_RANGE"],
    ["?%E0%A4%A=1", "INVALID_RANGE"],
    ["/head?beyond=x", "INVALID_RANGE"],
    ["/head?start=1", "INVALID_RANGE"],
    ["/1,10?start=1", "INVALID_RANGE"],
    ["/1", "INVALID_SECTION"],
    ["/a,b", "INVALID_SECTION"],
    ["/1,10,20", "INVALID_SECTION"],
    ["/-1,10", "INVALID_SECTION"],
    ["/%E0%A4%A", "INVALID_SECTION"],
    ["/1,99999999999999999999", "INVALID_SECTION"],
  ])("refuses %s with 400", async (path, code) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(400);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(headers.get("cache-control")).toBe("no-store");
    const { identity } = app.notificationLog;
    expect(body).toEqual({
      type: "about:blank",
      title: "Bad Request",
      status: 400,
      code,
      detail: body.detail,
      ...identity,
    });
    expect(body.detail.length).toBeLessThan(200);
  });

  test("refuses what is elsewhere, other methods, other types, long queries and other epochs", async () => {
    const problem = async (path: string, init?: RequestInit) => {
      const { status, body, headers } = await get(path, init);
      return [status, body.code, headers.get("allow")];
    };
    expect(await problem("/1,10/20")).toEqual([404, "NOT_FOUND", null]);
    expect(await problem("x/1,10")).toEqual([404, "NOT_FOUND", null]);
    expect(await problem("", { method: "POST", body: "{}" })).toEqual([405, "METHOD_NOT_ALLOWED", "GET, HEAD"]);
    expect(await problem("/1,10", { method: "DELETE" })).toEqual([405, "METHOD_NOT_ALLOWED", "GET, HEAD"]);
    expect(await problem("", { headers: { accept: "text/html" } })).toEqual([406, "NOT_ACCEPTABLE", null]);
    expect(await problem("", { headers: { accept: "application/json;q=0" } })).toEqual([406, "NOT_ACCEPTABLE", null]);
    expect((await get("?limit=1", { headers: { accept: "text/html, */*;q=0.1" } })).status).toBe(200);
    expect(await problem(`?topic=${"a".repeat(9_000)}`)).toEqual([414, "URI_TOO_LONG", null]);
    expect(await problem(`?epoch=${crypto.randomUUID()}`)).toEqual([409, "LOG_CHANGED", null]);
  });

  test("asks who may read first, and answers no one else anything of the log", async () => {
    const leaks = (text: string) => text.includes(app.notificationLog.identity.epoch) || text.includes("Ana");
    serve({ authorize: (request) => request.headers.get("authorization") === "Bearer secret" });
    for (const path of ["", "/head", "/1,10", "?start=x", "/a/b"]) {
      const { status, body, text } = await get(path);
      expect([status, body.code, leaks(text)]).toEqual([403, "FORBIDDEN", false]);
    }
    expect((await get("/1,10", { headers: { authorization: "Bearer secret" } })).status).toBe(200);
    serve({ authorize: async () => new Response("{}", { status: 401, headers: { "www-authenticate": "Bearer" } }) });
    const { status, headers } = await get("/1,10");
    expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    // What a hook in JavaScript answers by mistake is no permission.
    for (const mistake of [undefined, null, 1, "yes"]) {
      serve({ authorize: () => mistake as never });
      expect((await get("/1,10")).status).toBe(403);
    }
  });

  test("says of a failure no more than that it is one, and tells it to who runs the log", async () => {
    const secret = new Error("password=1234");
    serve({ authorize: () => Promise.reject(secret) });
    expect((await get("")).body).toMatchObject({ status: 500, code: "INTERNAL_ERROR" });
    expect(failures.splice(0)).toEqual([secret]);
    for (const [failure, status, code] of [
      [secret, 500, "INTERNAL_ERROR"],
      [new StoreUnavailableError("password=1234"), 503, "STORE_UNAVAILABLE"],
    ] as const) {
      const { identity } = app.notificationLog;
      const failing = { identity, select: () => Promise.reject(failure), head: () => Promise.reject(failure) };
      server.handler = notificationLogHandler(
        { ...failing, waitBeyond: async () => {}, section: () => Promise.reject(failure) },
        { onError: (error) => failures.push(error) },
      );
      for (const path of ["", "/head", "/1,10"]) {
        const { status: found, text, body } = await get(path);
        expect([found, body.code, text.includes("1234")]).toEqual([status, code, false]);
      }
      expect(failures.splice(0)).toEqual([failure, failure, failure]);
    }
  });

  test("answers 503 to those who wait when the store is closed, and after", async () => {
    const waiting = get("/head?beyond=25&wait=600");
    await expect.poll(() => server.requests.length).toBe(1);
    await app.close();
    expect((await waiting).body).toMatchObject({ status: 503, code: "STORE_UNAVAILABLE" });
    expect((await get("")).status).toBe(503);
    expect(failures.splice(0)).toMatchObject([{ code: "STORE_CLOSED" }, { code: "STORE_CLOSED" }]);
  });

  test("serves bytes as base64, and text as it is", async () => {
    const text = '{"a":"𝄞 é \\u0000 \\ud800"}';
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await app.recorder.append(
      saveOf([anEvent({ state: text }), anEvent({ encoding: "json+gzip", state: bytes }), anEvent({ state: "" })]),
    );
    const { body } = await get("?start=26");
    expect(body.items.map(({ state }: { state: unknown }) => state)).toEqual([
      text,
      { base64: Buffer.from(bytes).toString("base64") },
      "",
    ]);
  });
});

test("is refused with options that make no sense", async () => {
  await using app = await Application.open({ name: "Bank", aggregates: [Account], store: "memory:", env: {} });
  const serve = (options: NotificationLogHandlerOptions) => () => notificationLogHandler(app.notificationLog, options);
  for (const basePath of ["notifications", "/notifications/", "/a?b"]) {
    expect(serve({ basePath })).toThrow(expect.objectContaining({ code: "PROGRAMMING_ERROR" }));
  }
  for (const options of [{ maxLimit: 0 }, { maxLength: 0 }, { maxWait: -1 }, { maxWaiting: 0.5 }]) {
    expect(serve(options)).toThrow(expect.objectContaining({ code: "INVALID_RANGE" }));
  }
  const atRoot = notificationLogHandler(app.notificationLog, { basePath: "" });
  expect((await atRoot(new Request("http://localhost/"))).status).toBe(200);
  expect((await atRoot(new Request("http://localhost/head"))).status).toBe(200);
});
