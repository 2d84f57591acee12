import { Application, type ApplicationOptions, type LogSelection } from "@palimpsest/eventsourcing";
import { Attachment, attachmentLog } from "../domain/attachment.ts";
import { importLog } from "../domain/import-log.ts";
import { InvalidInputError } from "../domain/invalid-input.ts";
import { Page, type PageAggregate } from "../domain/page.ts";
import { mergeEdit, type PageEdit } from "../domain/page-edit.ts";
import { PageChangedError, PageNotFoundError } from "../domain/page-errors.ts";
import type { PageId } from "../domain/page-id.ts";
import { pageLog } from "../domain/page-log.ts";
import { toBody, toTags, toTitle } from "../domain/page-text.ts";
import type { Slug } from "../domain/slug.ts";
import { SlugIndex } from "../domain/slug-index.ts";
import { Attachments } from "./attachments.ts";
import type { PageBatch } from "./page-batch.ts";
import { type PageAt, type PageDetails, type PageVersion, toPageDetails, toPageVersion } from "./page-details.ts";
import {
  type CommandOptions,
  type EditBase,
  type PageInput,
  toCommandContext,
  toEditBase,
  toFields,
  toListing,
  toPageAt,
  toPageEdit,
  toSlugInput,
  toVersionNumber,
} from "./page-input.ts";
import { type CommandContext, type CommandOutcome, PageRepository } from "./page-repository.ts";
import { textTranscoding } from "./text-transcoding.ts";

/** Where and how the wiki keeps its events. */
export interface WikiOptions
  extends Pick<ApplicationOptions, "store" | "compressor" | "ciphers" | "cacheSize" | "cacheBytes" | "env" | "clock"> {
  /** How many versions of a page one snapshot is for; default 5. */
  readonly snapshotEvery?: number;
}

// Bounds what a listing without a limit holds in memory at once.
const LISTING_BATCH = 500;

/**
 * The wiki's commands and queries. Input is checked before anything is recorded: `InvalidInputError`, `InvalidSlugError`.
 * Who acts comes from `currentUserId`. A command that changes nothing records nothing.
 */
export class WikiApplication {
  /** The events below, for followers and tools. */
  readonly events: Application;
  /** The commands and queries on files. */
  readonly attachments: Attachments;
  readonly #pages: PageRepository;

  /** Opens a wiki; what the options leave out comes from variables such as `WIKI_STORE`. */
  static async open({ snapshotEvery = 5, ...options }: WikiOptions = {}): Promise<WikiApplication> {
    return new WikiApplication(
      await Application.open({
        ...options,
        name: "Wiki",
        aggregates: [Page, SlugIndex, Attachment],
        logs: [pageLog, importLog, attachmentLog],
        defaultCompressor: "gzip",
        snapshotEvery: { Page: snapshotEvery },
        transcodings: [textTranscoding],
      }),
    );
  }

  private constructor(events: Application) {
    this.events = events;
    this.attachments = new Attachments(events);
    this.#pages = new PageRepository(events);
  }

