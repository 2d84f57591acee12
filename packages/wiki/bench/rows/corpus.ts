import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { readNotifications } from "@palimpsest/eventsourcing";
import { measuredOnce, type Row } from "../../../../tools/bench/row.ts";
import { WikiApplication } from "../../src/application/wiki-application.ts";
import { type ReadModelName, ReadModels } from "../../src/read-models/read-models.ts";
import { GitRepository } from "../../src/transfer/git-repository.ts";
import { inDirectory } from "../bench-wiki.ts";
import { compareWithRepository, importWiki } from "../imported-wiki.ts";

// So long may a batch take, for nobody else is served here.
const SLICE = 1_000;
const COMPARED_COMMITS = 20;

/** The import of a repository, and its read models made anew; the texts must be those of the repository. */
export function measureCorpus(source: string): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    const database = `sqlite:${join(directory, "wiki.db")}`;
    const attachments = join(directory, "files");
    const summary = await importWiki(source, { database, attachments });
    if (!summary) throw new Error("the import did not come to its end");
    await using wiki = await WikiApplication.open({ store: database, env: {} });
    const { differences } = await compareWithRepository(wiki, source, summary, {
      ...{ times: COMPARED_COMMITS, attachments },
    });
    if (differences.length > 0) throw new Error(`the wiki differs from the repository: ${differences[0]}`);
    const rebuilds = await measureRebuilds(wiki);
    const imported = `import of ${summary.commits.imported.toLocaleString("en")} edits from git`;
    return [
      {
        ...{ what: imported, store: "SQLite", unit: "s", beside: "`git fast-export` of the same" },
        comparison: measuredOnce(summary.seconds, await exportSeconds(source)),
        goal: { kind: "figure", atMost: 20 },
      },
      ...rebuilds,
    ];
  });
}

/** All read models, beside the log read and decoded once; and each of them. */
async function measureRebuilds(wiki: WikiApplication): Promise<readonly Row[]> {
  const head = await wiki.events.recorder.head();
  const read = async () => {
    for await (const notification of readNotifications(wiki.events.notificationLog)) {
      wiki.events.toDomainEvent(notification);
    }
  };
  await read();
  const bare = head / (await secondsOf(read));
  // Each time with states of its own: what one has folded the next would not fold again.
  const rebuilt = async (names: readonly ReadModelName[]) => {
    await using readModels = new ReadModels({ app: wiki.events, slice: SLICE });
    return secondsOf(() => readModels.rebuild(names));
  };
  const row = async (what: string, names: readonly ReadModelName[]): Promise<Row> => {
    const comparison = measuredOnce(head / (await rebuilt(names)), bare);
    return { what, store: "SQLite", unit: "/s", comparison, beside: "events read and decoded" };
  };
  const models = ["pages", "links", "search", "changes"] as const;
  // As the code is when it has been in use for a moment, as that which is bare is.
  await rebuilt(models);
  const rows: Row[] = [
    { ...(await row("events of it, all four read models rebuilt together", models)), goal: REBUILD },
  ];
  for (const name of models) rows.push(await row(`of these, ${name} alone`, [name]));
  return rows;
}

const REBUILD = { kind: "figure", atLeast: 20_000 } as const;

async function exportSeconds(source: string): Promise<number> {
  await using repository = await GitRepository.open(source);
  const { directory } = repository;
  return secondsOf(() => {
    spawnSync("git", ["-C", directory, "fast-export", "--all"], { stdio: "ignore" });
  });
}

async function secondsOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}
