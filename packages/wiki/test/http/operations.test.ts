import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { READER, startTestWiki, type TestWiki } from "./start-test-wiki.ts";

describe("a server in operation", () => {
  let wiki: TestWiki;

  afterEach(() => wiki.stop());

  it("lives, and is ready with its read models at the end of the log", async () => {
    wiki = await startTestWiki({ engine: "sqlite" });
    await wiki.send("POST", "/api/v1/pages", { title: "Home", slug: "home", body: "text" });
    expect(await (await wiki.fetch("/health/live")).json()).toEqual({ live: true });
    await wiki.parts.readModels.waitFor(3);
    const response = await wiki.fetch("/health/ready");
    expect(response.status).toBe(200);
    const names = ["pages", "links", "search", "changes"];
    expect(await response.json()).toEqual({
      ready: true,
      reasons: [],
      position: 3,
      readModels: names.map((name) => ({ name, position: 3, lag: 0, runs: "here" })),
    });
  });

  it("is not ready, with the reasons, where nobody runs the read models or the store is closed", async () => {
    wiki = await startTestWiki({ engine: "sqlite" });
    await wiki.parts.readModels.close();
    await wiki.parts.wiki.createPage({ title: "Home", slug: "home" });
    const lagging = await wiki.fetch("/health/ready");
    expect(lagging.status).toBe(503);
    expect(lagging.headers.get("retry-after")).toBe("5");
    expect((await lagging.json()).reasons).toContain('nobody runs the read model "pages"');
    await wiki.parts.wiki.close();
    const closed = await wiki.fetch("/health/ready");
    expect(closed.status).toBe(503);
    expect((await closed.json()).reasons).toContain("the database does not answer");
    expect((await wiki.fetch("/health/live")).status).toBe(200);
    expect((await wiki.fetch("/metrics")).status).toBe(200);
  });

  it("counts requests by route and status, saves, answers from memory, and how far each projection is", async () => {
    wiki = await startTestWiki();
    await wiki.send("POST", "/api/v1/pages", { title: "Home", slug: "home", body: "text" });
    await wiki.parts.readModels.waitFor(3);
    for (let i = 0; i < 3; i++) await (await wiki.fetch("/wiki/home")).text();
    await wiki.fetch("/tags/a");
    await wiki.fetch("/tags/b");
    await wiki.fetch("/nowhere");
    const response = await wiki.fetch("/metrics");
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    const lines = (await response.text()).split("\n");
    const count = (method: string, route: string, status: number) =>
      `http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`;
    expect(lines).toContain(`${count("POST", "/api/v1/pages", 201)} 1`);
    expect(lines).toContain(`${count("GET", "/wiki/:slug{.+}", 200)} 3`);
    expect(lines).toContain(`${count("GET", "/tags/:tag{.+}", 200)} 2`);
    expect(lines).toContain(`${count("GET", "other", 404)} 1`);
    expect(lines).toContain("palimpsest_saves_total 1");
    expect(lines).toContain('palimpsest_page_cache_requests_total{result="miss"} 3');
    expect(lines).toContain('palimpsest_page_cache_requests_total{result="hit"} 2');
    expect(lines).toContain("palimpsest_log_position 3");
    expect(lines).toContain('palimpsest_projection_lag_events{projection="search"} 0');
    expect(lines).toContain('palimpsest_projection_failed{projection="search"} 0');
    expect(lines.some((line) => line.startsWith("nodejs_eventloop_lag_p99_seconds "))).toBe(true);
    expect(lines.some((line) => line.startsWith("process_resident_memory_bytes "))).toBe(true);
  });

  it("logs each request as a line of JSON that repeats nothing of what was sent", async () => {
    wiki = await startTestWiki();
    let written = "";
    const log = { write: (text: string) => (written += text) };
    const address = await wiki.serve(READER, { log });
    await fetch(`${address}/pages?order=title`, { headers: { "x-request-id": "from-a-proxy", cookie: "secret=1" } });
    const named = await fetch(`${address}/api/v1/pages/nowhere`);
    await fetch(`${address}/new`, { method: "POST", body: new URLSearchParams({ title: "secret", slug: "a" }) });
    await expect.poll(() => written.split("\n").length).toBe(4);
    const lines = written
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { level: "info", id: "from-a-proxy", method: "GET", path: "/pages", status: 200 },
      { id: named.headers.get("x-request-id"), path: "/api/v1/pages/nowhere", status: 404 },
      { method: "POST", path: "/new", status: 403 },
    ]);
    for (const line of lines) {
      expect(line.ms).toBeGreaterThan(0);
      expect(line.bytes).toBeGreaterThan(100);
      expect(new Date(line.time).toISOString()).toBe(line.time);
    }
    expect(written).not.toContain("secret");
    expect(written).not.toContain("order=");
  });

  it("takes no name for a request that could break a line of the log", async () => {
    wiki = await startTestWiki();
    for (const given of ["x".repeat(65), "a b", "a{"]) {
      const response = await wiki.fetch("/robots.txt", { headers: { "x-request-id": given } });
      expect(response.headers.get("x-request-id")).not.toBe(given);
      expect(response.headers.get("x-request-id")).toMatch(/^[\w-]{3,64}$/);
    }
  });

  it("tells a client that asks too often to wait, readers and writers apart, and answers those who run it", async () => {
    wiki = await startTestWiki();
    const reads = { perSecond: 0.01, burst: 3 };
    const writes = { perSecond: 0.01, burst: 1 };
    const address = await wiki.serve(READER, { limits: { reads, writes } });
    const statuses = [];
    // What is sent from memory costs next to nothing, and is not counted: another list each time.
    for (let i = 1; i <= 4; i++) statuses.push((await fetch(`${address}/pages?limit=${i}`)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await fetch(`${address}/pages?limit=1`)).status).toBe(200);
    const refused = await fetch(`${address}/api/v1/pages`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: "TOO_MANY_REQUESTS" });
    const post = () => fetch(`${address}/new`, { method: "POST", body: new URLSearchParams({ title: "a" }) });
    expect((await post()).status).toBe(403);
    expect((await post()).status).toBe(429);
    expect((await fetch(`${address}/health/ready`)).status).toBe(200);
    expect((await fetch(`${address}/metrics`)).status).toBe(200);
  });

  it("tells clients behind a proxy apart where it is told of the proxy, and nobody can pretend", async () => {
    wiki = await startTestWiki();
    await wiki.send("POST", "/api/v1/pages", { title: "Home", slug: "home" });
    const reads = { perSecond: 0.01, burst: 1 };
    const ask = async (address: string, forwarded: string) =>
      (await fetch(`${address}/random`, { redirect: "manual", headers: { "x-forwarded-for": forwarded } })).status;
    const behind = await wiki.serve(READER, { limits: { reads, behindProxy: true } });
    expect(await ask(behind, "192.0.2.1")).toBe(302);
    expect(await ask(behind, "192.0.2.2")).toBe(302);
    expect(await ask(behind, "192.0.2.9, 192.0.2.1")).toBe(429);
    expect(await ask(behind, "2001:db8:1:2::1")).toBe(302);
    expect(await ask(behind, "2001:db8:1:2::2")).toBe(429);
    const alone = await wiki.serve(READER, { limits: { reads } });
    expect(await ask(alone, "192.0.2.1")).toBe(302);
    expect(await ask(alone, "192.0.2.2")).toBe(429);
  });

  it("sheds what is more than it can do at once, and takes on again what comes later", async () => {
    wiki = await startTestWiki({ engine: "sqlite" });
    const address = await wiki.serve(
      { userId: null, role: "editor" },
      { limits: { saves: 2, requests: 4, writes: { perSecond: 1e6, burst: 1e6 } } },
    );
    const create = (i: number) =>
      fetch(`${address}/api/v1/pages`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ title: `Page ${i}`, slug: `page-${i}`, body: "text" }),
      });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => create(i)));
    const shed = answers.filter(({ status }) => status === 503);
    const made = answers.filter(({ status }) => status === 201);
    expect(shed.length + made.length).toBe(40);
    expect(shed.length).toBeGreaterThan(0);
    expect(made.length).toBeGreaterThan(1);
    expect(shed[0]?.headers.get("retry-after")).toBe("1");
    expect(await shed[0]?.json()).toMatchObject({ code: "OVERLOADED" });
    expect((await create(100)).status).toBe(201);
    // What was refused was not done.
    await wiki.parts.readModels.waitFor(await wiki.parts.wiki.events.recorder.head(), { timeout: 60_000 });
    const { pages } = await wiki.parts.readModels.statistics({ deleted: true });
    expect(pages).toBe(made.length + 1);
  });

  it("does not count event streams among the requests under way", async () => {
    wiki = await startTestWiki();
    const address = await wiki.serve(READER, { limits: { requests: 1 } });
    const streams = await Promise.all([1, 2, 3].map(async () => await fetch(`${address}/api/v1/events`)));
    expect(streams.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect((await fetch(`${address}/pages`)).status).toBe(200);
    for (const stream of streams) await stream.body?.cancel();
  });

  it("answers the saves under way before it stops", async () => {
    wiki = await startTestWiki({ engine: "sqlite" });
    const answers = Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        wiki
          .send("POST", "/api/v1/pages", { title: `Page ${i}`, slug: `page-${i}`, body: "text" })
          .catch(() => undefined),
      ),
    );
    await expect.poll(() => wiki.parts.wiki.events.recorder.head()).toBeGreaterThan(0);
    await wiki.stopServing(5_000);
    const acknowledged = (await answers).filter((answer) => answer?.status === 201);
    expect(acknowledged.length).toBeGreaterThan(0);
    const pages = await wiki.parts.wiki.getPages({ limit: 100 });
    // A save that nobody was told of would have been cut off.
    expect(pages).toHaveLength(acknowledged.length);
    await expect(fetch(`${wiki.address}/pages`)).rejects.toThrow();
  });

  it.each([
    "GET /wiki/%zz HTTP/1.1",
    "GET /wiki/%00 HTTP/1.1",
    "GET /wiki/%ff%fe HTTP/1.1",
    "GET // HTTP/1.1",
    "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
    "GET http://other.example/pages HTTP/1.1",
    "GET * HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "PROPFIND /pages HTTP/1.1",
    `GET /${"x".repeat(9_000)} HTTP/1.1`,
    `GET /search?q=${"x".repeat(9_000)} HTTP/1.1`,
    `GET /search?${"a=1&".repeat(3_000)} HTTP/1.1`,
    `GET /${"x".repeat(40_000)} HTTP/1.1`,
    "GET /pages?a[]=1&__proto__=2 HTTP/1.1",
    "POST /api/v1/pages HTTP/1.1\r\ncontent-length: x",
    "nonsense",
  ])("answers the request %.60s with a refusal", async (line) => {
    wiki = await startTestWiki();
    const answer = await exchange(wiki.address, `${line}\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    expect(status, answer.slice(0, 200)).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    expect(wiki.defects).toEqual([]);
  });
});

/** What a server answers to some bytes. */
function exchange(address: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => (answer += chunk));
    socket.on("close", () => resolve(answer));
    socket.on("error", (error) => (answer === "" ? reject(error) : resolve(answer)));
    socket.write(bytes);
  });
}
