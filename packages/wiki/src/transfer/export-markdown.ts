import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { WikiApplication } from "../application/wiki-application.ts";
import type { AttachmentStore } from "../attachments/attachment-store.ts";
import { DamagedAttachmentError } from "../attachments/attachment-store-errors.ts";
import type { AttachmentState } from "../domain/attachment.ts";
import type { AttachmentName } from "../domain/attachment-name.ts";
import type { PageAggregate } from "../domain/page.ts";
import { stringOf } from "../domain/text.ts";
import { FileExistsError } from "./backup-errors.ts";
import { withFrontMatter } from "./front-matter.ts";
import { attachmentsAt, countLogged, pagesAt } from "./living-at.ts";
import { describe } from "./page-description.ts";
import { titleOf } from "./page-file.ts";

/** What is exported, and where to. */
export interface ExportOptions {
  readonly wiki: WikiApplication;
  /** Where the bytes of attachments are. */
  readonly files: AttachmentStore;
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
  readonly attachments: number;
  readonly position: number;
  /** Pages whose own path could not be used, as another page has it or it leads elsewhere, and what they got. */
  readonly renamed: readonly { readonly slug: string; readonly path: string }[];
  /** Attachments that were not written: their bytes are missing or damaged, or a page has their name. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Writes each page as a file: where it was in the repository that it was imported from, else by its slug. A file holds the
 * text byte for byte; a title that its name does not tell, and tags, stand before it. Beside them come the attachments
 * under their names. What is deleted is left out, also what is deleted now and was not at the position. Rejects with
 * `FileExistsError`.
 */
export async function exportMarkdown(options: ExportOptions): Promise<ExportSummary> {
  const { wiki, folder, force = false, signal, onProgress } = options;
  if (!force && existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new FileExistsError(folder, "is not empty; give another folder, or --force to replace the files of pages");
  }
  const head = await wiki.events.recorder.head();
  const position = Math.min(options.position ?? head, head);
  const logged = await countLogged(wiki);
  const total = 2 * logged.pages + logged.attachments;
  let done = 0;
  const step = (entries: number) => {
    signal?.throwIfAborted();
    done += entries;
    onProgress?.({ done: Math.min(done, total), total });
  };
  await mkdir(folder, { recursive: true });
  const writing = { ...options, position, step, names: new FileNames(folder) };
  const pages = await writePages(writing);
  return { pages, ...(await writeAttachments(writing)), position, renamed: writing.names.renamed };
}

interface Writing extends ExportOptions {
  readonly position: number;
  readonly names: FileNames;
  /** To be called with how many entries of a log have been gone through. */
  readonly step: (entries: number) => void;
}

async function writePages({ wiki, folder, position, names, step }: Writing): Promise<number> {
  let written = 0;
  // Those with a path of their own come first: no other page may take it.
  for (const own of [true, false]) {
    for await (const { logged, living } of pagesAt(wiki, position)) {
      for (const page of living) {
        if ((page.state.path !== null) !== own) continue;
        const path = names.choose(page.state);
        await writeFile(await placeFor(folder, path), textOf(page, path));
        written += 1;
      }
      step(logged);
    }
  }
  return written;
}

async function writeAttachments({
  wiki,
  files,
  folder,
  position,
  names,
  step,
}: Writing): Promise<Pick<ExportSummary, "attachments" | "leftOut">> {
  let attachments = 0;
  const leftOut: { name: string; reason: string }[] = [];
  for await (const { logged, living } of attachmentsAt(wiki, position)) {
    for (const { state } of living) {
      const path = names.chooseFor(state.name);
      const fault =
        path === undefined
          ? "has the name of a page's file, or lies below one"
          : await copy(files, state, await placeFor(folder, path));
      if (fault === undefined) attachments += 1;
      else leftOut.push({ name: state.name, reason: fault });
    }
    step(logged);
  }
  return { attachments, leftOut };
}

/** Writes the bytes of an attachment; answers why that could not be done, as the end of a sentence. */
async function copy(files: AttachmentStore, content: AttachmentState, place: string): Promise<string | undefined> {
  try {
    await files.verify(content);
    await writeFile(place, await files.read(content));
    return undefined;
  } catch (error) {
    if (error instanceof DamagedAttachmentError) return `is lost: ${error.message}`;
    throw error;
  }
}

/** Where a file of a folder is to be written. */
async function placeFor(folder: string, path: string): Promise<string> {
  const place = join(folder, path);
  await mkdir(dirname(place), { recursive: true });
  return place;
}

function textOf({ state: { title, tags, body } }: PageAggregate, path: string): string {
  const text = stringOf(body);
  const own = describe(path, text);
  if (title === own.title && tags.join() === own.tags.join()) return text;
  const told = title === titleOf(path);
  if (told && tags.length === 0) return text;
  return withFrontMatter({ title: told ? undefined : title, tags }, text);
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

  /** Where an attachment goes; undefined where something else is there, or in the place of a folder on the way. */
  chooseFor(name: AttachmentName): string | undefined {
    const parts = name.toLowerCase().split("/");
    const isReachable = parts.every((_part, i) => !this.#used.has(parts.slice(0, i).join("/")));
    return isReachable && this.#use(name) ? name : undefined;
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
