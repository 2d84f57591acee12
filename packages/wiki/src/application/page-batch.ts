import { type Application, ProgrammingError, type Saveable, type Uuid } from "@palimpsest/eventsourcing";
import { Page, type PageAggregate, type PageState } from "../domain/page.ts";
import { SlugConflictError } from "../domain/page-errors.ts";
import type { PageId } from "../domain/page-id.ts";
import { pageLog } from "../domain/page-log.ts";
import type { Slug } from "../domain/slug.ts";
import { SlugIndex } from "../domain/slug-index.ts";

/** A page in hand, and its slug when the batch began: null for none, as it was deleted or is new. */
interface Member {
  readonly page: PageAggregate;
  readonly slugBefore: Slug | null;
}

/**
 * Pages that are changed in one save. Each is in it once, so that what is done to a page meets what was done to it
 * before; and the slugs are settled at the end, by what each page was and what it has become. So a command changes pages
 * alone, and a slug may go from one page to another, be swapped, or handed on along a chain, within one save.
 */
export class PageBatch {
  readonly #events: Application;
  readonly #members = new Map<Uuid, Member>();
  readonly #others: Saveable[] = [];

  constructor(events: Application) {
    this.#events = events;
  }

  /** Makes a page, which will be logged. */
  create(page: Parameters<typeof Page.create>[0]): PageAggregate {
    const created = Page.create(page);
    this.#members.set(created.id, { page: created, slugBefore: null });
    return created;
  }

  /** The page with an id, with what was done to it in this batch. Rejects with `AggregateNotFoundError`. */
  async get(pageId: PageId): Promise<PageAggregate> {
    return this.#members.get(pageId)?.page ?? this.add(await this.#events.repository.get(Page, pageId));
  }

  /** Puts a page that was just loaded into the batch; answers the one that is in it where there is one. */
  add(page: PageAggregate): PageAggregate {
    const known = this.#members.get(page.id);
    if (known) return known.page;
    if (page.pendingEvents.length > 0) throw new ProgrammingError("add a page to the batch before it is changed");
    this.#members.set(page.id, { page, slugBefore: slugOf(page.state) });
    return page;
  }

  /** Takes something that is no page into the save, behind them. */
  saveWith(other: Saveable): void {
    this.#others.push(other);
  }

  /** Whether no page has a slug, after what was done in this batch. */
  async isFree(slug: Slug): Promise<boolean> {
    for (const { page } of this.#members.values()) if (slugOf(page.state) === slug) return false;
    const index = await this.#events.repository.find(SlugIndex, SlugIndex.idOf({ slug }));
    const usedBy = index?.state.pageId ?? null;
    return usedBy === null || this.#members.has(usedBy);
  }

  /**
   * What is to be saved, pages first, in the order in which they came. Rejects with `SlugConflictError` where a page
   * wants a slug that another one has, in this batch or outside of it.
   */
  async settle(): Promise<readonly Saveable[]> {
    const changed = [...this.#members.values()].filter(({ page }) => page.pendingEvents.length > 0);
    const logged = changed
      .filter(({ page }) => page.version === page.pendingEvents.length)
      .map(({ page }) => pageLog.event({ pageId: pageIdOf(page) }));
    return [...changed.map(({ page }) => page), ...logged, ...(await this.#settleSlugs(changed)), ...this.#others];
  }

  async #settleSlugs(changed: readonly Member[]): Promise<readonly Saveable[]> {
    const moved = changed.filter(({ page, slugBefore }) => slugOf(page.state) !== slugBefore);
    const freed = new Set(moved.flatMap(({ slugBefore }) => slugBefore ?? []));
    const claimed = new Map<Slug, PageId>();
    for (const { page } of moved) {
      const slug = slugOf(page.state);
      if (slug === null) continue;
      const usedBy = claimed.get(slug);
      if (usedBy !== undefined) throw new SlugConflictError({ slug, usedBy });
      claimed.set(slug, pageIdOf(page));
    }
    const slugs = [...new Set([...freed, ...claimed.keys()])];
    if (slugs.length === 0) return [];
    const indexes = await this.#events.repository.getMany(
      SlugIndex,
      slugs.map((slug) => SlugIndex.idOf({ slug })),
    );
    return slugs.flatMap((slug): readonly Saveable[] => {
      const pageId = claimed.get(slug) ?? null;
      const index = indexes.get(SlugIndex.idOf({ slug }));
      if (!index) return pageId === null ? [] : [SlugIndex.create({ slug, pageId })];
      const usedBy = index.state.pageId;
      if (usedBy !== null && usedBy !== pageId && !freed.has(slug)) throw new SlugConflictError({ slug, usedBy });
      index.updatePage(pageId);
      return [index];
    });
  }
}

function slugOf({ deleted, slug }: PageState): Slug | null {
  return deleted ? null : slug;
}

// Pages get their ids from `Page.create` alone.
function pageIdOf({ id }: PageAggregate): PageId {
  return id as PageId;
}
