import type { PageBatch } from "../application/page-batch.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import { mergeTexts } from "../domain/merge.ts";
import type { PageAggregate } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import { PagePath } from "../domain/page-path.ts";
import { Body } from "../domain/page-text.ts";
import type { Slug } from "../domain/slug.ts";
import { stringOf, textOf } from "../domain/text.ts";
import { describe, follow } from "./page-description.ts";
import { isSlugOf } from "./page-file.ts";
import { findPagesByPath } from "./pages-by-path.ts";
import type { MirrorPage, PageChange, RepositoryMirror } from "./repository-mirror.ts";
import { SlugChoice } from "./slug-choice.ts";

/** A page that people had changed in the wiki where the repository did too. The repository's text was taken. */
export interface ImportConflict {
  readonly path: string;
  readonly slug: Slug;
  readonly pageId: PageId;
  /** The version that has what was there before. */
  readonly version: number;
}

/** What a commit did to a page of the wiki. */
interface Written {
  readonly change: PageChange;
  readonly page: PageAggregate;
  /** Whether the page's text is the repository's, and nobody's edit beside it. */
  readonly isClean: boolean;
  readonly conflict: ImportConflict | undefined;
}

/** Does to the pages of a wiki what commits do to those of a repository. */
export class PageWriter {
  readonly #wiki: WikiApplication;
  readonly #mirror: RepositoryMirror;
  readonly #ids = new Map<MirrorPage, PageId>();
  /** The version at which a page had the repository's text. */
  readonly #clean = new WeakMap<MirrorPage, number>();
  /** The page that was deleted last at a path. */
  readonly #deleted = new Map<string, PageId>();
  readonly #changed = new Set<PageId>();

  constructor(wiki: WikiApplication, mirror: RepositoryMirror) {
    this.#wiki = wiki;
    this.#mirror = mirror;
  }

  /** The pages that were changed. */
  get changed(): ReadonlySet<PageId> {
    return this.#changed;
  }

