import { request } from "node:http";
import { openRemoteNotificationLog } from "@palimpsest/eventsourcing/http-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Viewer } from "../../src/access/viewer.ts";
import { READER, startTestWiki, TEST_ENGINES, type TestWiki } from "./start-test-wiki.ts";

const ADMINISTRATOR: Viewer = { userId: null, role: "administrator" };

interface Event {
  readonly position: number;
  readonly type: string;
  readonly data?: { readonly title?: string };
}

describe.each(TEST_ENGINES)("the change feed on %s", (engine) => {
  let wiki: TestWiki;
  let forReaders: string;
  let deletedId: string;

  beforeAll(async () => {
    wiki = await startTestWiki({ engine });
    for (let i = 1; i <= 12; i++) {
      await wiki.send("POST", "/api/v1/pages", { title: `Page ${i}`, slug: `page-${i}`, body: `text ${i}` });
    }
    await wiki.send("POST", "/api/v1/pages", { title: "Gone", slug: "gone", body: "buried treasure" });
    deletedId = (await (await wiki.fetch("/api/v1/pages/gone")).json()).pageId;
    await wiki.send("PATCH", "/api/v1/pages/gone", { body: "buried treasure, deeper", basedOn: 1 });
    expect((await wiki.send("DELETE", "/api/v1/pages/gone", {})).status).toBe(200);
    await wiki.send("PATCH", "/api/v1/pages/page-1", { title: "Page one", basedOn: 1 });
    forReaders = await wiki.serve(READER);
  });

  afterAll(() => wiki.stop());

  const read = async (address: string) => {
    const response = await fetch(address);
    expect(response.status, address).toBe(200);
    return response.json();
  };

  /** All events, in parts of `limit`. */
  const readAll = async (address: string, limit: number) => {
    const events: Event[] = [];
    let after = 0;
    for (;;) {
      const part = await read(`${address}/api/v1/log?after=${after}&limit=${limit}`);
      events.push(...part.events);
      after = part.upTo;
      if (!part.more) return events;
    }
  };

  it("gives the events of pages in exact order, whichever the size of the parts", async () => {
    const all = await readAll(wiki.address, 500);
    expect(all.map(({ type }) => type)).toEqual([
      ...Array(13).fill("Created"),
      "BodyUpdated",
      "Deleted",
      "TitleUpdated",
    ]);
    const positions = all.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    expect(await readAll(wiki.address, 1)).toEqual(all);
    expect(await readAll(wiki.address, 7)).toEqual(all);
  });

  it("tells readers of a deleted page that it is gone, and nothing else", async () => {
    const all = await readAll(wiki.address, 500);
    const shown = await readAll(forReaders, 3);
    expect(JSON.stringify(all)).toContain("treasure");
    expect(JSON.stringify(shown)).not.toContain("treasure");
    expect(shown).toHaveLength(all.length - 2);
    const gone = shown.find(({ type }) => type === "Deleted");
    expect(gone).toEqual({
      type: "Deleted",
      pageId: deletedId,
      position: all.find(({ type }) => type === "Deleted")?.position,
      version: 3,
      recordedAt: expect.any(Number),
    });
  });

  it("gives sections of it, from one to the next, to its end", async () => {
    const events: Event[] = [];
    let section: string | null = "1,10";
    while (section !== null) {
      const part: { readonly events: Event[]; readonly nextId: string | null } = await read(
        `${forReaders}/api/v1/log/${section}`,
      );
      events.push(...part.events);
      section = part.nextId;
    }
    expect(events).toEqual(await readAll(forReaders, 500));
    expect(await read(`${wiki.address}/api/v1/log/100000,100010`)).toMatchObject({ id: null, events: [] });
  });

  it("streams what is recorded from any position on, each event once", async () => {
    const all = await readAll(wiki.address, 500);
    const [first, second] = all;
    const epoch = (await read(`${wiki.address}/api/v1/log`)).epoch;
    await using stream = await openStream(wiki.address, `/api/v1/events?after=${first?.position}`);
    await stream.until(all.at(-1)?.position ?? 0);
    await wiki.send("PATCH", "/api/v1/pages/page-2", { title: "Page two", basedOn: 1 });
    const grown = await readAll(wiki.address, 500);
    await stream.until(grown.at(-1)?.position ?? 0);
    expect(stream.events).toEqual(grown.slice(1));
    await using again = await openStream(wiki.address, "/api/v1/events?after=0", {
      "last-event-id": `${epoch}.${second?.position}`,
    });
    await again.until(grown.at(-1)?.position ?? 0);
    expect(again.events).toEqual(grown.slice(2));
  });

  it("streams to readers what they may see, and up to where", async () => {
    const shown = await readAll(forReaders, 500);
    await using stream = await openStream(forReaders, "/api/v1/events?after=0");
    await stream.until(await wiki.parts.wiki.events.recorder.head());
    expect(stream.events).toEqual(shown);
    expect(stream.text).not.toContain("treasure");
  });

  it("gives the log as it is stored to administrators alone, in the form that remote followers read", async () => {
    expect((await fetch(`${forReaders}/api/v1/notification-log`)).status).toBe(403);
    expect((await wiki.fetch("/api/v1/notification-log/head")).status).toBe(403);
    const forAdministrators = await wiki.serve(ADMINISTRATOR);
    const log = await openRemoteNotificationLog({ url: `${forAdministrators}/api/v1/notification-log` });
    const topics = ["Page.Created", "Page.TitleUpdated"];
    expect(await log.select({ start: 1, limit: 500, topics })).toEqual(
      await wiki.parts.wiki.events.notificationLog.select({ start: 1, limit: 500, topics }),
    );
    expect((await log.section("1,10")).items).toHaveLength(10);
    expect(await log.head()).toBe(await wiki.parts.wiki.events.recorder.head());
  });

  it.each([
    ["/api/v1/log?after=100000", 400, "INVALID_RANGE"],
    ["/api/v1/log?limit=501", 422, "INVALID_INPUT"],
    ["/api/v1/log?epoch=00000000-0000-4000-8000-000000000000", 409, "LOG_CHANGED"],
    ["/api/v1/log/all", 400, "INVALID_SECTION"],
    ["/api/v1/events?after=100000", 400, "INVALID_RANGE"],
    ["/api/v1/events?after=x", 422, "INVALID_INPUT"],
    ["/api/v1/events?epoch=00000000-0000-4000-8000-000000000000", 409, "LOG_CHANGED"],
  ])("refuses %s", async (path, status, code) => {
    const response = await fetch(forReaders + path);
    expect(await response.json()).toMatchObject({ status, code });
    expect(response.status).toBe(status);
  });

  it.each([
    ["nonsense", 400],
    ["00000000-0000-4000-8000-000000000000.1", 409],
  ])("refuses to go on after the event %s", async (id, status) => {
    const response = await fetch(`${forReaders}/api/v1/events`, { headers: { "last-event-id": id } });
    expect(response.status).toBe(status);
    await response.body?.cancel();
  });
});