  /** Makes a page, and logs it. Rejects with `SlugConflictError`. */
  async createPage(
    page: { readonly title: string; readonly slug: string; readonly body?: string; readonly tags?: readonly string[] },
    options?: CommandOptions,
  ): Promise<PageDetails> {
    const { title, slug, body = "", tags = [] } = toFields("page", page);
    const canonical = toSlugInput(slug);
    const content = { title: toTitle(title), body: toBody(body), tags: toTags(tags) };
    const created = await this.#pages.execute(canonical, toCommandContext(options), async (pages) =>
      pages.create({ slug: canonical, ...content }),
    );
    return toPageDetails(created);
  }

  /** The page that has a slug, as it is now or as it was. Rejects with `PageNotFoundError`, `VersionNotFoundError`. */
  async getPageDetails(slug: string, at?: PageAt): Promise<PageDetails> {
    const past = at === undefined ? undefined : toPageAt(at);
    const page = await this.#pages.getBySlug(toSlugInput(slug));
    return toPageDetails(past === undefined ? page : await this.events.repository.get(Page, page.id, past));
  }

  /** A page by its id, whatever its slug is and also where it is deleted: as it is, or as one of its versions was. */
  async getPageVersion(pageId: PageId, version?: number): Promise<PageDetails> {
    const at = version === undefined ? undefined : { version: toVersionNumber(version) };
    return toPageDetails(await this.events.repository.get(Page, pageId, at));
  }

  /** The page that was deleted last under a slug, which another page may have by now; undefined where there is none. */
  async findDeletedPage(slug: string): Promise<PageDetails | undefined> {
    const page = await this.#pages.findDeleted(toSlugInput(slug));
    return page && toPageDetails(page);
  }

  async updateTitle(slug: string, title: string, options?: CommandOptions): Promise<PageDetails> {
    return this.editPage(slug, { title: toTitle(title) }, options);
  }

  async updateBody(slug: string, body: string, options?: CommandOptions): Promise<PageDetails> {
    return this.editPage(slug, { body: toBody(body) }, options);
  }

  async updateTags(slug: string, tags: readonly string[], options?: CommandOptions): Promise<PageDetails> {
    return this.editPage(slug, { tags: toTags(tags) }, options);
  }

  /**
   * Changes title, body, tags or slug. `basedOn` is the version that the edit started from, default the one of now, and
   * `pageId` the page, which may have lost its slug to another one since. What has changed is merged. Rejects with
   * `EditConflictError` where both touch the same lines, `PageNotFoundError` where the slug is another page's by now,
   * `SlugConflictError`.
   */
  async editPage(
    slug: string,
    input: PageInput & EditBase,
    options?: CommandOptions & {
      /** Changes other pages in the same save, once the page is changed. Done anew where the save is tried again. */
      readonly also?: ((pages: PageBatch) => Promise<void>) | undefined;
    },
  ): Promise<PageDetails> {
    const { basedOn, pageId } = toEditBase(toFields("page", input));
    const edit = toPageEdit(input);
    const canonical = toSlugInput(slug);
    const plan = async (page: PageAggregate) => {
      await this.#assertMeant(page, canonical, { pageId });
      return { basedOn: basedOn ?? page.version, edit };
    };
    return this.#edit(canonical, toCommandContext(options), plan, options?.also);
  }

  /**
   * Gives a page the title, body and tags of one of its versions; `basedOn` and `pageId` as for `editPage`. Rejects with
   * `VersionNotFoundError`, `EditConflictError`, `PageNotFoundError`.
   */
  async revertPage(slug: string, version: number, options: CommandOptions & EditBase = {}): Promise<PageDetails> {
    const { basedOn, pageId } = toEditBase(toFields("options", options));
    const past = { version: toVersionNumber(version) };
    const context = { ...toCommandContext(options), revertedTo: version };
    const canonical = toSlugInput(slug);
    return this.#edit(canonical, context, async (page) => {
      await this.#assertMeant(page, canonical, { pageId });
      const { title, body, tags } = toPageDetails(await this.events.repository.get(Page, page.id, past));
      return { basedOn: basedOn ?? page.version, edit: toPageEdit({ title, body, tags }) };
    });
  }

  /** Gives a page another slug; the old one leads on to it. Rejects with `SlugConflictError`. */
  async updateSlug(oldSlug: string, newSlug: string, options?: CommandOptions): Promise<PageDetails> {
    const [from, to] = [toSlugInput(oldSlug, "oldSlug"), toSlugInput(newSlug, "newSlug")];
    const page = await this.#pages.execute(from, toCommandContext(options), async (pages) => {
      const renamed = pages.add(await this.#pages.getBySlug(from));
      renamed.updateSlug(to);
      return renamed;
    });
    return toPageDetails(page);
  }

  /**
   * Hides a page and frees its slug; it can be restored. `pageId` and `basedOn` say which page in which version is meant.
   * Rejects with `PageChangedError`, `PageNotFoundError`.
   */
  async deletePage(slug: string, options: CommandOptions & EditBase = {}): Promise<PageDetails> {
    const canonical = toSlugInput(slug);
    const meant = toEditBase(toFields("options", options));
    const page = await this.#pages.execute(canonical, toCommandContext(options), async (pages) => {
      const deleted = pages.add(await this.#pages.getBySlug(canonical));
      await this.#assertMeant(deleted, canonical, meant);
      deleted.delete();
      return deleted;
    });
    return toPageDetails(page);
  }

  /**
   * Runs a command over several pages of a batch and saves what it did to them at once; where another writer was faster
   * it runs anew. What it says must have been checked. Answers the receipt, undefined where nothing was changed, and what
   * the command answered, undefined where its idempotency key was recorded already. Rejects with `SlugConflictError`.
   */
  changePages<T>(context: CommandContext, command: (pages: PageBatch) => Promise<T>): Promise<CommandOutcome<T>> {
    return this.#pages.run(context, command);
  }

  /**
   * Brings back the page that was deleted last under a slug, `as` another slug where that one is taken by now; `pageId` and
   * `basedOn` as for `deletePage`. Rejects with `SlugConflictError`, `PageNotFoundError`, `PageChangedError`.
   */
  async restorePage(
    slug: string,
    options: CommandOptions & EditBase & { readonly as?: string } = {},
  ): Promise<PageDetails> {
    const { as = slug, ...rest } = toFields("options", options);
    const [from, to] = [toSlugInput(slug), toSlugInput(as, "as")];
    const meant = toEditBase(rest);
    const page = await this.#pages.execute(from, toCommandContext(rest), async (pages) => {
      const restored = pages.add((await this.#pages.findDeleted(from)) ?? (await this.#pages.getLast(from)));
      if (!restored.state.deleted) {
        const { slug: current } = restored.state;
        if (current === to) return restored;
        if (current === from)
          throw new InvalidInputError({ field: "slug", reason: "is of a page that is not deleted" });
        throw new PageNotFoundError(from, current);
      }
      // It left this slug while it lived, and was deleted under another one.
      if (restored.state.slug !== from) throw new PageNotFoundError(from);
      await this.#assertMeant(restored, from, meant);
      restored.restore();
      restored.updateSlug(to);
      return restored;
    });
    return toPageDetails(page);
  }

  /** Pages in the order of their creation; bounds are places 1, 2, 3, … in it. Deleted pages are left out. */
  async getPages(selection: LogSelection = {}): Promise<readonly PageDetails[]> {
    const { limit = Number.MAX_SAFE_INTEGER, ...bounds } = toListing(selection);
    const pages: PageDetails[] = [];
    let range: LogSelection = bounds;
    // What is deleted is made up for in whole batches, so that it takes few queries, however many deleted pages there are.
    for (let batch = Math.min(limit, LISTING_BATCH); pages.length < limit; batch = LISTING_BATCH) {
      const logged = await this.events.log(pageLog).select({ ...range, limit: batch });
      const found = await this.events.repository.getMany(
        Page,
        logged.map(({ data }) => data.pageId),
      );
      pages.push(...[...found.values()].filter(({ state }) => !state.deleted).map(toPageDetails));
      const last = logged.at(-1)?.originatorVersion;
      if (last === undefined || logged.length < batch) break;
      range = range.desc ? { ...range, lte: last - 1 } : { ...range, gt: last };
    }
    return pages.slice(0, limit);
  }

  /** What became of the page that has a slug, oldest first. Rejects with `PageNotFoundError`. */
  async getPageHistory(slug: string): Promise<readonly PageVersion[]> {
    const page = await this.#pages.getBySlug(toSlugInput(slug));
    return (await this.events.repository.history(Page, page.id)).map(toPageVersion);
  }

  /** Waits for the saves under way and closes the store. */
  close(): Promise<void> {
    return this.events.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Makes an edit of the page that has a slug now, or merges it where the page has changed since. */
  async #edit(
    slug: Slug,
    context: CommandContext,
    plan: (page: PageAggregate) => Promise<{ readonly basedOn: number; readonly edit: PageEdit }>,
    also?: (pages: PageBatch) => Promise<void>,
  ): Promise<PageDetails> {
    // Where this has to be tried again, the page that was found first is meant, and the version that it had.
    let target: { readonly pageId: PageId; readonly basedOn: number; readonly edit: PageEdit } | undefined;
    const page = await this.#pages.execute(slug, context, async (pages) => {
      const current = pages.add(target ? await this.#pages.get(target.pageId) : await this.#pages.getBySlug(slug));
      if (current.state.deleted) throw new PageNotFoundError(current.state.slug);
      target ??= { pageId: current.id as PageId, ...(await plan(current)) };
      const { pageId, basedOn, edit } = target;
      const base =
        basedOn === current.version ? current : await this.events.repository.get(Page, pageId, { version: basedOn });
      const { title, body, tags, slug: movedTo } = mergeEdit(base, current, edit);
      if (title !== undefined) current.updateTitle(title);
      if (body !== undefined) current.updateBody(body);
      if (tags !== undefined) current.updateTags(tags);
      if (movedTo !== undefined) current.updateSlug(movedTo);
      await also?.(pages);
      return current;
    });
    return toPageDetails(page);
  }

  /** Rejects where a page, found by its slug, is not the one that was meant, or not as it was looked at. */
  async #assertMeant(page: PageAggregate, slug: Slug, { pageId, basedOn }: EditBase): Promise<void> {
    if (pageId !== undefined && pageId !== page.id) throw await this.#pages.movedFrom(slug, pageId);
    if (basedOn !== undefined && basedOn !== page.version) {
      throw new PageChangedError({ slug: page.state.slug, basedOn, currentVersion: page.version });
    }
  }
}
