import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { WikiApplication } from "../application/wiki-application.ts";
import { Page, type PageAggregate } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import { pageLog } from "../domain/page-log.ts";
import { stringOf } from "../domain/text.ts";
import { FileExistsError } from "./backup-errors.ts";
import { withFrontMatter } from "./front-matter.ts";
import { describe } from "./page-description.ts";
import { titleOf } from "./page-file.ts";

/** What is exported, and where to. */
export interface ExportOptions {
  readonly wiki: WikiApplication;
  readonly folder: string;
  /** Whether the folder may hold files, which are replaced where they have the name of a page. */
  readonly force?: boolean;
  /** The position at which the pages are taken; default the last one. */
  readonly position?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What was written. */
export interface ExportSummary {
  readonly pages: number;
  readonly position: number;
  /** Pages whose own path could not be used, as another page has it or it leads elsewhere, and what they got. */
  readonly renamed: readonly { readonly slug: string; readonly path: string }[];
}

const BATCH = 200;

/**
 * Writes each page as a file: where it was in the repository that it was imported from, else by its slug. A file holds the
 * text byte for byte; a title that its name does not tell, and tags, stand before it. Pages that are deleted are left out,
 * also those that are deleted now and were not at the position. Rejects with `FileExistsError`.
 */
export async function exportMarkdown(options: ExportOptions): Promise<ExportSummary> {
  const { wiki, folder, force = false, signal, onProgress } = options;
  if (!force && existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new FileExistsError(folder, "is not empty; give another folder, or --force to replace the files of pages");
  }
  const head = await wiki.events.recorder.head();
  const position = Math.min(options.position ?? head, head);
  const total = await countLogged(wiki);
  const names = new FileNames(folder);
  let pages = 0;
  let seen = 0;
  await mkdir(folder, { recursive: true });
  // Those with a path of their own come first: no other page may take it.
  for (const own of [true, false]) {
    for await (const batch of pagesAt(wiki, position)) {
      signal?.throwIfAborted();
      seen += batch.length;
      for (const page of batch) {
        if ((page.state.path !== null) !== own) continue;
        const path = names.choose(page.state);
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), textOf(page, path));
        pages += 1;
      }
      onProgress?.({ done: Math.min(seen, 2 * total), total: 2 * total });
    }
  }
  return { pages, position, renamed: names.renamed };
}

function textOf({ state: { title, tags, body } }: PageAggregate, path: string): string {
  const text = stringOf(body);
  const own = describe(path, text);
  if (title === own.title && tags.join() === own.tags.join()) return text;
  const told = title === titleOf(path);
  if (told && tags.length === 0) return text;
  return withFrontMatter({ title: told ? undefined : title, tags }, text);
}

/** The pages that live now and lived at a position, as they were there, in the order of their creation. */
async function* pagesAt(wiki: WikiApplication, position: number): AsyncGenerator<readonly PageAggregate[], void> {
  const { repository, recorder } = wiki.events;
  const isPast = position < (await recorder.head());
  for (let gt = 0; ; ) {
    const logged = await wiki.events.log(pageLog).select({ gt, limit: BATCH });
    const last = logged.at(-1);
    if (!last) return;
    gt = last.originatorVersion;
    const now = await repository.getMany(
      Page,
      logged.map(({ data }) => data.pageId),
    );
    const live = [...now.values()].filter(({ state }) => !state.deleted);
    const born = new Set(logged.flatMap((event) => (event.position <= position ? [event.data.pageId] : [])));
    yield isPast
      ? await Promise.all(
          live.filter(({ id }) => born.has(id as PageId)).map(({ id }) => repository.get(Page, id, { position })),
        ).then((pages) => pages.filter(({ state }) => !state.deleted))
      : live;
  }
}

async function countLogged(wiki: WikiApplication): Promise<number> {
  const [last] = await wiki.events.log(pageLog).select({ desc: true, limit: 1 });
  return last?.originatorVersion ?? 0;
}

/** Gives each page a file of its own below the folder. */
class FileNames {
  readonly renamed: { readonly slug: string; readonly path: string }[] = [];
  readonly #folder: string;
  /** In lower case: some file systems take `Home.md` and `home.md` for one. */
  readonly #used = new Set<string>();

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  choose({ path, slug }: PageAggregate["state"]): string {
    if (path !== null && this.#isBelow(path) && this.#use(path)) return path;
    for (let n = 1; ; n++) {
      const name = `${slug}${n === 1 ? "" : `-${n}`}.md`;
      if (!this.#use(name)) continue;
      if (path !== null || n > 1) this.renamed.push({ slug, path: name });
      return name;
    }
  }

  #use(path: string): boolean {
    if (this.#used.has(path.toLowerCase())) return false;
    this.#used.add(path.toLowerCase());
    return true;
  }

  /** A path is data, and may have been made to lead elsewhere. */
  #isBelow(path: string): boolean {
    const way = relative(this.#folder, join(this.#folder, path));
    return way !== "" && way === join(path) && !way.split(/[\\/]/).includes("..") && !path.endsWith("/");
  }
}
