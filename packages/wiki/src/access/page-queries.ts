import type { PageDetails } from "../application/page-details.ts";
import { toVersionNumber } from "../application/page-input.ts";
import { attachmentNamesOfPath, type PagePlace } from "../domain/attachment-name.ts";
import type { UserId } from "../domain/current-user.ts";
import { Page } from "../domain/page.ts";
import { PageNotFoundError } from "../domain/page-errors.ts";
import type { PageId } from "../domain/page-id.ts";
import { type Slug, toSlug } from "../domain/slug.ts";
import type { RenderedPage } from "../markup/rendered-page.ts";
import type { Listing, Part } from "../read-models/listing.ts";
import type { PageRow } from "../read-models/pages/page-queries.ts";
import type { Visibility } from "../read-models/visibility.ts";
import { PageRendering } from "../rendering/page-rendering.ts";
import type { PageText } from "../rendering/page-text.ts";
import type { Names } from "./names.ts";
import { type PageSurroundings, renderWithSurroundings } from "./page-reading.ts";
import { ancestorsIn, type TreePlace, treeAround } from "./page-tree.ts";
import { pagesInOrder } from "./pages-in-order.ts";
import { assertMay, may, type Viewer } from "./viewer.ts";
import type { Addresses, WikiParts } from "./wiki-parts.ts";

/** A version of a page, with who made it when. */
export interface PageToRead {
  readonly page: PageDetails;
  /** What the page is called now, which in an old version it was not yet. */
  readonly current: PageName;
  readonly currentVersion: number;
  readonly recordedAt: number;
  readonly authorId: UserId | null;
  readonly summary: string | undefined;
}

/** A page by the names that it has. */
export interface PageName {
  readonly slug: Slug;
  readonly title: string;
}

/** Pages that link to one, and how many there are in all. */
export interface Backlinks extends Listing<PageRow> {
  readonly total: number;
}

/** A page as HTML, and the pages that it was made of. */
export interface RenderedForViewer {
  readonly rendered: RenderedPage;
  readonly madeOf: readonly PageId[];
}

export interface Surroundings {
  readonly tree: readonly TreePlace[];
  readonly ancestors: readonly TreePlace[];
  readonly backlinks: number;
}

const SIMILAR = 5;

interface Means {
  readonly addresses: Addresses;
  readonly names: Names;
}

/** What one viewer may see of the pages. All reject with `NotPermittedError` where they may see nothing. */
export class PageQueries {
  readonly #parts: WikiParts;
  readonly #viewer: Viewer;
  readonly #means: Means;

  constructor(parts: WikiParts, viewer: Viewer, means: Means) {
    this.#parts = parts;
    this.#viewer = viewer;
    this.#means = means;
  }

