import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { noteRun, storeOf } from "../../../tools/reliability/run.ts";
import { createTestDatabase } from "../../../tools/testing/test-database.ts";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { assertWikiInvariants } from "./assert-wiki-invariants.ts";
import { RepositoryBuilder } from "./repository-builder.ts";
import {
  differences,
  differencesAlongHistory,
  filesInRepository,
  filesInWiki,
  textsInRepository,
  textsInWiki,
} from "./repository-texts.ts";

// Each run is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: 300_000 });

const CLI = join(import.meta.dirname, "../src/cli/main.ts");
// So many that none is done before it is stopped, on a busy machine either.
const COMMITS = 1_600;
const MAX = 2 ** 20;

let repository: RepositoryBuilder;

beforeAll(() => {
  repository = new RepositoryBuilder();
  for (let n = 0; n < COMMITS; n++) {
    const page = `Page ${n % 17}.md`;
    const files: [string, string | null][] = [[page, `${page}\nversion ${n}\n`]];
    if (n % 7 === 5) files.push([`images/${n % 5}.png`, n % 3 === 0 ? null : `picture ${n}`]);
    if (n % 13 === 12) files.push([`Page ${(n + 5) % 17}.md`, null]);
    const branch = n % 10 === 3 || n % 10 === 4 ? `side-${Math.floor(n / 10)}` : "main";
    repository.commit({ branch, files, ...(n % 10 === 6 ? { merge: `side-${Math.floor(n / 10)}` } : {}) });
  }
  repository.write();
});

afterAll(() => repository.remove());

interface Store {
  readonly database: string;
  /** The folder of files. */
  readonly attachments: string;
  drop(): Promise<void>;
}

const STORES: { readonly [engine: string]: () => Promise<Store> } = {
  sqlite: async () => {
    const directory = mkdtempSync(join(tmpdir(), "palimpsest-killed-"));
    const drop = async () => rmSync(directory, { recursive: true });
    return { database: `sqlite:${directory}/wiki.db`, attachments: join(directory, "files"), drop };
  },
  postgres: async () => {
    const directory = mkdtempSync(join(tmpdir(), "palimpsest-killed-"));
    const { connectionString, drop } = await createTestDatabase();
    const dropAll = () => drop().finally(() => rmSync(directory, { recursive: true }));
    return { database: connectionString, attachments: join(directory, "files"), drop: dropAll };
  },
};

function start({ database, attachments }: Store): ChildProcess {
  const where = ["--database", database, "--attachments", attachments];
  return spawn(process.execPath, [CLI, "import", "git", repository.directory, ...where, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Runs the command to its end, or stops it as soon as the log has grown by some events. */
async function run(store: Store, signal?: NodeJS.Signals, grow = 800): Promise<number | null> {
  const child = start(store);
  child.stdout?.resume();
  const closed = once(child, "close");
  if (signal !== undefined) {
    await using wiki = await WikiApplication.open({ store: store.database, env: {} });
    const before = await wiki.events.recorder.head();
    while (child.exitCode === null && (await wiki.events.recorder.head()) < before + grow) await setTimeout(5);
    child.kill(signal);
  }
  const [code] = await closed;
  return code;
}

describe.each(Object.entries(STORES))("an import into %s", (engine, create) => {
  test("that is killed again and again comes to the same as one that is not", async () => {
    const store = await create();
    const { database, attachments: folder } = store;
    try {
      let kills = 0;
      while ((await run(store, "SIGKILL")) === null) kills += 1;
      expect(kills).toBeGreaterThan(1);
      expect(await run(store)).toBe(0);
      await using wiki = await WikiApplication.open({ store: database, env: {} });
      expect(differences(textsInRepository(repository.directory, "main"), await textsInWiki(wiki))).toEqual([]);
      expect(
        differences(filesInRepository(repository.directory, "main", MAX), await filesInWiki(wiki, folder)),
      ).toEqual([]);
      const files = { folder, maxBytes: MAX };
      const along = await differencesAlongHistory(wiki, repository.directory, { times: 40, files });
      expect([along.compared, along.differences]).toEqual([40, []]);
      await assertWikiInvariants(wiki);
      const { events } = wiki;
      const head = await events.recorder.head();
      await wiki.deletePage("page-1");
      const missed = differences(textsInRepository(repository.directory, "main"), await textsInWiki(wiki));
      expect(missed).toHaveLength(1);
      noteRun({
        promises: [1, 3],
        store: storeOf(engine),
        what: "the import of a repository of 1,600 commits killed again and again, and compared with it at 40 times",
        figures: { kills, events: head, "texts that differ": 0 },
        control: "a page that is deleted afterwards is found missing",
      });
    } finally {
      await store.drop();
    }
  });

  test("that is interrupted finishes the save under way, says so, and goes on", async () => {
    const store = await create();
    const { database } = store;
    try {
      expect(await run(store, "SIGINT", 20)).toBe(130);
      expect(await run(store)).toBe(0);
      await using wiki = await WikiApplication.open({ store: database, env: {} });
      expect(differences(textsInRepository(repository.directory, "main"), await textsInWiki(wiki))).toEqual([]);
    } finally {
      await store.drop();
    }
  });
});
