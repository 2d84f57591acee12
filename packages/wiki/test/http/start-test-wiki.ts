import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "../../../../tools/testing/test-database.ts";
import type { Viewer } from "../../src/access/viewer.ts";
import { type OpenWiki, openWiki } from "../../src/compose.ts";
import type { UserId } from "../../src/domain/current-user.ts";
import { serveWiki, type WikiServerOptions } from "../../src/http/wiki-server.ts";

export const TEST_ENGINES = ["memory", "sqlite", "postgres"] as const;
export type TestEngine = (typeof TEST_ENGINES)[number];

export const EDITOR: Viewer = { userId: "5f2f1a53-5d0c-4d4e-9b1c-0f5d1d3a7c11" as UserId, role: "editor" };
export const READER: Viewer = { userId: null, role: "reader" };

/** How a server of a test differs from others. */
export type ServeOptions = Partial<
  Pick<WikiServerOptions, "host" | "clock" | "keptBytes" | "limits" | "log" | "origin" | "streams">
>;

/** A wiki of its own that is served on a free port of this machine. */
export interface TestWiki {
  /** `http://127.0.0.1:40123` */
  readonly address: string;
  readonly parts: OpenWiki;
  /** What went wrong that is the server's to answer for: a test of good and bad input expects none. */
  readonly defects: readonly unknown[];
  /** Serves the same wiki once more, to another viewer. */
  serve(viewer: Viewer, options?: ServeOptions): Promise<string>;
  /** Sends a request to the server; redirects are not followed. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends what a browser's form would; the status and where it leads on to. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Response>;
  /** Sends JSON. */
  send(method: string, path: string, body: unknown): Promise<Response>;
  /** Stops the servers alone, with `patience` for what is under way; the wiki stays open. */
  stopServing(patience: number): Promise<void>;
  stop(): Promise<void>;
}

/** In milliseconds: what a test has saved it reads, however busy the machine is. */
export const PATIENCE = 60_000;

/** Opens and serves a wiki. What it makes it takes away again when it is stopped. */
export async function startTestWiki(
  options: { readonly engine?: TestEngine; readonly viewer?: Viewer } = {},
): Promise<TestWiki> {
  const { engine = "memory", viewer = EDITOR } = options;
  const store = await createStore(engine);
  const parts = await openWiki(store.address, { attachments: store.attachments, patience: PATIENCE });
  parts.projector.start();
  const defects: unknown[] = [];
  let stopping: ((patience: number) => Promise<void>)[] = [];
  const serve = async (to: Viewer, more: ServeOptions = {}): Promise<string> => {
    const onError = (error: unknown) => void defects.push(error);
    const where = { host: "127.0.0.1", port: 0, name: "Test wiki", viewer: to, onError };
    const server = await serveWiki(parts, { ...where, ...more });
    stopping.push((patience) => server.stop(patience));
    return server.address;
  };
  const stopServing = async (patience: number) => {
    for (const stop of stopping) await stop(patience);
    stopping = [];
  };
  const address = await serve(viewer);
  const send = (path: string, init: RequestInit = {}) => fetch(address + path, { redirect: "manual", ...init });
  return {
    address,
    parts,
    defects,
    serve,
    fetch: send,
    post: (path, fields) => send(path, { method: "POST", body: new URLSearchParams(fields) }),
    send: (method, path, body) =>
      send(path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    stopServing,
    stop: async () => {
      await stopServing(0);
      await parts.close();
      await store.drop();
    },
  };
}

interface TestStore {
  readonly address: string;
  readonly attachments: string;
  drop(): Promise<void>;
}

async function createStore(engine: TestEngine): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), "served-wiki-"));
  const attachments = join(folder, "attachments");
  const drop = async () => rmSync(folder, { recursive: true });
  switch (engine) {
    case "memory":
      return { address: "memory:", attachments, drop };
    case "sqlite":
      return { address: `sqlite:${join(folder, "wiki.db")}`, attachments, drop };
    case "postgres": {
      const database = await createTestDatabase();
      return {
        address: database.connectionString,
        attachments,
        drop: async () => {
          await database.drop();
          await drop();
        },
      };
    }
  }
}
