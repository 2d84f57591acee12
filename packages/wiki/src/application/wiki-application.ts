import { Application, type ApplicationOptions, gzip, type LogSelection } from "@palimpsest/eventsourcing";
import { Page } from "../domain/page.ts";
import { mergeEdit, type PageEdit } from "../domain/page-edit.ts";
import { PageNotFoundError } from "../domain/page-errors.ts";
import type { PageId } from "../domain/page-id.ts";
import { pageLog } from "../domain/page-log.ts";
import { toBody, toTags, toTitle } from "../domain/page-text.ts";
import { toSlug } from "../domain/slug.ts";
import { claimSlug, SlugIndex } from "../domain/slug-index.ts";
import { type PageAt, type PageDetails, type PageVersion, toPageDetails, toPageVersion } from "./page-details.ts";
import { type CommandOptions, type PageInput, toCommandContext, toPageEdit } from "./page-input.ts";
import { type CommandContext, PageRepository } from "./page-repository.ts";
import { textTranscoding } from "./text-transcoding.ts";

/** Where and how the wiki keeps its events. */
export type WikiOptions = Pick<ApplicationOptions, "store" | "compressor" | "ciphers" | "cacheSize" | "env" | "clock">;

// Bounds what a listing without a limit holds in memory at once.
const LISTING_BATCH = 500;

/**
 * The wiki's commands and queries. Input is checked before anything is recorded: `InvalidInputError`, `InvalidSlugError`.
 * Who acts comes from `currentUserId`. A command that changes nothing records nothing.
 */
export class WikiApplication {
  /** The events below, for followers and tools. */
  readonly events: Application;
  readonly #pages: PageRepository;

  /** Opens a wiki; what the options leave out comes from variables such as `WIKI_STORE`. */
  static async open(options: WikiOptions = {}): Promise<WikiApplication> {
    return new WikiApplication(
      await Application.open({
        ...options,
        name: "Wiki",
        aggregates: [Page, SlugIndex],
        logs: [pageLog],
        defaultCompressor: gzip,
        snapshotEvery: { Page: 5 },
        transcodings: [textTranscoding],
      }),
    );
  }

  private constructor(events: Application) {
    this.events = events;
    this.#pages = new PageRepository(events);
  }

