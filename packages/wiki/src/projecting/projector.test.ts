import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { uuid7 } from "@palimpsest/eventsourcing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTestDatabase } from "../../../../tools/testing/test-database.ts";
import { type OpenWiki, openWiki } from "../compose.ts";
import { ReadModels } from "../read-models/read-models.ts";
import { Projector, startOwnThread } from "./projector.ts";

// Hears of nothing, as it never comes to an end.
const BUSY = `
  Atomics.store(require("node:worker_threads").workerData, 0, 1);
  for (;;);
`;

describe.each(["sqlite", "postgres"] as const)("a projector on %s", (engine) => {
  let address: string;
  let wiki: OpenWiki;
  let drop: () => unknown;
  const warnings: Error[] = [];

  beforeEach(async () => {
    warnings.length = 0;
    const onWarning = (warning: Error) => void warnings.push(warning);
    if (engine === "sqlite") {
      const directory = mkdtempSync(join(tmpdir(), "palimpsest-projector-"));
      drop = () => rmSync(directory, { recursive: true });
      address = `sqlite:${join(directory, "wiki.db")}`;
    } else {
      const database = await createTestDatabase();
      drop = () => database.drop();
      address = database.connectionString;
    }
    wiki = await openWiki(address, { onWarning, attachments: tmpdir() });
  });

  afterEach(async () => {
    await wiki.close();
    await drop();
  });

  const titles = async () =>
    (await wiki.readModels.listPages({ deleted: false })).rows.map(({ title }) => title).sort();
  const create = async (title: string) => {
    await wiki.wiki.createPage({ title, slug: title.toLowerCase() });
    const position = await wiki.wiki.events.recorder.head();
    await wiki.readModels.waitFor(position);
  };

  it("shows on this thread what it makes on its own, and this thread makes none of it", async () => {
    wiki.projector.start();
    await create("First");
    await create("Second");
    expect(await titles()).toEqual(["First", "Second"]);
    expect((await wiki.readModels.status()).map(({ runs }) => runs)).toEqual(["here", "here", "here", "here"]);
    expect(warnings).toEqual([]);
  });

  it("lets read models stand where they are until it is started", async () => {
    await wiki.wiki.createPage({ title: "First", slug: "first" });
    await expect(wiki.readModels.waitFor(1, { timeout: 300 })).rejects.toMatchObject({ code: "PROJECTION_TIMEOUT" });
    expect(await titles()).toEqual([]);
  });

  it("takes up where a thread has died, and says that it has", async () => {
    const threads: Worker[] = [];
    const { readModels } = wiki;
    const projector = new Projector({
      ...{ address, env: process.env, holder: uuid7(), log: wiki.wiki.events.notificationLog, readModels },
      onWarning: (warning) => void warnings.push(warning),
      startThread: (settings) => {
        const thread = startOwnThread(settings);
        threads.push(thread);
        return thread;
      },
    });
    projector.start();
    await create("First");
    await threads[0]?.terminate();
    await create("Second");
    expect(await titles()).toEqual(["First", "Second"]);
    expect(threads).toHaveLength(2);
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining("another one starts")]);
    await projector.close();
  });

  it("has its thread hurry where somebody waits, and not with each change", async () => {
    const told: unknown[] = [];
    const projector = new Projector({
      ...{ address, env: process.env, holder: uuid7(), log: wiki.wiki.events.notificationLog },
      ...{ readModels: wiki.readModels, onWarning: (warning) => void warnings.push(warning) },
      startThread: (settings) => {
        const thread = startOwnThread(settings);
        const post = thread.postMessage.bind(thread);
        thread.postMessage = (message) => {
          told.push(message);
          post(message);
        };
        return thread;
      },
    });
    await using readModels = new ReadModels({ app: wiki.wiki.events, onAwaited: () => projector.hurry() });
    projector.start();
    await wiki.wiki.createPage({ title: "First", slug: "first" });
    await expect.poll(() => told).toContain("grown");
    expect(told).not.toContain("wanted");
    await readModels.waitFor(await wiki.wiki.events.recorder.head(), { timeout: 60_000 });
    expect(told.filter((message) => message === "wanted")).toHaveLength(1);
    await projector.close();
  });

  it("ends a thread that does not end by itself, and says so", async () => {
    const { readModels } = wiki;
    const told: string[] = [];
    const started = new Int32Array(new SharedArrayBuffer(4));
    const projector = new Projector({
      ...{ address, env: process.env, holder: uuid7(), log: wiki.wiki.events.notificationLog, readModels },
      ...{ onWarning: ({ message }) => void told.push(message), patience: 1 },
      startThread: () => new Worker(BUSY, { eval: true, workerData: started }),
    });
    projector.start();
    await expect.poll(() => Atomics.load(started, 0)).toBe(1);
    await projector.close();
    expect(told).toEqual([expect.stringContaining("did not end")]);
  });

  it("waits for nothing that is read until somebody has seen a change", async () => {
    wiki.projector.start();
    await create("First");
    await wiki.wiki.createPage({ title: "Second", slug: "second" });
    wiki.readModels.want(await wiki.wiki.events.recorder.head());
    expect(await titles()).toEqual(["First", "Second"]);
  });

  it("is not waited for as long again with each save where it is far behind", async () => {
    const { readModels } = wiki;
    const waitFor = vi.spyOn(readModels, "waitFor").mockRejectedValue(new Error("far behind"));
    for (const title of ["First", "Second"]) {
      await wiki.wiki.createPage({ title, slug: title.toLowerCase() });
      readModels.want(await wiki.wiki.events.recorder.head());
      expect(await titles()).toEqual([]);
    }
    expect(waitFor.mock.calls.map(([, options]) => options?.timeout)).toEqual([3_000, 50]);
  });
});
