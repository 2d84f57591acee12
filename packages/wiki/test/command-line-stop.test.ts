import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../tools/testing/test-database.ts";
import { type RunningProgram, servePalimpsest, startPalimpsest } from "./palimpsest-process.ts";

// Each command is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: 120_000 });

let directory: string;
let database: TestDatabase;
let line: Line;
let running: RunningProgram | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "palimpsest-stop-"));
  database = await createTestDatabase();
  line = await startLine(database.connectionString);
});

afterEach(async () => {
  running?.child.kill("SIGKILL");
  await running?.ended;
  line.close();
  await database.drop();
  rmSync(directory, { recursive: true });
});

describe("a server whose database has fallen silent", () => {
  test("stops within its time, and says what kept it", async () => {
    const wiki = await servePalimpsest(line.address, { cwd: directory }, "--stop-within", "2");
    running = wiki;
    const created = await fetch(`${wiki.address}/api/v1/pages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ title: "Home", slug: "home" }),
    });
    expect(created.status).toBe(201);
    line.fallSilent();
    wiki.child.kill("SIGTERM");
    const { status, stdout, stderr } = await wiki.ended;
    expect([status, wiki.child.signalCode]).toEqual([null, "SIGKILL"]);
    expect(stdout + stderr).toMatch(/did not stop within 2 s: .* kept it/);
  });

  test("stops within its time while it starts", async () => {
    line.fallSilent();
    const starting = startPalimpsest(
      ["serve", "--database", line.address, "--port", "0", "--stop-within", "1", "--json"],
      { cwd: directory },
    );
    running = starting;
    await line.tried;
    starting.child.kill("SIGTERM");
    const { stdout, stderr } = await starting.ended;
    expect(starting.child.signalCode).toBe("SIGKILL");
    expect(stdout + stderr).toMatch(/did not stop within 1 s: .*start.* kept it/);
  });

  test("ends at once when it is told twice", async () => {
    const wiki = await servePalimpsest(line.address, { cwd: directory }, "--stop-within", "3600");
    running = wiki;
    line.fallSilent();
    wiki.child.kill("SIGTERM");
    await expect.poll(wiki.stdout, { timeout: 60_000 }).toContain('"stopping"');
    wiki.child.kill("SIGTERM");
    await wiki.ended;
    expect(wiki.child.signalCode).toBe("SIGTERM");
  });
});

/** A way to the database, on which nothing comes through any more when it has fallen silent, as when a cable is cut. */
interface Line {
  readonly address: string;
  /** Resolves when somebody connects. */
  readonly tried: Promise<void>;
  fallSilent(): void;
  close(): void;
}

async function startLine(address: string): Promise<Line> {
  const { hostname, port } = new URL(address);
  const sockets = new Set<Socket>();
  const tried = Promise.withResolvers<void>();
  let isSilent = false;
  const server = createServer((client) => {
    tried.resolve();
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("data", (chunk) => isSilent || to.write(chunk));
      from.on("close", () => isSilent || to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(address);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: url.href,
    tried: tried.promise,
    fallSilent: () => {
      isSilent = true;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