  /** Makes a page, and logs it. Rejects with `SlugConflictError`. */
  async createPage(
    { title, slug, body = "", tags = [] }: { title: string; slug: string; body?: string; tags?: readonly string[] },
    options?: CommandOptions,
  ): Promise<PageDetails> {
    const canonical = toSlug(slug);
    const content = { title: toTitle(title), body: toBody(body), tags: toTags(tags) };
    const page = await this.#pages.execute(toCommandContext(options), async () => {
      const created = Page.create({ slug: canonical, ...content });
      const pageId = created.id as PageId;
      const index = claimSlug(await this.#pages.findIndex(canonical), canonical, pageId);
      return [created, pageLog.event({ pageId }), index];
    });
    return toPageDetails(page);
  }

  /** The page that has a slug, as it is now or as it was. Rejects with `PageNotFoundError`, `VersionNotFoundError`. */
  async getPageDetails(slug: string, at?: PageAt): Promise<PageDetails> {
    const page = await this.#pages.getBySlug(toSlug(slug));
    return toPageDetails(at === undefined ? page : await this.events.repository.get(Page, page.id, at));
  }

  updateTitle(slug: string, title: string, options?: CommandOptions): Promise<PageDetails> {
    return this.editPage(slug, { title }, options);
  }

  updateBody(slug: string, body: string, options?: CommandOptions): Promise<PageDetails> {
    return this.editPage(slug, { body }, options);
  }

  updateTags(slug: string, tags: readonly string[], options?: CommandOptions): Promise<PageDetails> {
    return this.editPage(slug, { tags }, options);
  }

  /**
   * Changes title, body or tags. `basedOn` is the version that the edit started from, default the one of now; what has
   * changed since is merged. Rejects with `EditConflictError` where both touch the same lines.
   */
  async editPage(
    slug: string,
    { basedOn, ...input }: PageInput & { readonly basedOn?: number },
    options?: CommandOptions,
  ): Promise<PageDetails> {
    const edit = toPageEdit(input);
    const context = toCommandContext(options);
    const page = await this.#pages.getBySlug(toSlug(slug));
    return this.#edit(page.id as PageId, basedOn ?? page.version, edit, context);
  }

  /** Gives a page the title, body and tags of one of its versions. Rejects with `VersionNotFoundError`. */
  async revertPage(slug: string, version: number, options?: CommandOptions): Promise<PageDetails> {
    const context = { ...toCommandContext(options), revertedTo: version };
    const page = await this.#pages.getBySlug(toSlug(slug));
    const past = toPageDetails(await this.events.repository.get(Page, page.id, { version }));
    return this.#edit(page.id as PageId, page.version, toPageEdit(past), context);
  }

  /** Gives a page another slug; the old one leads on to it. Rejects with `SlugConflictError`. */
  async updateSlug(oldSlug: string, newSlug: string, options?: CommandOptions): Promise<PageDetails> {
    const [from, to] = [toSlug(oldSlug), toSlug(newSlug)];
    const page = await this.#pages.execute(toCommandContext(options), async () => {
      const renamed = await this.#pages.getBySlug(from);
      if (to === from) return [renamed];
      const oldIndex = await this.#pages.getIndex(from);
      const newIndex = claimSlug(await this.#pages.findIndex(to), to, renamed.id as PageId);
      renamed.updateSlug(to);
      oldIndex.updatePage(null);
      return [renamed, oldIndex, newIndex];
    });
    return toPageDetails(page);
  }

  /** Hides a page and frees its slug; it can be restored. */
  async deletePage(slug: string, options?: CommandOptions): Promise<PageDetails> {
    const canonical = toSlug(slug);
    const page = await this.#pages.execute(toCommandContext(options), async () => {
      const deleted = await this.#pages.getBySlug(canonical);
      const index = await this.#pages.getIndex(canonical);
      deleted.delete();
      index.updatePage(null);
      return [deleted, index];
    });
    return toPageDetails(page);
  }

  /**
   * Brings back the page that had a slug last and was deleted, `as` another slug where that one is taken.
   * Rejects with `SlugConflictError`, `PageNotFoundError`.
   */
  async restorePage(slug: string, options: CommandOptions & { readonly as?: string } = {}): Promise<PageDetails> {
    const { as = slug, ...rest } = options;
    const [from, to] = [toSlug(slug), toSlug(as)];
    const page = await this.#pages.execute(toCommandContext(rest), async () => {
      const restored = await this.#pages.getLast(from);
      if (!restored.state.deleted) {
        if (restored.state.slug === to) return [restored];
        throw new PageNotFoundError(from, restored.state.slug);
      }
      const index = claimSlug(await this.#pages.findIndex(to), to, restored.id as PageId);
      restored.restore();
      restored.updateSlug(to);
      return [restored, index];
    });
    return toPageDetails(page);
  }

  /** Pages in the order of their creation; bounds are places 1, 2, 3, … in it. Deleted pages are left out. */
  async getPages({ limit = Number.MAX_SAFE_INTEGER, ...bounds }: LogSelection = {}): Promise<readonly PageDetails[]> {
    const pages: PageDetails[] = [];
    let range: LogSelection = bounds;
    while (pages.length < limit) {
      const batch = Math.min(limit - pages.length, LISTING_BATCH);
      const logged = await this.events.log(pageLog).select({ ...range, limit: batch });
      const found = await this.events.repository.getMany(Page, logged.map(({ data }) => data.pageId));
      pages.push(...[...found.values()].filter(({ state }) => !state.deleted).map(toPageDetails));
      const last = logged.at(-1)?.originatorVersion;
      if (last === undefined || logged.length < batch) break;
      range = range.desc ? { ...range, lte: last - 1 } : { ...range, gt: last };
    }
    return pages;
  }

  /** What became of the page that has a slug, oldest first. Rejects with `PageNotFoundError`. */
  async getPageHistory(slug: string): Promise<readonly PageVersion[]> {
    const page = await this.#pages.getBySlug(toSlug(slug));
    return (await this.events.repository.history(Page, page.id)).map(toPageVersion);
  }

  /** Waits for the saves under way and closes the store. */
  close(): Promise<void> {
    return this.events.close();
  }

  async #edit(pageId: PageId, basedOn: number, edit: PageEdit, context: CommandContext): Promise<PageDetails> {
    const page = await this.#pages.execute(context, async () => {
      const current = await this.#pages.get(pageId);
      if (current.state.deleted) throw new PageNotFoundError(current.state.slug);
      const base =
        basedOn === current.version ? current : await this.events.repository.get(Page, pageId, { version: basedOn });
      const { title, body, tags } = mergeEdit(base, current, edit);
      if (title !== undefined) current.updateTitle(title);
      if (body !== undefined) current.updateBody(body);
      if (tags !== undefined) current.updateTags(tags);
      return [current];
    });
    return toPageDetails(page);
  }
}
