import type { UserId } from "../domain/current-user.ts";
import { PageNotFoundError } from "../domain/page-errors.ts";
import type { PageId } from "../domain/page-id.ts";
import type { Slug } from "../domain/slug.ts";
import type { ChangeRow } from "../read-models/changes/change-queries.ts";
import type { ContributorRow, Statistics } from "../read-models/changes/statistics-queries.ts";
import type { MissingPageRow } from "../read-models/links/link-queries.ts";
import type { Listing, Part } from "../read-models/listing.ts";
import type { PageRow, PageSelection } from "../read-models/pages/page-queries.ts";
import type { TagRow } from "../read-models/pages/tag-queries.ts";
import type { ChangeSelection } from "../read-models/read-models.ts";
import type { SearchRequest, SearchResult } from "../read-models/search/search-queries.ts";
import type { TitleRow } from "../read-models/search/title-queries.ts";
import type { Visibility } from "../read-models/visibility.ts";
import type { Names } from "./names.ts";
import { type TreePlace, treeAround } from "./page-tree.ts";
import { pagesInOrder } from "./pages-in-order.ts";
import { assertMay, may, type Viewer } from "./viewer.ts";
import type { WikiParts } from "./wiki-parts.ts";

/** A part of a listing, and how many there are in all parts. */
export interface CountedListing<Row> extends Listing<Row> {
  readonly total: number;
}

/** Somebody by name. */
export interface NamedPerson {
  readonly id: UserId;
  readonly name: string;
}

/** A slug that pages link to in vain, with some of them. */
export interface WantedPage extends MissingPageRow {
  readonly from: readonly { readonly slug: Slug; readonly title: string }[];
}

// A filter that offers more is no help.
const MAX_OFFERED = 200;
const MAX_SOURCES = 3;

/** What one viewer finds in the wiki: lists of pages, changes and people. All reject with `NotPermittedError`. */
export class Listings {
  readonly #parts: WikiParts;
  readonly #viewer: Viewer;
  readonly #names: Names;

  constructor(parts: WikiParts, viewer: Viewer, names: Names) {
    this.#parts = parts;
    this.#viewer = viewer;
    this.#names = names;
  }

  /** Pages, all of them or those below a path. */
  async listPages({
    under,
    ...selection
  }: Omit<PageSelection, "prefix"> & { readonly under?: Slug | undefined }): Promise<CountedListing<PageRow>> {
    const selected = { ...selection, prefix: under === undefined ? undefined : `${under}/` };
    const [listing, total] = await Promise.all([
      this.#models.listPages(this.#current, selected),
      this.#models.countSelected(this.#current, selected),
    ]);
    return { ...listing, total };
  }

  /** The tree of slugs, open at a place. */
  tree(at: Slug | ""): Promise<readonly TreePlace[]> {
    return treeAround(at, { readModels: this.#models, visibility: this.#current });
  }

  listTags(part: Part = {}): Promise<Listing<TagRow>> {
    return this.#models.listTags(this.#current, part);
  }

  async missingPages(part: Part): Promise<Listing<WantedPage>> {
    const { rows, next } = await this.#models.missingPages(this.#current, part);
    const wanted = rows.map(async (row) => {
      const sources = await this.#models.backlinks(this.#current, row.slug, { limit: MAX_SOURCES });
      return { ...row, from: sources.rows.map(({ slug, title }) => ({ slug, title })) };
    });
    return { rows: await Promise.all(wanted), next };
  }

  async orphans(part: Part): Promise<Listing<PageRow>> {
    const { rows, next } = await this.#models.orphans(this.#current, part);
    const pageIds = rows.map(({ pageId }) => pageId);
    return { rows: await pagesInOrder(this.#models, this.#current, pageIds), next };
  }

  /** A page by chance; undefined where there is none. */
  randomPage(): Promise<PageRow | undefined> {
    return this.#models.randomPage(this.#current);
  }

  search(request: SearchRequest): Promise<SearchResult> {
    return this.#models.search(this.#current, request);
  }

  completeTitles(typed: string, limit?: number): Promise<readonly TitleRow[]> {
    return this.#models.completeTitles(this.#current, typed, limit);
  }

  /** The page that has a slug, or had it last. Rejects with `PageNotFoundError`. */
  async findPage(slug: Slug): Promise<PageRow> {
    const page = await this.#models.findPage(this.#visibility, slug);
    if (!page) throw new PageNotFoundError(slug);
    return page;
  }

  /** Whether a page has this slug, or had it last. */
  async isPage(slug: Slug): Promise<boolean> {
    return (await this.#models.findPage(this.#visibility, slug)) !== undefined;
  }

  listChanges(selection: ChangeSelection): Promise<readonly ChangeRow[]> {
    return this.#models.listChanges(this.#visibility, selection);
  }

  contributors(
    selection: { readonly pageId?: PageId; readonly limit?: number | undefined } = {},
  ): Promise<readonly ContributorRow[]> {
    return this.#models.contributors(this.#visibility, selection);
  }

  statistics(): Promise<Statistics> {
    return this.#models.statistics(this.#current);
  }

  /** Those who changed pages, for a filter to offer: by name. */
  async authors(selection: { readonly pageId?: PageId } = {}): Promise<readonly NamedPerson[]> {
    const rows = await this.contributors({ ...selection, limit: MAX_OFFERED });
    const names = await this.namesOf(rows.map(({ userId }) => userId));
    return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name, "en"));
  }

  namesOf(ids: readonly (UserId | null)[]): Promise<ReadonlyMap<UserId, string>> {
    assertMay(this.#viewer, "read");
    return this.#names.of(ids);
  }

  get #models(): WikiParts["readModels"] {
    return this.#parts.readModels;
  }

  /** What deleted pages said is found in their history: lists, counts and searches are about what there is. */
  get #current(): Visibility {
    assertMay(this.#viewer, "read");
    return { deleted: false };
  }

  get #visibility(): Visibility {
    assertMay(this.#viewer, "read");
    return { deleted: may(this.#viewer, "seeDeleted") };
  }
}
