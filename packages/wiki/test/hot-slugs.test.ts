import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noteRun, storeOf } from "../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../tools/reliability/size.ts";
import { createTestDatabase, type TestDatabase } from "../../../tools/testing/test-database.ts";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { assertWikiInvariants } from "./assert-wiki-invariants.ts";
import { assertCommands, type CommandNote, findSharedSlugs, now, parseNotes } from "./command-notes.ts";
import type { HotSlugsJob } from "./hot-slugs-process.ts";

const KILLS = NIGHTLY ? 20 : 4;
const KILL_EVERY = NIGHTLY ? 5_000 : 200;
// A process that did nothing before it is killed shows nothing: about ten commands.
const BYTES_BEFORE = 2_000;
const PROGRAM = join(import.meta.dirname, "hot-slugs-process.ts");
const SLUGS = ["home", "news", "help/start"];

let folder: string;
let database: TestDatabase | undefined;
const running = new Set<ChildProcess>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "palimpsest-hot-"));
});

afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  await database?.drop();
  database = undefined;
  rmSync(folder, { recursive: true });
});

describe.each(["postgres", "sqlite"])("three processes that command a wiki on the same few slugs, on %s", (engine) => {
  let caught = "not run";

  const createStore = async (): Promise<string> => {
    if (engine === "sqlite") return `sqlite:${join(folder, "wiki.db")}`;
    database = await createTestDatabase();
    return database.connectionString;
  };

  test("are caught giving a slug to two pages where they look, then save, without the index (the control)", async () => {
    const store = await createStore();
    const nodes = ["a", "b", "c"].map((name) => new Node({ store, name, naive: true }));
    await using wiki = await WikiApplication.open({ store, env: {} });
    await expect.poll(() => findSharedSlugs(wiki)).not.toEqual([]);
    const made = await wiki.events.recorder.head();
    caught = `where they look before they save, without the index, a slug has two pages within ${made} events`;
    for (const node of nodes) await node.end();
    await expect(assertWikiInvariants(wiki)).rejects.toThrow("does not own its slug");
  });

  test(
    "keep the slug rule, and each acknowledged command once, while one of them is killed again and again",
    async () => {
      const store = await createStore();
      const nodes = ["a", "b", "c"].map((name) => new Node({ store, name, naive: false }));
      for (let kill = 0; kill < KILLS; kill += 1) {
        await sleep(KILL_EVERY);
        const node = nodes[kill % nodes.length];
        await expect.poll(() => node?.bytesNoted()).toBeGreaterThan(BYTES_BEFORE);
        await node?.killAndRestart();
      }
      await sleep(KILL_EVERY);
      for (const node of nodes) await node.end();

      await using wiki = await WikiApplication.open({ store, env: {} });
      const notes = nodes.flatMap((node) => node.notes());
      await assertWikiInvariants(wiki);
      expect(await findSharedSlugs(wiki)).toEqual([]);
      await assertCommands(wiki, notes);
      await assertCommandsCanFail(wiki, notes);
      const count = (kind: CommandNote["kind"]) => notes.filter((note) => note.kind === kind).length;
      noteRun({
        promises: [1, 3, 4],
        store: storeOf(engine),
        what: "kill -9 of one of three processes that command pages on the same three slugs, again and again",
        figures: {
          kills: KILLS,
          commands: count("called"),
          acknowledged: count("acknowledged"),
          refused: count("refused"),
          "lost, twice or refused and recorded": 0,
          "slugs of two pages": 0,
        },
        control: caught,
      });
    },
    NIGHTLY ? 600_000 : 120_000,
  );
});

/** One process, and those that take its place when it is killed. */
class Node {
  readonly #job: Omit<HotSlugsJob, "name">;
  readonly #name: string;
  #lives = 0;
  #noted = 0;
  #child: ChildProcess;
  #errors = "";

  constructor({ store, name, naive }: Pick<HotSlugsJob, "store" | "name" | "naive">) {
    this.#name = name;
    this.#job = { store, naive, slugs: SLUGS, clients: 3, notes: join(folder, `${name}.notes`) };
    this.#child = this.#start();
  }

  async killAndRestart(): Promise<void> {
    assert.equal(this.#child.exitCode, null, this.#errors);
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exit;
    this.#child = this.#start();
  }

  async end(): Promise<void> {
    const exit = once(this.#child, "close");
    this.#child.stdin?.end();
    assert.deepEqual(await exit, [0, null], this.#errors);
  }

  /** How much it has noted since it was started. */
  bytesNoted(): number {
    const { notes } = this.#job;
    return existsSync(notes) ? statSync(notes).size - this.#noted : 0;
  }

  notes(): readonly CommandNote[] {
    const { notes } = this.#job;
    return existsSync(notes) ? parseNotes(readFileSync(notes, "utf8")) : [];
  }

  #start(): ChildProcess {
    this.#lives += 1;
    this.#noted += this.bytesNoted();
    const job: HotSlugsJob = { ...this.#job, name: `${this.#name}${this.#lives}` };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(job)], { stdio: ["pipe", "ignore", "pipe"] });
    running.add(child);
    child.on("exit", () => running.delete(child));
    child.stdin.on("error", () => {});
    child.stderr.on("data", (chunk) => {
      this.#errors += String(chunk);
    });
    return child;
  }
}

/** A command that is lost, one that is refused and stands, and one that stands too early, are found. */
async function assertCommandsCanFail(wiki: WikiApplication, notes: readonly CommandNote[]): Promise<void> {
  const answered = new Set(notes.flatMap((note) => (note.kind === "acknowledged" ? [note.id] : [])));
  const created = notes.find(
    (note) => note.kind === "called" && note.command.verb === "create" && answered.has(note.command.id),
  );
  assert.ok(created?.kind === "called", "no page was created");
  const lost = { ...created.command, id: "lost" };
  const at = created.at;
  const withLost: CommandNote[] = [
    { kind: "called", at, command: lost },
    { kind: "acknowledged", at, id: "lost" },
  ];
  await assert.rejects(assertCommands(wiki, [...notes, ...withLost]), /lost was acknowledged and is lost/);
  const refused = notes.map((note) =>
    note.kind === "acknowledged" ? ({ ...note, kind: "refused", code: "SLUG_CONFLICT" } as const) : note,
  );
  await assert.rejects(assertCommands(wiki, refused), /was refused \(SLUG_CONFLICT\) and is recorded/);
  const late = notes.map((note) => (note === created ? { ...note, at: now() } : note));
  await assert.rejects(assertCommands(wiki, late), /stands before one that was answered/);
}
