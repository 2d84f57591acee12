import type { RecordedDomainEvent } from "@palimpsest/eventsourcing";
import { Page, type PageEvent } from "../domain/page.ts";
import { pageLog } from "../domain/page-log.ts";
import { SlugIndex, type SlugIndexAggregate } from "../domain/slug-index.ts";
import type { Finding } from "./finding.ts";

type IndexEvent = SlugIndexAggregate["pendingEvents"][number];
type PageLogged = ReturnType<typeof pageLog.event>["data"];

interface FoldedPage {
  readonly slug: string;
  readonly deleted: boolean;
}

/**
 * Folds the events of a wiki by itself, so that a mistake in the wiki's own folding does not hide, and finds what does not
 * hold after a save, whatever clients do: a live page's slug belongs to it, and a slug that belongs to a page belongs to a
 * live page with that slug; each page is logged once; a deleted page is not changed before it is restored.
 */
export class WikiFold {
  readonly findings: Finding[] = [];
  #saveId: string | undefined;
  #position = 0;
  readonly #pages = new Map<string, FoldedPage>();
  /** The page that lives at each slug. */
  readonly #living = new Map<string, string>();
  readonly #owners = new Map<string, string | null>();
  /** The slug of each index. */
  readonly #slugs = new Map<string, string>();
  /** Page ids in the order of the page log, and how often each is in it. */
  readonly #logged = new Map<string, number>();
  /** Of whose events some could not be read: nothing is said of these. */
  readonly #unknown = new Set<string>();
  readonly #touched = { slugs: new Set<string>(), pages: new Set<string>() };

  /** Goes on by an event; `begin` must have been called for its row. */
  add(event: RecordedDomainEvent): void {
    const { originatorId: id } = event;
    if (event.topic === pageLog.name) {
      // Topics tell the types of events apart.
      const { pageId } = event.data as PageLogged;
      this.#logged.set(pageId, (this.#logged.get(pageId) ?? 0) + 1);
      this.#touched.pages.add(pageId);
    } else if (Page.isEvent(event)) this.#addToPage(id, event);
    else if (SlugIndex.isEvent(event)) this.#addToIndex(id, event);
  }

  /** Begins a row of the log; before those of the next save it looks at what the last one left. */
  begin({ saveId, position }: { readonly saveId: string; readonly position: number }): void {
    if (saveId !== this.#saveId) this.endSave();
    this.#saveId = saveId;
    this.#position = position;
  }

  /** Passes over an event that cannot be read. */
  skip(originatorId: string): void {
    this.#unknown.add(originatorId);
  }

  /** Finds what must hold after a save, for all that it touched. */
  endSave(): void {
    for (const id of this.#touched.pages) {
      if (this.#unknown.has(id)) continue;
      const page = this.#pages.get(id);
      if (page && !page.deleted && this.#isKnown(this.#owners.get(page.slug)) && this.#owners.get(page.slug) !== id) {
        this.#find("slug", id, `live page ${id} does not own its slug "${page.slug}"`);
      }
      const times = this.#logged.get(id) ?? 0;
      if (times !== 1) this.#find("page-log", id, `page ${id} is logged ${times} times`);
    }
    for (const slug of this.#touched.slugs) {
      const owner = this.#owners.get(slug);
      if (owner === undefined) continue;
      if (owner === null) this.#checkFree(slug);
      else this.#checkOwner(slug, owner);
    }
    this.#touched.pages.clear();
    this.#touched.slugs.clear();
  }

  /** Ids and slugs of the pages that live, in the order of the page log. */
  livePages(): readonly (readonly [id: string, slug: string])[] {
    return [...this.#logged.keys()].flatMap((id) => {
      const page = this.#pages.get(id);
      return page && !page.deleted ? [[id, page.slug] as const] : [];
    });
  }

  /** Whether all that was ever done to pages and slugs could be read. */
  get isComplete(): boolean {
    return this.#unknown.size === 0;
  }

  #checkOwner(slug: string, owner: string): void {
    if (this.#unknown.has(owner)) return;
    const page = this.#pages.get(owner);
    if (page?.slug === slug && !page.deleted) return;
    this.#find("slug", owner, `"${slug}" belongs to page ${owner}, which is elsewhere`);
  }

  /** A page that the save touched has been looked at. */
  #checkFree(slug: string): void {
    const id = this.#living.get(slug);
    if (id === undefined || this.#touched.pages.has(id)) return;
    this.#find("slug", id, `live page ${id} does not own its slug "${slug}"`);
  }

  #addToPage(id: string, event: PageEvent): void {
    const page = this.#pages.get(id) ?? { slug: "", deleted: false };
    if (page.deleted && event.type !== "Restored")
      this.#find("page", id, `page ${id} was changed while it was deleted`);
    this.#touched.pages.add(id);
    this.#touched.slugs.add(page.slug);
    if (event.type === "Created" || event.type === "SlugUpdated")
      this.#pages.set(id, { ...page, slug: event.data.slug });
    if (event.type === "Deleted" || event.type === "Restored")
      this.#pages.set(id, { ...page, deleted: event.type === "Deleted" });
    if (this.#living.get(page.slug) === id) this.#living.delete(page.slug);
    const now = this.#pages.get(id);
    if (now && !now.deleted) this.#living.set(now.slug, id);
  }

  #addToIndex(id: string, event: IndexEvent): void {
    if (event.type === "Created") this.#slugs.set(id, event.data.slug);
    const slug = this.#slugs.get(id);
    if (slug === undefined) {
      if (!this.#unknown.has(id)) this.#find("slug", id, `index ${id} is of no slug`);
      return;
    }
    this.#touched.slugs.add(slug);
    this.#owners.set(slug, event.data.pageId);
  }

  /** Whether an index that could not be read may have said otherwise: then nothing is known of any slug's owner. */
  #isKnown(owner: string | null | undefined): boolean {
    return this.isComplete || (typeof owner === "string" && !this.#unknown.has(owner));
  }

  #find(check: Finding["check"], originatorId: string, message: string): void {
    this.findings.push({ check, position: this.#position, originatorId, message });
  }
}
