import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { noteRun, storeOf } from "../../../tools/reliability/run.ts";
import { SHARED_ENGINES, type SharedStore } from "../../../tools/testing/engine-addresses.ts";
import { hasStrace, strace, unlessStrace } from "../../../tools/testing/strace.ts";
import { ARCHIVED_TABLES } from "../src/accounts/accounts-archive.ts";
import { openAccounts } from "../src/accounts/open-accounts.ts";
import { People } from "../src/accounts/people.ts";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { currentUserId } from "../src/domain/current-user.ts";
import { readLog } from "../src/transfer/log-archive.ts";
import { assertWikiInvariants } from "./assert-wiki-invariants.ts";
import { CLI, palimpsest } from "./palimpsest-process.ts";

// Each command is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: 120_000 });

const WRITERS = 8;

let directory: string;
const stores: SharedStore[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "palimpsest-backup-"));
});

afterEach(async () => {
  for (const store of stores.splice(0)) await store.drop();
  rmSync(directory, { recursive: true });
});

async function createStore(engine: string): Promise<string> {
  const store = await SHARED_ENGINES[engine]?.();
  if (!store) throw new Error(`there is no engine ${engine}`);
  stores.push(store);
  return store.address;
}

const run = (...args: readonly string[]) => palimpsest(args, { cwd: directory });

async function rowsOf(address: string, stop: number) {
  const batches = await Array.fromAsync(readLog(address, { stop }));
  return batches.flat().map(({ state, ...row }) => ({ ...row, state: Buffer.from(state).toString("base64") }));
}

async function peopleOf(address: string) {
  const accounts = await openAccounts(address);
  try {
    return await accounts.selectFrom("person").selectAll().orderBy("id").execute();
  } finally {
    await accounts.destroy();
  }
}

/** A wiki with some history, also of what is large, restored, and has keys. */
async function writeHistory(address: string): Promise<void> {
  await using wiki = await WikiApplication.open({ store: address, env: {} });
  const accounts = await openAccounts(address);
  const ana = { name: "Ana \u2028 \u{1f98a}", email: "ana@example.org" };
  const idOf = await new People(accounts).ensure([ana]);
  await accounts.destroy();
  await currentUserId.run(idOf(ana), async () => {
    for (let n = 0; n < 30; n++) {
      const body = n % 3 === 0 ? "line\u2028 of text\n".repeat(200) : `short ${n} \r\n`;
      await wiki.createPage({ title: `Page ${n}`, slug: `page-${n}`, body }, { idempotencyKey: `key-${n}` });
    }
    await wiki.deletePage("page-3", { summary: "gone" });
  });
}

describe.each([
  ["sqlite", "sqlite"],
  ["sqlite", "postgres"],
  ["postgres", "postgres"],
  ["postgres", "sqlite"],
])("a backup of %s restored on %s", (from, to) => {
  test("while eight writers save, is the log byte for byte up to its position, and the people", async () => {
    const [source, target] = [await createStore(from), await createStore(to)];
    await writeHistory(source);
    const file = join(directory, "wiki.backup");
    await using wiki = await WikiApplication.open({ store: source, env: {} });
    const stopping = new AbortController();
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 0; !stopping.signal.aborted; n++) {
        await wiki.createPage({ title: "x", slug: `w-${writer}/${n}`, body: "y".repeat(n % 500) });
      }
    });
    const before = await wiki.events.recorder.head();
    const saved = await run("backup", file, "--database", source, "--json");
    const after = await wiki.events.recorder.head();
    stopping.abort();
    await Promise.all(writers);
    expect([saved.stderr.replaceAll(/^[\d,]+ of .*\n/gm, ""), saved.status]).toEqual(["", 0]);
    const summary = JSON.parse(saved.stdout);
    expect(summary).toMatchObject({ format: 2, ...wiki.events.recorder.log, damaged: [], rows: { person: 1 } });
    expect(summary.events).toBe(summary.position);
    // Others did save while it was written.
    expect(summary.position).toBeGreaterThanOrEqual(before);
    expect(after).toBeGreaterThan(summary.position);

    const restored = await run("restore", file, "--database", target, "--json");
    expect([restored.status, JSON.parse(restored.stdout).events]).toEqual([0, summary.events]);
    expect(await rowsOf(target, Number.MAX_SAFE_INTEGER)).toEqual(await rowsOf(source, summary.position));
    expect(await peopleOf(target)).toEqual(await peopleOf(source));
    const inAnotherOrder = (await rowsOf(target, summary.position)).toReversed();
    expect(inAnotherOrder).not.toEqual(await rowsOf(source, summary.position));
    noteRun({
      promises: [13],
      store: storeOf(from),
      what: `a backup under eight writers, restored on ${storeOf(to)}`,
      figures: { events: summary.events, "saved meanwhile": after - before, "rows that differ": 0 },
      control: "rows in another order are found; a file that is cut, altered or short of a line is refused",
    });
    await using copy = await WikiApplication.open({ store: target, env: {} });
    await assertWikiInvariants(copy);
    const { logId, epoch } = copy.events.recorder.log;
    expect(logId).toBe(summary.logId);
    expect(epoch).not.toBe(summary.epoch);
    // It goes on from there, and knows what was asked before.
    const repeated = await copy.createPage({ title: "Page 1", slug: "page-1" }, { idempotencyKey: "key-1" });
    expect(repeated.body).toBe("short 1 \r\n");
    await copy.updateTitle("page-1", "Another");
  });

  test("goes into an empty place alone", async () => {
    const [source, target] = [await createStore(from), await createStore(to)];
    await writeHistory(source);
    const file = join(directory, "wiki.backup");
    await run("backup", file, "--database", source);
    expect((await run("restore", file, "--database", target)).status).toBe(0);
    const before = await rowsOf(target, Number.MAX_SAFE_INTEGER);
    const again = await run("restore", file, "--database", target);
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining("[STORE_NOT_EMPTY]")]);
    expect(await rowsOf(target, Number.MAX_SAFE_INTEGER)).toEqual(before);
  });
});

