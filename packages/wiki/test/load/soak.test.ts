import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { noteRun, storeOf } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { type LoadedWiki, startLoadedWiki } from "./loaded-wiki.ts";

// The control, and by day the run itself, are long enough to tell a leak from what is kept up to a limit.
const REQUESTS = 1_500;
const MINUTES = NIGHTLY ? 3 : 0;
const CLIENTS = 8;
const PAGES = 20;
const MEBIBYTE = 2 ** 20;
// What is kept on purpose, such as pages that were shown and the last events, grows up to its limit.
const ALLOWED = { memory: 24 * MEBIBYTE, handles: 24, log: 100 };

// By day one of them is enough: what a server holds on to is the same on both.
const ENGINES = NIGHTLY ? ["sqlite", "postgres"] : ["sqlite"];

describe.each(ENGINES)("a server on %s that works for long", (engine) => {
  test(
    "holds on to no more memory, files and write-ahead log than before, and would be found to",
    async () => {
      const control = await growthOf(engine, { leaks: true, minutes: 0 });
      expect(control.memory).toBeGreaterThan(ALLOWED.memory);
      if (control.handles !== undefined) expect(control.handles).toBeGreaterThan(ALLOWED.handles);
      if (engine === "sqlite") expect(control.log).toBeGreaterThan(ALLOWED.log);

      const growth = await growthOf(engine, { leaks: false, minutes: MINUTES });
      expect(growth.memory).toBeLessThan(ALLOWED.memory);
      expect(growth.handles ?? 0).toBeLessThan(ALLOWED.handles);
      expect(growth.log).toBeLessThan(ALLOWED.log);
      noteRun({
        promises: [19],
        store: storeOf(engine),
        what: "eight clients that read, search, edit and listen to a wiki of twenty pages",
        figures: {
          requests: growth.requests,
          "KiB of memory more": Math.round(growth.memory / 1_024),
          "open files and connections more": growth.handles ?? 0,
          ...(engine === "sqlite"
            ? { "pages of the write-ahead log held up": growth.log }
            : { "sessions of the database more": growth.log }),
        },
        control: "a server that keeps 40 kB of each request, leaves files open and a reader behind: each is found",
      });
    },
    NIGHTLY ? 600_000 : 300_000,
  );
});

interface Growth {
  readonly requests: number;
  readonly memory: number;
  readonly handles: number | undefined;
  /** Pages of the write-ahead log that cannot go into the database yet; on PostgreSQL, which sees to its own, sessions. */
  readonly log: number;
}

/** By how much a server holds on to more after its work than after a third of it. */
async function growthOf(
  engine: string,
  { leaks, minutes }: { readonly leaks: boolean; readonly minutes: number },
): Promise<Growth> {
  await using wiki = await startLoadedWiki(engine, { leaks });
  const work = new Work(wiki);
  await work.prepare();
  await work.run({ requests: REQUESTS / 3, minutes: minutes / 3 });
  const [before, logBefore] = [await wiki.held(), await heldUpIn(wiki)];
  const requests = await work.run({ requests: (REQUESTS / 3) * 2, minutes: (minutes / 3) * 2 });
  const [after, logAfter] = [await wiki.held(), await heldUpIn(wiki)];
  return {
    requests,
    memory: after.memory - before.memory,
    handles: after.handles === undefined ? undefined : after.handles - (before.handles ?? 0),
    log: logAfter - logBefore,
  };
}

async function heldUpIn({ store }: LoadedWiki): Promise<number> {
  if (store.startsWith("sqlite:")) {
    const db = new DatabaseSync(store.slice("sqlite:".length));
    const state = db.prepare("pragma wal_checkpoint(passive)").get();
    db.close();
    return Number(state?.["log"]) - Number(state?.["checkpointed"]);
  }
  const client = new pg.Client({ connectionString: store });
  await client.connect();
  const { rows } = await client.query(
    "select count(*)::int as sessions from pg_stat_activity where datname = current_database()",
  );
  await client.end();
  return rows[0].sessions;
}

/** What people do in a wiki. */
class Work {
  readonly #wiki: LoadedWiki;
  #turn = 0;

  constructor(wiki: LoadedWiki) {
    this.#wiki = wiki;
  }

  async prepare(): Promise<void> {
    for (let n = 0; n < PAGES; n++) {
      expect(await this.#send("POST", "/api/v1/pages", { title: `Page ${n}`, slug: `p${n}`, body: textOf(n) })).toBe(
        201,
      );
    }
  }

  /** Until there were so many requests, and so many minutes are over; answers how many there were. */
  async run({ requests, minutes }: { readonly requests: number; readonly minutes: number }): Promise<number> {
    const first = this.#turn;
    const end = performance.now() + minutes * 60_000;
    const client = async () => {
      while (this.#turn - first < requests || performance.now() < end) await this.#takeTurn(this.#turn++);
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    return this.#turn - first;
  }

  async #takeTurn(turn: number): Promise<void> {
    const page = `p${(turn * 7) % PAGES}`;
    const status = await this.#request(turn, page);
    // Two who edit the same line are told so.
    expect([200, 404, 409]).toContain(status);
  }

  #request(turn: number, page: string): Promise<number> {
    switch (turn % 10) {
      case 0:
      case 1:
        return this.#send("PATCH", `/api/v1/pages/${page}`, { body: textOf(turn) });
      case 2:
        return this.#get(`/search?q=word${turn % 97}`);
      case 3:
        return this.#get(`/history/${page}`);
      case 4:
        return this.#get(`/wiki/nowhere-${turn}`);
      case 5:
        return this.#listen();
      case 6:
        return this.#get(["/pages", "/changes", "/tags", "/feeds/changes.json"][turn % 4] ?? "/");
      default:
        return this.#get(`/wiki/${page}`);
    }
  }

  async #get(path: string): Promise<number> {
    const response = await fetch(this.#wiki.server + path);
    await response.arrayBuffer();
    return response.status;
  }

  async #send(method: string, path: string, body: unknown): Promise<number> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.#wiki.server + path, { method, headers, body: JSON.stringify(body) });
    await response.arrayBuffer();
    return response.status;
  }

  /** Listens to the events for a moment. */
  async #listen(): Promise<number> {
    const response = await fetch(`${this.#wiki.server}/api/v1/events`);
    await response.body?.cancel();
    return response.status;
  }
}

function textOf(n: number): string {
  return `Some word${n % 97} of [[p${n % PAGES}]] and [[p${(n * 3) % PAGES}]].\n\n${`Line ${n}.\n`.repeat(20)}`;
}
