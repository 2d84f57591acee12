import { mkdtempSync, rmSync } from "node:fs";
import { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogRange } from "@palimpsest/eventsourcing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openWiki } from "../../src/compose.ts";
import { LogFollower } from "../../src/http/log-follower.ts";
import { serveWiki } from "../../src/http/wiki-server.ts";
import { EDITOR, PATIENCE, startTestWiki, TEST_ENGINES, type TestWiki } from "./start-test-wiki.ts";

describe.each(TEST_ENGINES)("a server on %s", (engine) => {
  let wiki: TestWiki;

  beforeAll(async () => {
    wiki = await startTestWiki({ engine });
  });

  afterAll(() => wiki.stop());

  const json = async (path: string) => (await wiki.fetch(path)).json();

  // A program keeps no cookies: what it has been told is saved, it finds all the same.
  it("shows at once what it has answered to be saved, wherever one looks first", async () => {
    await wiki.send("POST", "/api/v1/pages", { title: "Own", slug: "own", body: "word0 [[to0]]", tags: ["tag0"] });
    const looks: readonly ((n: number) => Promise<unknown>)[] = [
      async (n) => expect(await json(`/api/v1/search?q=word${n}`)).toMatchObject({ total: 1 }),
      async (n) => expect((await json("/api/v1/history/own")).changes[0]).toMatchObject({ version: n }),
      async (n) => expect((await json("/api/v1/changes")).changes[0]).toMatchObject({ version: n }),
      async (n) => expect((await json("/api/v1/missing")).missing).toMatchObject([{ slug: `to${n}` }]),
      async (n) => expect(await json(`/api/v1/links/to${n}`)).toMatchObject({ total: 1 }),
      async (n) => expect((await json("/api/v1/pages")).pages).toMatchObject([{ version: n }]),
      async (n) => expect(await (await wiki.fetch("/wiki/own")).text()).toContain(`word${n}`),
    ];
    for (const look of [...looks, ...looks]) {
      const { version } = await json("/api/v1/pages/own");
      const n = version + 1;
      const saved = await wiki.send("PATCH", "/api/v1/pages/own", { body: `word${n} [[to${n}]]` });
      expect(saved.status).toBe(200);
      await look(n);
    }
  });

  it("brings the links along that somebody has just written, when a page is renamed", async () => {
    await wiki.send("POST", "/api/v1/pages", { title: "Old", slug: "old", body: "text" });
    for (let n = 1; n <= 5; n++) {
      const [from, to] = [n === 1 ? "old" : `old${n - 1}`, `old${n}`];
      await wiki.send("POST", "/api/v1/pages", { title: `Linking ${n}`, slug: `linking${n}`, body: `[[${from}]]` });
      const renamed = await wiki.send("POST", `/api/v1/rename/${from}`, { slug: to, updateLinks: true });
      expect(renamed.status).toBe(200);
      expect(await json(`/api/v1/pages/linking${n}`)).toMatchObject({ body: `[[${to}]]` });
    }
  });

  it("waits for nothing that a cookie names and nobody recorded", async () => {
    const { epoch } = wiki.parts.wiki.events.recorder.log;
    const read = async (position: number) =>
      (await wiki.fetch("/api/v1/pages", { headers: { cookie: `seen=${epoch}.${position}` } })).status;
    // From here on the server has heard of all there is.
    await read(await wiki.parts.wiki.events.recorder.head());
    const waitFor = vi.spyOn(LogFollower.prototype, "waitFor");
    expect(await read(999_999_999)).toBe(200);
    expect(waitFor).not.toHaveBeenCalled();
    waitFor.mockRestore();
  });
});

it("lets others in between the answers to those whose changes it hears of at once", async () => {
  const wiki = await startTestWiki();
  const { notificationLog: log } = wiki.parts.wiki.events;
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
  // The server, which follows the log, hears of nothing until all are recorded.
  const select = log.select.bind(log);
  Object.assign(log, { select: (range: LogRange) => heard.then(() => select(range)) });
  const end = vi.spyOn(ServerResponse.prototype, "end");
  const turn = vi.fn(() => {
    if (end.mock.calls.length < 12) setImmediate(turn);
  });
  turn();
  const edits = Array.from({ length: 12 }, (_, n) =>
    wiki.send("POST", "/api/v1/pages", { title: `Page ${n}`, slug: `page-${n}` }),
  );
  await expect.poll(() => wiki.parts.wiki.events.recorder.head()).toBe(36);
  expect(end).not.toHaveBeenCalled();
  hear();
  await Promise.all(edits);
  const turns = turn.mock.invocationCallOrder;
  const answers = Map.groupBy(end.mock.invocationCallOrder, (order) => turns.filter((it) => it < order).length);
  // The first of them need not wait for a turn.
  expect([...answers.values()].filter(({ length }) => length > 2)).toEqual([]);
  end.mockRestore();
  await wiki.stop();
});

it("shows what was recorded before it was started, though nothing had been derived from it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "palimpsest-own-writes-"));
  const parts = await openWiki(`sqlite:${join(directory, "wiki.db")}`, { patience: PATIENCE });
  await parts.wiki.createPage({ title: "Early", slug: "early" });
  const onError = (error: unknown) => {
    throw error;
  };
  const server = await serveWiki(parts, { host: "127.0.0.1", port: 0, name: "Test wiki", viewer: EDITOR, onError });
  parts.projector.start();
  const history = await (await fetch(`${server.address}/api/v1/history/early`)).json();
  expect(history.changes).toMatchObject([{ version: 1 }]);
  await server.stop();
  await parts.close();
  rmSync(directory, { recursive: true });
});