describe("backup and restore", () => {
  test("say what is wrong with what they are given, and leave nothing behind", async () => {
    const source = await createStore("sqlite");
    await writeHistory(source);
    const [file, target] = [join(directory, "wiki.backup"), `sqlite:${join(directory, "target.db")}`];
    expect((await run("backup", file, "--database", source)).status).toBe(0);
    const whole = readFileSync(file);
    const text = gunzipSync(whole).toString();
    const lines = text.split("\n");
    const write = (name: string, bytes: Buffer | string) => {
      writeFileSync(join(directory, name), bytes);
      return name;
    };
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1] = (flipped[whole.length >> 1] ?? 0) ^ 1;
    for (const [args, status, code] of [
      [["backup"], 2, "INVALID_USAGE"],
      [["backup", "a", "b"], 2, "INVALID_USAGE"],
      [["backup", "a", "--nonsense"], 2, "INVALID_USAGE"],
      [["backup", file, "--database", source], 1, "FILE_EXISTS"],
      [["backup", "new", "--database", "sqlite:missing.db"], 1, "WIKI_NOT_FOUND"],
      [["backup", "new", "--database", "memory:"], 1, "WIKI_NOT_FOUND"],
      [["restore", "missing"], 1, "PATH_NOT_FOUND"],
      [["restore", write("foreign", "no backup at all")], 1, "BACKUP_DAMAGED"],
      [["restore", write("empty", "")], 1, "BACKUP_DAMAGED"],
      [["restore", write("zipped", gzipSync("{}\n"))], 1, "BACKUP_DAMAGED"],
      [["restore", write("cut", whole.subarray(0, -200))], 1, "BACKUP_DAMAGED"],
      [["restore", write("flipped", flipped)], 1, "BACKUP_DAMAGED"],
      [["restore", write("endless", gzipSync(lines.slice(0, -2).join("\n")))], 1, "BACKUP_DAMAGED"],
      [["restore", write("short", gzipSync(lines.toSpliced(5, 1).join("\n")))], 1, "BACKUP_DAMAGED"],
      [["restore", write("edited", gzipSync(text.replace("short 1 ", "short 2 ")))], 1, "BACKUP_DAMAGED"],
      [["restore", write("newer", gzipSync(text.replace('"format":2', '"format":3')))], 1, "NEWER_BACKUP"],
    ] as const) {
      const {
        status: actual,
        stdout,
        stderr,
      } = await run(...args, ...(args[0] === "restore" ? ["--database", target] : []));
      expect([args, actual, stdout]).toEqual([args, status, ""]);
      expect(stderr).toMatch(new RegExp(`palimpsest: .*\\[${code}\\]\n$`));
    }
    expect(
      ["target.db", "target.db.accounts", "missing.db", "new"].filter((it) => existsSync(join(directory, it))),
    ).toEqual([]);
    const nowhere = await run("restore", file, "--database", `sqlite:${join(directory, "no folder", "wiki.db")}`);
    expect([nowhere.status, nowhere.stdout]).toEqual([1, ""]);
    expect(nowhere.stderr).toMatch(/palimpsest: .*check that its directory exists.* \[STORE_UNAVAILABLE\]\n$/);
    expect((await run("backup", file, "--database", source, "--force")).status).toBe(0);
  });

  test("hold all durable tables", async () => {
    const accounts = await openAccounts("memory:");
    const tables = (await accounts.introspection.getTables()).map(({ name }) => name);
    await accounts.destroy();
    expect(tables.filter((name) => name !== "schema_version").sort()).toEqual([...ARCHIVED_TABLES].sort());
  });
});

test.skipIf(!hasStrace)(
  `${unlessStrace}a backup has its name on the disk before it is told that it is made`,
  async () => {
    const address = `sqlite:${join(directory, "wiki.db")}`;
    await (await WikiApplication.open({ store: address, env: {} }))[Symbol.asyncDispose]();
    const output = join(directory, "calls");
    const [tracer = "", ...options] = strace({ calls: "rename,fsync,write", output });
    const command = [process.execPath, CLI, "backup", "wiki.backup", "--database", address];
    expect(spawnSync(tracer, [...options, ...command], { cwd: directory }).status).toBe(0);
    const calls = readFileSync(output, "utf8").split("\n");
    const renamed = calls.findIndex((call) => call.includes('wiki.backup.unfinished", '));
    const told = calls.findIndex((call, index) => index > renamed && / write\(1</.test(call));
    expect(renamed).toBeGreaterThan(0);
    expect(calls.slice(renamed, told).join("\n")).toContain(`<${directory}>`);
  },
);
