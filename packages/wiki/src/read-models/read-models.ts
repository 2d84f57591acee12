import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Application,
  type Projection,
  ProjectionRunner,
  type ProjectionRunnerOptions,
  type ProjectionSession,
  type ProjectionStatus,
  type RebuildOptions,
} from "@palimpsest/eventsourcing";
import type { AttachmentName } from "../domain/attachment-name.ts";
import { InvalidInputError } from "../domain/invalid-input.ts";
import type { PageId } from "../domain/page-id.ts";
import type { Slug } from "../domain/slug.ts";
import { type ChangeRange, type ChangeRow, listChanges } from "./changes/change-queries.ts";
import { changesProjection } from "./changes/changes-projection.ts";
import {
  type ContributorRow,
  type ContributorSelection,
  contributors,
  type Statistics,
  statistics,
} from "./changes/statistics-queries.ts";
import { countPagesWithFile, filesOfPage, pagesWithFile } from "./links/file-link-queries.ts";
import {
  type BacklinkRow,
  backlinks,
  countBacklinks,
  type LinkRow,
  linksFrom,
  type MissingPageRow,
  missingPages,
  type OrphanRow,
  orphans,
} from "./links/link-queries.ts";
import { linksProjection } from "./links/links-projection.ts";
import { type Listing, type Part, toPosition } from "./listing.ts";
import { PageLookahead } from "./page-lookahead.ts";
import { PageStates } from "./page-states.ts";
import { PageSteps } from "./page-steps.ts";
import {
  countPages,
  existingSlugs,
  findPage,
  listPages,
  type PageRow,
  type PageSelection,
  randomPage,
} from "./pages/page-queries.ts";
import { pagesProjection } from "./pages/pages-projection.ts";
import { countSelected, findPages } from "./pages/selected-pages.ts";
import { listTags, type TagRow } from "./pages/tag-queries.ts";
import { type ChildRow, type ChildrenPart, listChildren } from "./pages/tree-queries.ts";
import { searchProjection } from "./search/search-projection.ts";
import { type SearchRequest, type SearchResult, search } from "./search/search-queries.ts";
import { completeTitles, type TitleRow } from "./search/title-queries.ts";
import type { Visibility } from "./visibility.ts";

export type ReadModelName = "pages" | "links" | "search" | "changes";

/** What stands before each read that some work does. */
export interface ReadFence {
  /** Resolves when a model may be read. */
  before(model: ReadModelName): Promise<unknown>;
}

/** How read models are kept. */
export interface ReadModelsOptions extends ProjectionRunnerOptions {
  readonly app: Application;
  /** Hears that somebody waits for what was recorded. */
  readonly onAwaited?: () => void;
  /** How long a reader waits for what they have seen, in milliseconds; default 3,000. */
  readonly patience?: number | undefined;
}

/** Which changes. Instants are milliseconds since 1970, both included. */
export interface ChangeSelection extends Omit<ChangeRange, "above"> {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

// A node that lags further behind says so in its health, and shows what it has.
const PATIENCE = 3_000;
// In milliseconds. After a model was further behind, all readers would wait so long anew with each save: for a while they wait briefly.
const BRIEF_PATIENCE = 50;
const BRIEF_FOR = 10_000;

/**
 * What is known of all pages at once, derived from the log. Every query takes what its viewer may see. What is asked for
 * wrongly is an `InvalidInputError`; a query rejects with a `StoreError` where the database fails.
 */
export class ReadModels {
  /** How long a reader waits for what they have seen, in milliseconds. */
  readonly patience: number;
  readonly names: readonly ReadModelName[] = ["pages", "links", "search", "changes"];
  readonly #app: Application;
  readonly #projections: { readonly [name in ReadModelName]: Projection };
  readonly #runner: ProjectionRunner;
  readonly #onAwaited: (() => void) | undefined;
  readonly #fences = new AsyncLocalStorage<ReadFence>();
  /** What is read from now on shows all that was recorded up to here. */
  #wanted = 0;
  /** What was waited for, of each model. */
  readonly #waitedFor = new Map<ReadModelName, number>();
  /** Until when a model is waited for briefly, by `performance.now`. */
  readonly #briefUntil = new Map<ReadModelName, number>();