describe("event streams", () => {
  it("are so many at once, are told of while they are silent, and end when the server stops", async () => {
    const wiki = await startTestWiki();
    const address = await wiki.serve(READER, { streams: { most: 2, heartbeat: 20 } });
    const first = await openStream(address, "/api/v1/events?after=0");
    await openStream(address, "/api/v1/events").then((second) => second[Symbol.asyncDispose]());
    const second = await openStream(address, "/api/v1/events");
    const third = await fetch(`${address}/api/v1/events`);
    expect(third.status).toBe(503);
    expect(third.headers.get("retry-after")).toBe("1");
    await first.heard(":\n\n");
    // With more patience than a test has: nothing is cut, they end by themselves.
    await wiki.stopServing(600_000);
    await Promise.all([first.ended, second.ended]);
    await wiki.stop();
  });

  it("answers HEAD without a stream", async () => {
    const wiki = await startTestWiki();
    const address = await wiki.serve(READER, { streams: { most: 1 } });
    for (let i = 0; i < 3; i++) {
      expect((await fetch(`${address}/api/v1/events`, { method: "HEAD" })).status).toBe(200);
    }
    await wiki.stop();
  });
});

/** Reads an event stream as it comes, over a connection of its own. */
async function openStream(address: string, path: string, headers: Record<string, string> = {}) {
  const { promise: answered, resolve, reject } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let text = "";
  const waiting = new Set<() => void>();
  const sent = request(address + path, { headers }, (response) => {
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
      for (const look of waiting) look();
    });
    response.on("close", end);
    resolve();
  });
  sent.on("error", reject);
  sent.end();
  await answered;
  const until = (isThere: () => boolean) =>
    new Promise<void>((found) => {
      const look = () => {
        if (!isThere()) return;
        waiting.delete(look);
        found();
      };
      waiting.add(look);
      look();
    });
  return {
    ended,
    get text() {
      return text;
    },
    get events(): readonly Event[] {
      const messages = text.split("\n\n").filter((message) => /^id: .*\ndata: /.test(message));
      return messages.map((message) => JSON.parse(message.replace(/^id: .*\ndata: /, "")));
    },
    until: (position: number) => until(() => text.includes(`.${position}\n`)),
    heard: (words: string) => until(() => text.includes(words)),
    [Symbol.asyncDispose]: async () => {
      sent.destroy();
      await ended;
    },
  };
}
