import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "../../../tools/testing/test-database.ts";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { assertWikiInvariants } from "./assert-wiki-invariants.ts";
import { RepositoryBuilder } from "./repository-builder.ts";
import { differences, differencesAlongHistory, textsInRepository, textsInWiki } from "./repository-texts.ts";

const CLI = join(import.meta.dirname, "../src/cli/main.ts");
const COMMITS = 400;

let repository: RepositoryBuilder;

beforeAll(() => {
  repository = new RepositoryBuilder();
  for (let n = 0; n < COMMITS; n++) {
    const page = `Page ${n % 17}.md`;
    const files: [string, string | null][] = [[page, `${page}\nversion ${n}\n`]];
    if (n % 13 === 12) files.push([`Page ${(n + 5) % 17}.md`, null]);
    const branch = n % 10 === 3 || n % 10 === 4 ? `side-${Math.floor(n / 10)}` : "main";
    repository.commit({ branch, files, ...(n % 10 === 6 ? { merge: `side-${Math.floor(n / 10)}` } : {}) });
  }
  repository.write();
});

afterAll(() => repository.remove());

const STORES: { readonly [engine: string]: () => Promise<{ readonly database: string; drop(): Promise<void> }> } = {
  sqlite: async () => {
    const directory = mkdtempSync(join(tmpdir(), "palimpsest-killed-"));
    return { database: `sqlite:${directory}/wiki.db`, drop: async () => rmSync(directory, { recursive: true }) };
  },
  postgres: async () => {
    const { connectionString, drop } = await createTestDatabase();
    return { database: connectionString, drop };
  },
};

function start(database: string): ChildProcess {
  return spawn(process.execPath, [CLI, "import", "git", repository.directory, "--database", database, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Runs the command to its end, or stops it as soon as the log has grown by some events. */
async function run(database: string, signal?: NodeJS.Signals, grow = 100): Promise<number | null> {
  const child = start(database);
  child.stdout?.resume();
  const closed = once(child, "close");
  if (signal !== undefined) {
    await using wiki = await WikiApplication.open({ store: database, env: {} });
    const before = await wiki.events.recorder.head();
    while (child.exitCode === null && (await wiki.events.recorder.head()) < before + grow) await setTimeout(5);
    child.kill(signal);
  }
  const [code] = await closed;
  return code;
}

describe.each(Object.entries(STORES))("an import into %s", (_engine, create) => {
  test("that is killed again and again comes to the same as one that is not", async () => {
    const { database, drop } = await create();
    try {
      let kills = 0;
      while ((await run(database, "SIGKILL")) === null) kills += 1;
      expect(kills).toBeGreaterThan(1);
      expect(await run(database)).toBe(0);
      await using wiki = await WikiApplication.open({ store: database, env: {} });
      expect(differences(textsInRepository(repository.directory, "main"), await textsInWiki(wiki))).toEqual([]);
      const along = await differencesAlongHistory(wiki, repository.directory, { times: 40 });
      expect([along.compared, along.differences]).toEqual([40, []]);
      await assertWikiInvariants(wiki);
    } finally {
      await drop();
    }
  });

  test("that is interrupted finishes the save under way, says so, and goes on", async () => {
    const { database, drop } = await create();
    try {
      expect(await run(database, "SIGINT", 20)).toBe(130);
      expect(await run(database)).toBe(0);
      await using wiki = await WikiApplication.open({ store: database, env: {} });
      expect(differences(textsInRepository(repository.directory, "main"), await textsInWiki(wiki))).toEqual([]);
    } finally {
      await drop();
    }
  });
});