  constructor({ app, onAwaited, patience = PATIENCE, ...options }: ReadModelsOptions) {
    this.patience = patience;
    const states = new PageStates(app);
    const steps = new PageSteps(states);
    const lookahead = new PageLookahead(app, states);
    this.#app = app;
    this.#onAwaited = onAwaited;
    this.#projections = {
      pages: pagesProjection(steps, lookahead),
      links: linksProjection(steps, lookahead),
      search: searchProjection(steps, lookahead),
      changes: changesProjection(steps, states),
    };
    this.#runner = new ProjectionRunner(app, Object.values(this.#projections), options);
  }

  /** Begins to follow the log, as far as no other node does. */
  start(): void {
    this.#runner.start();
  }

  /** Ends after the batches under way. The application stays open. */
  close(): Promise<void> {
    return this.#runner.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Has whatever is read from now on show all that was recorded up to a position, which somebody has seen: each model is
   * waited for when it is read next, for a few seconds. One that stands still shows what it has.
   */
  want(position: number): void {
    this.#wanted = Math.max(this.#wanted, position);
  }

  /** Has what was recorded derived at once: somebody is about to wait for it. */
  hurry(): void {
    this.#onAwaited?.();
  }

  /** Does some work, and has each model that it reads wait for a fence, while all else goes on. */
  readBehind<T>(fence: ReadFence, work: () => T): T {
    return this.#fences.run(fence, work);
  }

  /** Lets those who wait look at once at what another thread or node has moved. */
  lookAgain(): void {
    this.#runner.lookAgain();
  }

  /** Where each model stands, and how far it is behind the log. */
  status(): Promise<readonly ProjectionStatus[]> {
    return this.#runner.status();
  }

  /** Tries again at once where models stopped at an event. */
  retry(): void {
    this.#runner.retry();
  }

  /**
   * Makes the rows of models anew, beside those that are read meanwhile; of several together each page is read once. Rejects
   * with `RebuildUnderWayError`, `ProjectionFailedError`.
   */
  rebuild(names: ReadModelName | readonly ReadModelName[], options?: RebuildOptions): Promise<void> {
    const wanted = [names].flat();
    return this.#runner.rebuild(
      wanted.map((name) => this.#projections[name]),
      options,
    );
  }

  /**
   * Resolves when models show all that was recorded up to a position. Rejects with `ProjectionTimeoutError`,
   * `ProjectionFailedError`.
   */
  waitFor(
    position: number,
    {
      timeout = 10_000,
      models = this.names,
    }: { readonly timeout?: number; readonly models?: readonly ReadModelName[] } = {},
  ): Promise<void> {
    this.#onAwaited?.();
    return this.#runner.waitFor(position, { timeout, projections: models.map((name) => this.#projections[name]) });
  }

  /** The page that has a slug, or had it last: then its own slug is another one. Undefined where there is none to see. */
  findPage(visibility: Visibility, slug: Slug): Promise<PageRow | undefined> {
    return this.#read("pages", (sql) => findPage(sql, visibility, slug));
  }

  listPages(visibility: Visibility, selection: PageSelection = {}): Promise<Listing<PageRow>> {
    return this.#read("pages", (sql) => listPages(sql, visibility, selection));
  }

  /** What lies directly below a path in the tree of slugs, "" for the top. */
  listChildren(visibility: Visibility, path: Slug | "", part: ChildrenPart = {}): Promise<Listing<ChildRow>> {
    return this.#read("pages", (sql) => listChildren(sql, visibility, { ...part, path }));
  }

  /** A page by chance. */
  randomPage(visibility: Visibility): Promise<PageRow | undefined> {
    return this.#read("pages", (sql) => randomPage(sql, visibility));
  }

  countPages(visibility: Visibility): Promise<number> {
    return this.#read("pages", (sql) => countPages(sql, visibility));
  }

  /** How many pages `listPages` has in all its parts. */
  countSelected(visibility: Visibility, selection: Pick<PageSelection, "prefix" | "tag">): Promise<number> {
    return this.#read("pages", (sql) => countSelected(sql, visibility, selection));
  }

  /** Those of some pages that are to be seen, in no order. */
  findPages(visibility: Visibility, pageIds: readonly PageId[]): Promise<readonly PageRow[]> {
    return this.#read("pages", (sql) => findPages(sql, visibility, pageIds));
  }

  listTags(visibility: Visibility, part: Part = {}): Promise<Listing<TagRow>> {
    return this.#read("pages", (sql) => listTags(sql, visibility, part));
  }

  /** Those of some slugs that lead to a page. */
  existingSlugs(visibility: Visibility, slugs: readonly Slug[]): Promise<ReadonlySet<Slug>> {
    return this.#read("pages", (sql) => existingSlugs(sql, visibility, slugs));
  }

  /** Pages whose titles go on as somebody types. */
  completeTitles(visibility: Visibility, typed: string, limit?: number): Promise<readonly TitleRow[]> {
    return this.#read("search", (sql) => completeTitles(sql, visibility, typed, limit));
  }

  search(visibility: Visibility, request: SearchRequest): Promise<SearchResult> {
    return this.#read("search", (sql) => search(sql, visibility, request));
  }

  /** The pages that link to the page with a slug, by any slug that it ever had last; or to a slug that is missing. */
  backlinks(visibility: Visibility, slug: Slug, part: Part = {}): Promise<Listing<BacklinkRow>> {
    return this.#read("links", (sql) => backlinks(sql, visibility, { ...part, slug }));
  }

  countBacklinks(visibility: Visibility, slug: Slug): Promise<number> {
    return this.#read("links", (sql) => countBacklinks(sql, visibility, slug));
  }

  linksFrom(visibility: Visibility, pageId: PageId, part: Part = {}): Promise<Listing<LinkRow>> {
    return this.#read("links", (sql) => linksFrom(sql, visibility, { ...part, pageId }));
  }

  /** The pages that show a file or link to it, by title. */
  pagesWithFile(visibility: Visibility, name: AttachmentName, part: Part = {}): Promise<Listing<PageId>> {
    return this.#read("links", (sql) => pagesWithFile(sql, visibility, { ...part, name }));
  }

  countPagesWithFile(visibility: Visibility, name: AttachmentName): Promise<number> {
    return this.#read("links", (sql) => countPagesWithFile(sql, visibility, name));
  }

  /** The files that a page shows or links to, whether they are there or not. */
  filesOfPage(visibility: Visibility, pageId: PageId, part: Part = {}): Promise<Listing<AttachmentName>> {
    return this.#read("links", (sql) => filesOfPage(sql, visibility, { ...part, pageId }));
  }

  /** Slugs that are linked to and lead to no page, those with most links first. */
  missingPages(visibility: Visibility, part: Part = {}): Promise<Listing<MissingPageRow>> {
    return this.#read("links", (sql) => missingPages(sql, visibility, part));
  }

  /** Pages that no other page links to. */
  orphans(visibility: Visibility, part: Part = {}): Promise<Listing<OrphanRow>> {
    return this.#read("links", (sql) => orphans(sql, visibility, part));
  }

  /** Changes from the newest to the oldest. For the next part, give the last position as `before`. */
  async listChanges(
    visibility: Visibility,
    { from, to, before = Number.MAX_SAFE_INTEGER, ...selection }: ChangeSelection = {},
  ): Promise<readonly ChangeRow[]> {
    // Time never goes back along the log, so an instant is a position.
    const above = from === undefined ? 0 : await this.#app.recorder.positionAt(toInstant("from", from) - 1);
    const last = to === undefined ? before : (await this.#app.recorder.positionAt(toInstant("to", to))) + 1;
    return this.#read("changes", (sql) =>
      listChanges(sql, visibility, { ...selection, above, before: Math.min(toPosition("before", before), last) }),
    );
  }

  /** Those who changed pages, whoever made most changes first. */
  contributors(visibility: Visibility, selection: ContributorSelection = {}): Promise<readonly ContributorRow[]> {
    return this.#read("changes", (sql) => contributors(sql, visibility, selection));
  }

  statistics(visibility: Visibility): Promise<Statistics> {
    return this.#read("changes", (sql) => statistics(sql, visibility));
  }

  async #read<T>(name: ReadModelName, work: (sql: ProjectionSession) => Promise<T>): Promise<T> {
    await this.#fences.getStore()?.before(name);
    const wanted = this.#wanted;
    if (wanted > (this.#waitedFor.get(name) ?? 0)) {
      const isBrief = performance.now() < (this.#briefUntil.get(name) ?? 0);
      await this.waitFor(wanted, { timeout: isBrief ? BRIEF_PATIENCE : this.patience, models: [name] }).catch(() => {
        if (!isBrief) this.#briefUntil.set(name, performance.now() + BRIEF_FOR);
      });
      this.#waitedFor.set(name, Math.max(wanted, this.#waitedFor.get(name) ?? 0));
    }
    return this.#runner.read(this.#projections[name], work);
  }
}

function toInstant(field: string, value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new InvalidInputError({ field, reason: "must be an instant in whole milliseconds since 1970" });
  }
  return value;
}
