import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { noteRun, storeOf } from "../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../tools/reliability/size.ts";
import { SHARED_ENGINES, type SharedStore } from "../../../tools/testing/engine-addresses.ts";
import { WikiApplication } from "../src/application/wiki-application.ts";
import type { Terminal } from "../src/cli/command.ts";
import { serveCommand } from "../src/cli/serve-command.ts";
import { palimpsest, type ServedWiki, servePalimpsest } from "./palimpsest-process.ts";

// Each command is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: NIGHTLY ? 600_000 : 120_000 });

let directory: string;
let store: SharedStore;
const served: ServedWiki[] = [];

async function serve(...more: string[]): Promise<ServedWiki> {
  const wiki = await servePalimpsest(store.address, { cwd: directory }, ...more);
  served.push(wiki);
  return wiki;
}

async function stop({ child, ended }: ServedWiki, signal: NodeJS.Signals = "SIGTERM") {
  child.kill(signal);
  return ended;
}

function create(address: string, slug: string): Promise<Response> {
  return fetch(`${address}/api/v1/pages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ title: slug, slug, body: `text of ${slug}` }),
  });
}

/** Eight clients that make pages until they cannot, and note which ones were acknowledged. */
async function writeUntilGone(address: string, acknowledged: string[], pause = 0): Promise<void> {
  await Promise.all(
    Array.from({ length: 8 }, async (_, client) => {
      for (let n = 0; ; n++) {
        const slug = `c-${client}/${acknowledged.length}-${n}`;
        try {
          const response = await create(address, slug);
          if (response.status !== 201) return;
          acknowledged.push(slug);
          if (pause > 0) await sleep(pause);
        } catch {
          return;
        }
      }
    }),
  );
}

async function missingOf(slugs: readonly string[]): Promise<readonly string[]> {
  await using wiki = await WikiApplication.open({ store: store.address, env: {} });
  const pages = new Set((await wiki.getPages()).map(({ slug }) => String(slug)));
  return slugs.filter((slug) => !pages.has(slug));
}

// What serving does is the same on both: by day one of them is enough, and others try PostgreSQL over HTTP.
const ENGINES = Object.entries(SHARED_ENGINES).filter(([name]) => name === "sqlite" || NIGHTLY);

describe.each(ENGINES)("serve on %s", (engine, createStore) => {
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "palimpsest-serve-"));
    store = await createStore();
  });

  afterEach(async () => {
    for (const wiki of served.splice(0)) await stop(wiki, "SIGKILL");
    await store.drop();
    rmSync(directory, { recursive: true });
  });

  test("prints its address, serves pages that somebody named wrote, and stops with 0", async () => {
    const wiki = await serve("--user", "Ana", "--name", "Team wiki");
    expect((await create(wiki.address, "first")).status).toBe(201);
    const page = await (await fetch(`${wiki.address}/wiki/first`)).text();
    expect(page).toContain("text of first");
    expect(page).toContain("Ana");
    expect(page).toContain("Team wiki");
    const { status, stdout, stderr } = await stop(wiki);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event }) => event).filter(Boolean)).toEqual(["listening", "stopping", "stopped"]);
    // No example pages where nobody sits before it.
    expect(await missingOf(["first", "home"])).toEqual(["home"]);
  });

  test("loses nothing that was acknowledged when it is killed under load, and all is well after", async () => {
    const acknowledged: string[] = [];
    const kills = NIGHTLY ? 15 : 2;
    for (let kill = 0; kill < kills; kill++) {
      const wiki = await serve();
      const writing = writeUntilGone(wiki.address, acknowledged);
      const enough = acknowledged.length + 40;
      while (acknowledged.length < enough) await sleep(5);
      await stop(wiki, "SIGKILL");
      await writing;
    }
    const again = await serve();
    expect((await create(again.address, "after")).status).toBe(201);
    expect((await stop(again)).status).toBe(0);
    expect(await missingOf(acknowledged)).toEqual([]);
    const { status, stdout } = await palimpsest(["verify", "--json", "--database", store.address], { cwd: directory });
    expect([status, JSON.parse(stdout).findings]).toEqual([0, []]);
    // The control: one that nobody made is missing.
    expect(await missingOf([...acknowledged, "made/by-nobody"])).toEqual(["made/by-nobody"]);
    noteRun({
      promises: [1, 3],
      store: storeOf(engine),
      what: "a server killed with -9 under eight clients that create pages, started again, and verified in the end",
      figures: { kills, acknowledged: acknowledged.length, lost: 0, findings: 0 },
      control: "a page that nobody made is found missing; what `verify` finds is shown by its own tests",
    });
  });

  test("answers what is under way when it is stopped, and loses nothing", async () => {
    const wiki = await serve();
    const acknowledged: string[] = [];
    const writing = writeUntilGone(wiki.address, acknowledged);
    while (acknowledged.length < 40) await sleep(5);
    const { status } = await stop(wiki, "SIGINT");
    await writing;
    expect(status).toBe(0);
    expect(await missingOf(acknowledged)).toEqual([]);
  });

  test("lets read models be rebuilt and the wiki be verified while people write", async () => {
    const wiki = await serve();
    const acknowledged: string[] = [];
    const writing = writeUntilGone(wiki.address, acknowledged, 100);
    while (acknowledged.length < 20) await sleep(5);
    const rebuilt = await palimpsest(["rebuild", "search", "pages", "--database", store.address], { cwd: directory });
    expect([rebuilt.status, rebuilt.stdout]).toEqual([0, expect.stringContaining("Rebuilt search")]);
    const verified = await palimpsest(["verify", "--json", "--database", store.address], { cwd: directory });
    expect([verified.status, JSON.parse(verified.stdout).findings]).toEqual([0, []]);
    const found = await (await fetch(`${wiki.address}/api/v1/search?q=text`)).json();
    expect(found.total).toBeGreaterThan(0);
    await stop(wiki);
    await writing;
  });
});

describe("serve", () => {
  let taken: Server;
  let port: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "palimpsest-serve-"));
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    port = (taken.address() as AddressInfo).port;
  });

  afterEach(() => {
    taken.close();
    rmSync(directory, { recursive: true });
  });

  test("says in one line why it cannot, and what to do", async () => {
    for (const [args, status, code, advice] of [
      [["--port", String(port), "--database", "memory:"], 1, "CANNOT_LISTEN", "--port"],
      [["--host", "0.0.0.0"], 2, "INVALID_USAGE", "--insecure-without-accounts"],
      [["--host", "wiki.example"], 2, "INVALID_USAGE", "no accounts yet"],
      [["--port", "70000"], 2, "INVALID_USAGE", "whole number up to 65535"],
      [["--url", "wiki.example"], 2, "INVALID_USAGE", "https://wiki.example.org"],
      [["--url", "https://wiki.example/wiki"], 2, "INVALID_USAGE", "without a path"],
      [["--port", "-1"], 2, "INVALID_USAGE", "--port"],
      [["--user", "two\nlines", "--database", "memory:"], 2, "INVALID_USAGE", "--user"],
      [["home"], 2, "INVALID_USAGE", "one argument too many"],
      [["--database", "sqlite:missing/wiki.db"], 1, "STORE_UNAVAILABLE", "directory"],
      [["--database", "nonsense"], 2, "INVALID_USAGE", "sqlite:nonsense"],
    ] as const) {
      const ended = await palimpsest(["serve", ...args], { cwd: directory });
      expect([args, ended.status]).toEqual([args, status]);
      expect(ended.stderr).toMatch(new RegExp(`^palimpsest: .*${advice}.*\\[${code}\\]\n$`));
    }
  });

  test("is what the program does without a command", async () => {
    const { status, stderr } = await palimpsest(["--port", String(port), "--database", "memory:"], { cwd: directory });
    expect([status, stderr]).toEqual([1, expect.stringContaining("[CANNOT_LISTEN]")]);
  });

  test("writes example pages into an empty wiki where a person sits before it, once, and not if asked not to", async () => {
    const database = `sqlite:${join(directory, "wiki.db")}`;
    const startAndStop = async (...more: string[]): Promise<string> => {
      const stopping = new AbortController();
      let said = "";
      const terminal: Terminal = {
        env: {},
        print: (text) => {
          said += text;
          if (text.includes("http://")) stopping.abort();
        },
        write: async () => {},
        note: () => {},
        overwrite: undefined,
        interactive: true,
        interrupted: stopping.signal,
        abandon: () => expect.unreachable(),
      };
      const args = ["--database", database, "--port", "0", "--user", "Ana", ...more];
      expect(await serveCommand.run(args, terminal)).toBe(0);
      return said;
    };
    expect(await startAndStop("--no-examples")).not.toContain("example");
    expect(await startAndStop()).toContain("wrote 3 example pages");
    expect(await startAndStop()).not.toContain("example");
    await using wiki = await WikiApplication.open({ store: database, env: {} });
    expect((await wiki.getPages()).map(({ slug }) => slug)).toEqual(["home", "writing-pages", "how-history-works"]);
  });
});
