// Serves a wiki in a process of its own that tells, when it is asked, how much it holds on to. Made to leak, it keeps some of
// each request, leaves files open, and begins to read without an end.
import { openSync, readdirSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { openWiki } from "../../src/compose.ts";
import { serveWiki } from "../../src/http/wiki-server.ts";
import { EDITOR } from "../http/start-test-wiki.ts";

/** What the process serves; given as JSON on its command line. */
export interface LoadJob {
  readonly address: string;
  readonly attachments: string;
  /** Saves at once, of all clients; default the server's own. */
  readonly saves?: number;
  readonly leaks?: boolean;
}

/** What it answers when it is asked. */
export interface Held {
  readonly server: string;
  /** Bytes, after what nobody holds was collected. */
  readonly memory: number;
  /** Files and connections; undefined where the system does not tell. */
  readonly handles: number | undefined;
}

const { address, attachments, saves, leaks = false } = JSON.parse(process.argv[2] ?? "null") as LoadJob;
const unlimited = { perSecond: 1e9, burst: 1e9 };
const parts = await openWiki(address, { env: {}, attachments });
parts.projector.start();
const kept: Buffer[] = [];
const readers: DatabaseSync[] = [];
const server = await serveWiki(parts, {
  ...{ host: "127.0.0.1", port: 0, name: "Test wiki", viewer: EDITOR },
  onError: console.error,
  limits: { reads: unlimited, writes: unlimited, ...(saves === undefined ? {} : { saves, requests: 4 * saves }) },
  log: { write: (line) => leaks && leak(line) },
});
if (leaks && address.startsWith("sqlite:")) {
  const reader = new DatabaseSync(address.slice("sqlite:".length));
  reader.exec("begin; select count(*) from event");
  readers.push(reader);
}

process.on("message", async () => {
  // What is let go of when something else was collected goes with the second one.
  for (let n = 0; n < 2; n++) {
    global.gc?.();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  const held: Held = { server: server.address, memory: heapUsed + external, handles: countHandles() };
  process.send?.(held);
});
process.once("disconnect", async () => {
  await server.stop(1_000);
  await parts.close();
  for (const reader of readers) reader.close();
});

/** Of each request of some. */
function leak(lines: string): void {
  for (const line of lines.trim().split("\n")) {
    kept.push(Buffer.alloc(40_000, line));
    if (kept.length % 20 === 0) openSync(import.meta.filename, "r");
  }
}

function countHandles(): number | undefined {
  return process.platform === "linux" ? readdirSync("/proc/self/fd").length : undefined;
}