  /** Finds the wiki's pages for those of the mirror, by their paths. */
  async bind(): Promise<void> {
    this.#ids.clear();
    const { live, deleted } = await findPagesByPath(this.#wiki);
    for (const [path, pageId] of deleted) {
      this.#deleted.set(path, pageId);
      this.#mirror.markGone(path);
    }
    for (const [path, page] of [...this.#mirror.pages]) {
      const pageId = live.get(path) ?? (await this.#deletedByPeople(page, path));
      if (pageId === undefined) this.#mirror.drop(path);
      else this.#ids.set(page, pageId);
    }
  }

  /** Changes pages of a batch as a commit does. */
  async write(pages: PageBatch, changes: readonly PageChange[]): Promise<readonly Written[]> {
    const slugs = new SlugChoice(pages, await this.#vacated(pages, changes));
    const written: Written[] = [];
    for (const change of changes) written.push(await this.#writeOne(pages, slugs, change));
    return written;
  }

  /** Takes note of what was saved. */
  noteSaved(written: readonly Written[]): void {
    for (const { change, page, isClean } of written) {
      // Pages get their ids from `Page.create` alone.
      const pageId = page.id as PageId;
      this.#changed.add(pageId);
      if (change.kind === "deleted") {
        this.#ids.delete(change.page);
        this.#deleted.set(change.before.path, pageId);
        continue;
      }
      if (change.kind === "restored") this.#deleted.delete(change.after.path);
      this.#ids.set(change.page, pageId);
      if (isClean) this.#clean.set(change.page, page.version);
      else this.#clean.delete(change.page);
    }
  }

  async #writeOne(pages: PageBatch, slugs: SlugChoice, change: PageChange): Promise<Written> {
    if (!("before" in change)) {
      const page = await this.#appear(pages, slugs, change);
      return { change, page, isClean: true, conflict: undefined };
    }
    const page = await this.#get(pages, change.page);
    const conflict = conflictAt(page, change.before.path);
    const isAsBefore = await this.#isAsBefore(page, change);
    if (change.kind === "deleted") {
      page.delete();
      return { change, page, isClean: true, conflict: isAsBefore ? undefined : conflict };
    }
    const { before, after } = change;
    const wasDeleted = page.state.deleted;
    const textBefore = isAsBefore ? page.state.body : textOf(await this.#mirror.textOf(before.content));
    if (wasDeleted) await this.#restore(page, slugs, after.path);
    follow(page, describe(before.path, textBefore), describe(after.path, after.text));
    if (change.kind === "moved") {
      if (!wasDeleted && isSlugOf(page.state.slug, before.path)) page.updateSlug(await slugs.choose(after.path));
      page.updatePath(PagePath.parse(after.path));
    }
    const merged = isAsBefore ? after.text : await this.#merge(page, change);
    page.updateBody(merged ?? after.text);
    return {
      change,
      page,
      isClean: merged === undefined || merged === after.text,
      conflict: merged === undefined || wasDeleted ? conflict : undefined,
    };
  }

  /** A page where there was none: the one that was deleted there, or a new one. */
  async #appear(
    pages: PageBatch,
    slugs: SlugChoice,
    { after: { path, text } }: Extract<PageChange, { kind: "created" | "restored" }>,
  ): Promise<PageAggregate> {
    const deleted = this.#deleted.get(path);
    if (deleted === undefined) {
      const { title, tags } = describe(path, text);
      const page = pages.create({ slug: await slugs.choose(path), title, tags, body: text });
      page.updatePath(PagePath.parse(path));
      return page;
    }
    const page = await pages.get(deleted);
    if (page.state.deleted) await this.#restore(page, slugs, path);
    follow(page, describe(path, page.state.body), describe(path, text));
    page.updateBody(text);
    return page;
  }

  async #restore(page: PageAggregate, slugs: SlugChoice, path: string): Promise<void> {
    const slug = await slugs.choose(path, page.state.slug);
    page.restore();
    page.updateSlug(slug);
  }

  async #merge(
    page: PageAggregate,
    change: Extract<PageChange, { kind: "edited" | "moved" }>,
  ): Promise<Body | undefined> {
    const base = textOf(await this.#mirror.textOf(change.before.content));
    const merged = mergeTexts({ base, theirs: page.state.body, yours: textOf(change.after.text) });
    if (merged.kind === "conflict") return undefined;
    // Two texts within the limit can be beyond it together.
    return Body.safeParse(stringOf(merged.text)).data;
  }

  /** Whether nobody has changed a page's text since the repository did. */
  async #isAsBefore(
    page: PageAggregate,
    change: Extract<PageChange, { kind: "edited" | "moved" | "deleted" }>,
  ): Promise<boolean> {
    if (page.state.deleted) return false;
    if (page.version === this.#clean.get(change.page)) return true;
    return stringOf(page.state.body) === (await this.#mirror.textOf(change.before.content));
  }

  async #get(pages: PageBatch, page: MirrorPage): Promise<PageAggregate> {
    const pageId = this.#ids.get(page);
    if (pageId === undefined) throw new Error(`no page of the wiki is known for ${page.path}`);
    return pages.get(pageId);
  }

  /** The slugs that pages of a commit leave: another one of it may have them. */
  async #vacated(pages: PageBatch, changes: readonly PageChange[]): Promise<ReadonlySet<Slug>> {
    const vacated = new Set<Slug>();
    for (const change of changes) {
      if (change.kind !== "moved") continue;
      const { deleted, slug } = (await this.#get(pages, change.page)).state;
      if (!deleted && isSlugOf(slug, change.before.path)) vacated.add(slug);
    }
    return vacated;
  }

  async #deletedByPeople(page: MirrorPage, path: string): Promise<PageId | undefined> {
    const pageId = this.#deleted.get(path);
    if (pageId === undefined) return undefined;
    // What is no text was deleted by the import, and is no page.
    const isText = await this.#mirror.textOf(page.content).then(
      () => true,
      () => false,
    );
    return isText ? pageId : undefined;
  }
}

function conflictAt({ id, version, state }: PageAggregate, path: string): ImportConflict {
  return { path, slug: state.slug, pageId: id as PageId, version };
}
