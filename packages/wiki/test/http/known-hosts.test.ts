import { request } from "node:http";
import { afterAll, describe, expect, test } from "vitest";
import { startTestWiki } from "./start-test-wiki.ts";

const wiki = await startTestWiki();
afterAll(() => wiki.stop());

/** What a browser sends to this machine that takes it for another one. */
function ask(address: string, host: string, method = "GET", headers: Readonly<Record<string, string>> = {}) {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const sent = request(`${address}/changes`, { method, headers: { ...headers, host } }, async (answer) => {
      resolve({ status: answer.statusCode, body: Buffer.concat(await answer.toArray()).toString() });
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("a server that listens on this machine alone", () => {
  test.each(["127.0.0.1", "localhost:8080", "wiki.localhost", "[::1]:8080", "192.168.1.7"])(
    "answers to %s",
    async (host) => {
      expect((await ask(wiki.address, host)).status).toBe(200);
    },
  );

  test.each(["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "localhost.."])(
    "does not to %s, which may be any site's name for it, and tells it nothing",
    async (host) => {
      const page = await wiki.post("/new", { title: "Private", slug: "private", body: "secret words" });
      expect([303, 409, 422]).toContain(page.status);
      // Kept answers too.
      for (const _ of [1, 2]) {
        const { status, body } = await ask(wiki.address, host);
        expect(status).toBe(421);
        expect(body).not.toContain("Private");
      }
      const headers = { origin: `http://${host}`, "sec-fetch-site": "same-origin" };
      expect((await ask(wiki.address, host, "POST", headers)).status).not.toBe(303);
    },
  );

  test("answers to the name that it was given, and takes changes from there behind a proxy that asks for another", async () => {
    const address = await wiki.serve({ userId: null, role: "editor" }, { origin: "https://wiki.example" });
    expect((await ask(address, "wiki.example")).status).toBe(200);
    expect((await ask(address, "other.example")).status).toBe(421);
    const body = new URLSearchParams({ title: "Proxied", slug: "proxied", body: "x" });
    const from = (origin: string) =>
      fetch(`${address}/new`, { method: "POST", body, redirect: "manual", headers: { origin } });
    expect((await from("https://other.example")).status).toBe(403);
    expect((await from("https://wiki.example")).status).toBe(303);
  });
});

test("a server that others may reach answers to any name, until it is given one", async () => {
  const editor = { userId: null, role: "editor" } as const;
  const open = (await wiki.serve(editor, { host: "0.0.0.0" })).replace("0.0.0.0", "127.0.0.1");
  expect((await ask(open, "wiki.intranet")).status).toBe(200);
  const named = await wiki.serve(editor, { host: "0.0.0.0", origin: "https://wiki.example" });
  expect((await ask(named.replace("0.0.0.0", "127.0.0.1"), "wiki.intranet")).status).toBe(421);
});