  /** For the read models: what of each listing this viewer gets. */
  get visibility(): Visibility {
    assertMay(this.#viewer, "read");
    return { deleted: may(this.#viewer, "seeDeleted") };
  }

  /**
   * A page as it is, or one of its versions. A page that is deleted is found by whoever may see those. Rejects with
   * `PageNotFoundError`, which says where it has moved; with `VersionNotFoundError`.
   */
  async readPage(slug: string, version?: number): Promise<PageToRead> {
    const current = await this.#currentPage(slug, this.visibility.deleted);
    return this.#readVersion(current, version ?? current.version);
  }

  /**
   * Two versions of a page to compare, `from` undefined where that is before there was a page. Default is what the save did
   * that `to` is of, default the last one. Rejects as `readPage` does.
   */
  async readVersions(
    slug: string,
    { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  ): Promise<{ readonly from: PageToRead | undefined; readonly to: PageToRead }> {
    const current = await this.#currentPage(slug, this.visibility.deleted);
    const after = await this.#readVersion(current, to ?? current.version);
    const before = from ?? (await this.#versionBefore(after));
    return { from: before === 0 ? undefined : await this.#readVersion(current, before), to: after };
  }

  /** The page that was deleted last under a slug, and whether the slug is still free. Rejects with `PageNotFoundError`. */
  async readDeleted(slug: string): Promise<{ readonly page: PageDetails; readonly isFree: boolean }> {
    assertMay(this.#viewer, "seeDeleted");
    const page = await this.#parts.wiki.findDeletedPage(slug);
    if (!page) throw new PageNotFoundError(toSlug(slug));
    return { page, isFree: (await this.#findVisible(page.slug)) === undefined };
  }

  /** The HTML of a text that is being written, with what it includes and links to as they are today. */
  async preview(text: PageText): Promise<RenderedPage> {
    assertMay(this.#viewer, "read");
    const rendering = new PageRendering(this.#parts.renderer, `preview of ${this.#viewer.userId}`);
    const { slug = "" } = text;
    const page = slug === "" ? undefined : await this.#findVisible(slug);
    const around = this.#wikiAround("#field-body", { slug, path: page?.path ?? null });
    return (await renderWithSurroundings(text, rendering, around)).rendered;
  }

  /** Pages whose titles are much like a slug for which there is none. */
  async similarPages(slug: string): Promise<readonly PageName[]> {
    const words = toSlug(slug).split("/").at(-1)?.replaceAll("-", " ") ?? "";
    return this.#parts.readModels.completeTitles(this.#current, words, SIMILAR);
  }

  /** The pages that link to a slug, or to the page that has it; by title. */
  async backlinks(of: string, part: Part = {}): Promise<Backlinks> {
    const slug = toSlug(of);
    const { readModels } = this.#parts;
    const visibility = this.#current;
    const [{ rows, next }, total] = await Promise.all([
      readModels.backlinks(visibility, slug, part),
      readModels.countBacklinks(visibility, slug),
    ]);
    const pageIds = rows.map(({ pageId }) => pageId);
    return { rows: await pagesInOrder(readModels, visibility, pageIds), next, total };
  }

  /** Whether there is no page at all to be seen. */
  async isEmpty(): Promise<boolean> {
    return (await this.#parts.readModels.countPages(this.#current)) === 0;
  }

  /** The HTML of a page, or of a version of it, with what it includes and links to as they are today. */
  async render({ pageId, title, body, slug, path, modifiedBy }: PageDetails): Promise<RenderedForViewer> {
    const rendering = new PageRendering(this.#parts.renderer, `page of ${modifiedBy}`);
    const around = this.#wikiAround(this.#means.addresses.source(slug), { slug, path });
    const { rendered, included } = await renderWithSurroundings({ text: body, title, slug }, rendering, around);
    return { rendered, madeOf: [pageId, ...included] };
  }

  /** What stands around a page: the tree, the places above it, how many pages link to it. */
  async surroundings({ slug }: PageDetails): Promise<Surroundings> {
    const { readModels } = this.#parts;
    const visibility = this.#current;
    const tree = await treeAround(slug, { readModels, visibility });
    return { tree, ancestors: ancestorsIn(tree, slug), backlinks: await readModels.countBacklinks(visibility, slug) };
  }

  namesOf(ids: readonly (UserId | null)[]): Promise<ReadonlyMap<UserId, string>> {
    assertMay(this.#viewer, "read");
    return this.#means.names.of(ids);
  }

  /** What stands around a page is what readers find: who may see deleted pages too does so where they are asked for. */
  get #current(): Visibility {
    assertMay(this.#viewer, "read");
    return { deleted: false };
  }

  #wikiAround(sourceUrl: string, page: PagePlace): PageSurroundings {
    const { addresses } = this.#means;
    return {
      find: (slug) => this.#findVisible(slug),
      existing: (slugs) => this.#parts.readModels.existingSlugs({ deleted: false }, slugs),
      attachments: (paths) => this.#addressesOf(paths, page),
      pageUrl: (slug) => addresses.page(slug),
      sourceUrl,
    };
  }

  /** The addresses of those of some files that there are, as a page means them. */
  async #addressesOf(paths: readonly string[], page: PagePlace): Promise<ReadonlyMap<string, string>> {
    const named = paths.map((path) => ({ path, names: attachmentNamesOfPath(path, page) }));
    const existing = await this.#parts.wiki.attachments.existing(named.flatMap(({ names }) => names));
    const found = new Map<string, string>();
    for (const { path, names } of named) {
      const name = names.find((it) => existing.has(it));
      if (name !== undefined) found.set(path, this.#means.addresses.attachment(name));
    }
    return found;
  }

  async #readVersion(current: PageDetails, version: number): Promise<PageToRead> {
    const { wiki } = this.#parts;
    const page =
      version === current.version ? current : await wiki.getPageVersion(current.pageId, toVersionNumber(version));
    const [made] = await wiki.events.repository.history(Page, page.pageId, { after: version - 1, upTo: version });
    const summary = made?.metadata["summary"];
    return {
      page,
      current: { slug: current.slug, title: current.title },
      currentVersion: current.version,
      recordedAt: made?.recordedAt ?? 0,
      authorId: page.modifiedBy,
      summary: typeof summary === "string" ? summary : undefined,
    };
  }

  /** The version ahead of the save that made a version. */
  async #versionBefore({ page: { pageId, version } }: PageToRead): Promise<number> {
    const { wiki, readModels } = this.#parts;
    const [event] = await wiki.events.repository.history(Page, pageId, { after: version - 1, upTo: version });
    if (!event) return version - 1;
    const before = event.position + 1;
    const [change] = await readModels.listChanges(this.visibility, { pageId, before, limit: 1 });
    return change?.version === version ? change.versionBefore : version - 1;
  }

  async #currentPage(slug: string, deleted: boolean): Promise<PageDetails> {
    try {
      return await this.#parts.wiki.getPageDetails(slug);
    } catch (error) {
      if (!(deleted && error instanceof PageNotFoundError && error.movedTo === undefined)) throw error;
      const gone = await this.#parts.readModels.findPage({ deleted }, error.slug);
      if (!gone?.deleted) throw error;
      return this.#parts.wiki.getPageVersion(gone.pageId);
    }
  }

  async #findVisible(slug: Slug): Promise<PageDetails | undefined> {
    try {
      return await this.#parts.wiki.getPageDetails(slug);
    } catch (error) {
      if (error instanceof PageNotFoundError) return undefined;
      throw error;
    }
  }
}
