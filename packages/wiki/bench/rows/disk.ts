import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { measuredOnce, type Row } from "../../../../tools/bench/row.ts";
import { inDirectory } from "../bench-wiki.ts";
import { addPage, anEditableText, fillWiki } from "../filled-wiki.ts";
import { startLoadGenerator, toPatch } from "../processes/load.ts";
import { startWikiServer } from "../processes/servers.ts";
import { SOURCES } from "../wiki-programs.ts";

const EDITS = 2_000;
// What is made once, such as the file of accounts and the first parts of the index of words, is there after these.
const FIRST_EDITS = 500;
const SLUG = "long";

/** What a small edit takes on the disk, in all files of a wiki that was closed; beside the bytes of its event. */
export function measureDisk(): Promise<Row> {
  return inDirectory(async (directory) => {
    const database = await fillWiki(directory, { pages: 1, bytes: 1_000, edits: 0 });
    await addPage(database, { slug: SLUG, bytes: 30_000, versions: 20 });
    await edit(database, FIRST_EDITS);
    const before = sizeOf(directory);
    await edit(database, EDITS);
    const ours = (sizeOf(directory) - before) / EDITS;
    const db = new DatabaseSync(database.slice("sqlite:".length), { readOnly: true });
    const event = db.prepare("select avg(length(state)) as bytes from event where topic = 'Page.BodyUpdated'").get();
    db.close();
    return {
      what: "disk for a small edit of a page of 30 kB, everything counted",
      store: "SQLite",
      unit: "bytes",
      comparison: measuredOnce(ours, Number(event?.["bytes"])),
      beside: "the state of its event",
      goal: { kind: "figure", atMost: 700 },
    };
  });
}

/** Edits the page by way of a server, which has closed all files when this resolves. */
async function edit(database: string, count: number): Promise<void> {
  const [server, load] = [await startWikiServer(SOURCES, database), await startLoadGenerator()];
  const requests = [toPatch(SLUG, { body: anEditableText(30_000) })];
  await load.run(server.ready.address, { connections: 1, seconds: 600, count, requests });
  await load.stop();
  await server.stop();
}

/** The log, what is derived from it, the accounts, and what SQLite makes beside them: all that is there. */
function sizeOf(directory: string): number {
  return readdirSync(directory).reduce((bytes, file) => bytes + statSync(join(directory, file)).size, 0);
}
