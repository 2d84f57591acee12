import { join } from "node:path";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { Body, toTags, toTitle } from "../src/domain/page-text.ts";
import { toSlug } from "../src/domain/slug.ts";
import { ReadModels } from "../src/read-models/read-models.ts";
import { COUNTER } from "./processes/load.ts";
import { aText } from "./texts.ts";

/** How big a wiki is made. */
export interface Size {
  readonly pages: number;
  /** In bytes, of a page. */
  readonly bytes: number;
  /** Of each page, beside its creation. */
  readonly edits: number;
}

// Pages in one save, and in one commit then.
const SAVE = 100;
// So long may a batch of a read model take: nobody else is served meanwhile.
const SLICE = 1_000;
const FILLING = 3_600_000;

/** Makes a wiki of pages `page-0`, `page-1`, …, and what is derived from it. Answers its database. */
export async function fillWiki(directory: string, { pages, bytes, edits }: Size): Promise<string> {
  const database = `sqlite:${join(directory, "wiki.db")}`;
  await using wiki = await WikiApplication.open({ store: database, env: {} });
  for (let first = 0; first < pages; first += SAVE) {
    await wiki.changePages({}, async (batch) => {
      for (let n = first; n < Math.min(pages, first + SAVE); n++) {
        const [title, slug, tags] = [toTitle(`Page ${n}`), toSlug(`page-${n}`), toTags([`tag-${n % 20}`])];
        const page = batch.create({ title, slug, tags, body: Body.parse(aText(bytes)) });
        for (let edit = 1; edit <= edits; edit++) page.updateTitle(toTitle(`Page ${n}, ${edit}`));
      }
    });
  }
  await derive(wiki);
  return database;
}

/** Adds a page that has been edited in small ways. */
export async function addPage(
  database: string,
  { slug, bytes, versions }: { readonly slug: string; readonly bytes: number; readonly versions: number },
): Promise<void> {
  await using wiki = await WikiApplication.open({ store: database, env: {} });
  const text = anEditableText(bytes);
  await wiki.createPage({ title: `The page ${slug}`, slug, body: text });
  for (let version = 2; version <= versions; version++) {
    await wiki.updateBody(slug, text.replace(COUNTER, `${version} of them`), { summary: `Edit ${version}` });
  }
  await derive(wiki);
}

/** A text with a line whose end is another one with each edit. */
export function anEditableText(bytes: number): string {
  const text = aText(bytes);
  const middle = text.indexOf("\n\n", text.length / 2);
  return `${text.slice(0, middle)}\n\nEdited until now: ${COUNTER}${text.slice(middle)}`;
}

async function derive(wiki: WikiApplication): Promise<void> {
  await using readModels = new ReadModels({ app: wiki.events, slice: SLICE });
  readModels.start();
  await readModels.waitFor(await wiki.events.recorder.head(), { timeout: FILLING });
}
