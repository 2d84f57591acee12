import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EDITOR, startTestWiki, type TestWiki } from "./start-test-wiki.ts";

// As many as a server lets save at once, where nobody says otherwise.
const SAVES = 128;
const FOR_EVER = 3_600_000;

describe("a server that is sent bodies which do not come", () => {
  let wiki: TestWiki;
  let sockets: Socket[];

  beforeEach(async () => {
    wiki = await startTestWiki();
    sockets = [];
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await wiki.stop();
  });

  const stall = async (address: string, head: string) => {
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    // The server cuts some of them.
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write(`${head}\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 2000\r\n\r\n`);
    return socket;
  };
  const saving = "POST /api/v1/pages HTTP/1.1\r\ncontent-type: application/json";
  const uploading = "PUT /api/v1/attachments/a.txt HTTP/1.1\r\ncontent-type: application/octet-stream";
  const create = (address: string, slug: string) =>
    fetch(`${address}/api/v1/pages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ title: slug, slug }),
    });
  const underWay = async (address: string) =>
    Number(/^palimpsest_bodies_under_way (\d+)$/m.exec(await (await fetch(`${address}/metrics`)).text())?.[1]);

  it.each([
    ["saves", saving],
    ["uploads", uploading],
  ])("saves what others send while as many %s as it lets in stall", async (_what, head) => {
    await Promise.all(Array.from({ length: SAVES }, () => stall(wiki.address, head)));
    await expect.poll(() => underWay(wiki.address)).toBe(SAVES);
    expect((await create(wiki.address, "honest")).status).toBe(201);
    const uploaded = await wiki.fetch("/api/v1/attachments/b.txt", { method: "PUT", body: "text" });
    expect(uploaded.status).toBe(201);
    expect(wiki.defects).toEqual([]);
  });

  it("gives up the slowest of those that are more than it takes in, and tells it to come again", async () => {
    const address = await wiki.serve(EDITOR, { limits: { bodies: { atOnce: 2, patience: FOR_EVER, perSecond: 1 } } });
    const [first, second] = [await stall(address, saving), await stall(address, saving)];
    await expect.poll(() => underWay(address)).toBe(2);
    const answer = answerOf(first);
    const third = await stall(address, saving);
    expect(await answer).toMatch(/^HTTP\/1\.1 503 .*OVERLOADED/s);
    expect(await answer).toMatch(/retry-after: 1/i);
    expect([second.destroyed, third.destroyed]).toEqual([false, false]);
    expect(await underWay(address)).toBe(2);
  });

  it.each([
    ["of a length", "content-length: 2000\r\n\r\n{"],
    ["in chunks", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"],
  ])("takes a body %s that breaks off for no defect of its own", async (_what, rest) => {
    const { hostname, port } = new URL(wiki.address);
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.write(`${saving}\r\nhost: ${hostname}:${port}\r\n${rest}`);
    await expect.poll(() => underWay(wiki.address)).toBe(1);
    socket.destroy();
    await expect.poll(() => underWay(wiki.address)).toBe(0);
    expect(wiki.defects).toEqual([]);
  });

  it("gives up what has stalled for longer than it waits", async () => {
    const address = await wiki.serve(EDITOR, { limits: { bodies: { atOnce: 2, patience: 20, perSecond: 1 } } });
    for (const head of [saving, uploading]) {
      expect(await answerOf(await stall(address, head))).toMatch(/^HTTP\/1\.1 408 .*BODY_TOO_SLOW/s);
    }
    expect(await underWay(address)).toBe(0);
    expect((await create(address, "honest")).status).toBe(201);
    expect(wiki.defects).toEqual([]);
  });
});

/** All that comes until the server closes the connection. */
async function answerOf(socket: Socket): Promise<string> {
  let answer = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => (answer += chunk));
  await once(socket, "close");
  return answer;
}
