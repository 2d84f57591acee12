import { setTimeout as sleep } from "node:timers/promises";
import type { NotificationLog } from "@palimpsest/eventsourcing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "../../../../tools/testing/test-database.ts";
import { type OpenWiki, openWiki } from "../../src/compose.ts";
import type { RunningServer } from "../../src/http/server.ts";
import { serveWiki } from "../../src/http/wiki-server.ts";
import { EDITOR, PATIENCE } from "./start-test-wiki.ts";

describe("two servers on one PostgreSQL", () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  const nodes: { readonly parts: OpenWiki; readonly server: RunningServer }[] = [];
  let secondHears: Gate;

  beforeAll(async () => {
    database = await createTestDatabase();
    for (let i = 0; i < 2; i++) {
      const parts = await openWiki(database.connectionString, { patience: PATIENCE });
      // The second one follows the log for what it keeps in memory alone, so that it can be held back.
      if (i === 0) parts.projector.start();
      else secondHears = gateBefore(parts.wiki.events.notificationLog);
      const where = { host: "127.0.0.1", port: 0, name: "Test wiki", viewer: EDITOR };
      const onError = (error: unknown) => {
        throw error;
      };
      nodes.push({ parts, server: await serveWiki(parts, { ...where, onError }) });
    }
  });

  afterAll(async () => {
    for (const { server } of nodes) await server.stop(0);
    for (const { parts } of nodes) await parts.close();
    await database.drop();
  });

  const ask = (node: number, path: string, init?: RequestInit) =>
    fetch((nodes[node]?.server.address ?? "") + path, { redirect: "manual", ...init });
  const send = (node: number, method: string, path: string, body: unknown) =>
    ask(node, path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });

  it("show who wrote on one what he wrote, on the other too: pages, lists, search and feeds", async () => {
    await send(0, "POST", "/api/v1/pages", { title: "Shared", slug: "shared", body: "word0" });
    for (let version = 1; version <= 20; version++) {
      const [writer, reader] = version % 2 === 0 ? [0, 1] : [1, 0];
      // Kept on both, so that each answers from memory what it must not.
      for (const node of [0, 1]) await (await ask(node, "/wiki/shared")).text();
      const saved = await send(writer, "PATCH", "/api/v1/pages/shared", { body: `word${version}`, basedOn: version });
      expect(saved.status).toBe(200);
      const cookie = saved.headers.get("set-cookie")?.split(";")[0] ?? "";
      expect(cookie).toMatch(/^seen=/);
      const [page, found, changes] = await Promise.all(
        ["/wiki/shared", `/api/v1/search?q=word${version}`, "/feeds/changes.json"].map(async (path) =>
          (await ask(reader, path, { headers: { cookie } })).text(),
        ),
      );
      expect(page).toContain(`word${version}`);
      expect(JSON.parse(found ?? "")).toMatchObject({ total: 1 });
      expect(JSON.parse(changes ?? "").items).toHaveLength(version + 1);
    }
  });

  it("show it also where the other hears of it later, and only to those who are to see it", async () => {
    await send(0, "POST", "/api/v1/pages", { title: "Late", slug: "late", body: "before" });
    const page = async (init?: RequestInit) => (await ask(1, "/wiki/late", init)).text();
    // From when on it is kept there depends on how soon the read models are there.
    const hits = async () => {
      await page();
      return Number(/result="hit"\} (\d+)/.exec(await (await ask(1, "/metrics")).text())?.[1] ?? 0);
    };
    const before = await hits();
    await expect.poll(hits).toBeGreaterThan(before);
    secondHears.close();
    const saved = await send(0, "PATCH", "/api/v1/pages/late", { body: "after", basedOn: 1 });
    const cookie = saved.headers.get("set-cookie")?.split(";")[0] ?? "";
    // The control: it does keep what it has not heard of.
    expect(await page()).toContain("before");
    const asked = page({ headers: { cookie } });
    expect(await Promise.race([asked, sleep(300, "it waits")])).toBe("it waits");
    secondHears.open();
    expect(await asked).toContain("after");
    expect(await page()).toContain("after");
  });

  it("forget on both what was deleted on one", async () => {
    await send(0, "POST", "/api/v1/pages", { title: "Short", slug: "short", body: "text" });
    await (await ask(1, "/wiki/short")).text();
    const gone = await send(0, "DELETE", "/api/v1/pages/short", {});
    const cookie = gone.headers.get("set-cookie")?.split(";")[0] ?? "";
    const { pages } = await (await ask(1, "/api/v1/complete?typed=Sho", { headers: { cookie } })).json();
    expect(pages).toEqual([]);
    const page = await (await ask(1, "/api/v1/pages/short", { headers: { cookie } })).json();
    expect(page.deleted ?? page.code).toBe(true);
  });
});

/** Lets through, or makes wait. */
interface Gate {
  open(): void;
  close(): void;
}

/** Makes those who read a log wait while the gate is closed. */
function gateBefore(log: NotificationLog): Gate {
  let opened = Promise.withResolvers<void>();
  opened.resolve();
  const select = log.select.bind(log);
  log.select = async (range) => {
    await opened.promise;
    return select(range);
  };
  return {
    open: () => opened.resolve(),
    close: () => {
      opened = Promise.withResolvers();
    },
  };
}
