import type { PageDetails } from "../application/page-details.ts";
import type { UserId } from "../domain/current-user.ts";
import { Page } from "../domain/page.ts";
import { PageNotFoundError } from "../domain/page-errors.ts";
import type { PageId } from "../domain/page-id.ts";
import type { Slug } from "../domain/slug.ts";
import type { RenderedPage } from "../markup/rendered-page.ts";
import type { Visibility } from "../read-models/visibility.ts";
import type { Names } from "./names.ts";
import { renderWithSurroundings } from "./page-reading.ts";
import { ancestorsIn, type TreePlace, treeAround } from "./page-tree.ts";
import type { ParsedPages } from "./parsed-pages.ts";
import { assertMay, may, type Viewer } from "./viewer.ts";
import type { Addresses, WikiParts } from "./wiki-parts.ts";

/** A version of a page, with who made it when. */
export interface PageToRead {
  readonly page: PageDetails;
  readonly currentVersion: number;
  readonly recordedAt: number;
  readonly authorId: UserId | null;
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

interface Means {
  readonly addresses: Addresses;
  readonly parsed: ParsedPages;
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
    const { deleted } = this.visibility;
    const current = await this.#currentPage(slug, deleted);
    const page =
      version === undefined || version === current.version
        ? current
        : await this.#parts.wiki.getPageVersion(current.pageId, version);
    const [made] = await this.#parts.wiki.events.repository.history(Page, page.pageId, {
      after: page.version - 1,
      upTo: page.version,
    });
    return {
      page,
      currentVersion: current.version,
      recordedAt: made?.recordedAt ?? 0,
      authorId: page.modifiedBy,
    };
  }

  /** The HTML of a page, or of a version of it, with what it includes and links to as they are today. */
  render(page: PageDetails): Promise<RenderedForViewer> {
    const { addresses, parsed } = this.#means;
    return renderWithSurroundings(page, {
      find: (slug) => this.#findVisible(slug),
      parse: (found) => parsed.get(found),
      existing: (slugs) => this.#parts.readModels.existingSlugs({ deleted: false }, slugs),
      attachments: async (paths) => new Map(paths.map((path) => [path, addresses.attachment(path)])),
      pageUrl: (slug) => addresses.page(slug),
      sourceUrl: (slug) => addresses.source(slug),
    });
  }

  /** What stands around a page: the tree, the places above it, how many pages link to it. */
  async surroundings({ slug }: PageDetails): Promise<Surroundings> {
    const { readModels } = this.#parts;
    const { visibility } = this;
    const tree = await treeAround(slug, { readModels, visibility });
    return { tree, ancestors: ancestorsIn(tree, slug), backlinks: (await readModels.backlinks(visibility, slug)).rows.length };
  }

  namesOf(ids: readonly (UserId | null)[]): Promise<ReadonlyMap<UserId, string>> {
    assertMay(this.#viewer, "read");
    return this.#means.names.of(ids);
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
