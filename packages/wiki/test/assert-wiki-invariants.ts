import assert from "node:assert/strict";
import { type RecordedDomainEvent, readNotifications } from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../src/application/wiki-application.ts";
import type { PageEvent } from "../src/domain/page.ts";
import { pageLog } from "../src/domain/page-log.ts";
import type { SlugIndexAggregate } from "../src/domain/slug-index.ts";

type IndexEvent = SlugIndexAggregate["pendingEvents"][number];

/**
 * Asserts what holds after each save of a wiki's log, whatever its clients do: positions and versions without a gap; a
 * live page's slug belongs to it, and a slug that belongs to a page belongs to a live page with that slug; each page is
 * logged once; a deleted page is not changed before it is restored. Then that the wiki lists and shows these very pages.
 *
 * It folds the events by itself: a mistake in the wiki's own folding does not hide here.
 */
export async function assertWikiInvariants(app: WikiApplication): Promise<void> {
  const fold = new WikiFold();
  let position = 0;
  for await (const row of readNotifications(app.events.notificationLog)) {
    position += 1;
    assert.equal(row.position, position, "positions have a gap");
    // A slug may be in two hands within a save, but never after one.
    if (row.saveId !== fold.saveId) fold.assertSaved();
    fold.add(app.events.toDomainEvent(row));
  }
  fold.assertSaved();
  const live = fold.livePages();
  const shown = (await app.getPages()).map(({ pageId, slug }) => [pageId, slug]);
  assert.deepEqual(shown, live, "the listing shows other pages than those that live");
  for (const [pageId, slug] of live)
    assert.equal((await app.getPageDetails(slug)).pageId, pageId, `"${slug}" shows another page`);
}

class WikiFold {
  saveId: string | undefined;
  readonly #versions = new Map<string, number>();
  readonly #pages = new Map<string, { readonly slug: string; readonly deleted: boolean }>();
  readonly #owners = new Map<string, string | null>();
  readonly #slugs = new Map<string, string>();
  readonly #logged: string[] = [];
  /** The slugs and pages that the last save touched. */
  readonly #touched = { slugs: new Set<string>(), pages: new Set<string>() };

  add(event: RecordedDomainEvent): void {
    const { originatorId: id, originatorVersion: version, topic, saveId } = event;
    this.saveId = saveId;
    assert.equal(version, (this.#versions.get(id) ?? 0) + 1, `versions of ${id} have a gap`);
    this.#versions.set(id, version);
    // Topics tell the types of events apart.
    if (topic === pageLog.name) this.#logged.push((event.data as { readonly pageId: string }).pageId);
    else if (topic.startsWith("Page.")) this.#addToPage(id, event as RecordedDomainEvent<PageEvent>);
    else if (topic.startsWith("Index.")) this.#addToIndex(id, event as RecordedDomainEvent<IndexEvent>);
  }

  #addToPage(id: string, event: PageEvent): void {
    const page = this.#pages.get(id) ?? { slug: "", deleted: false };
    if (page.deleted) assert.equal(event.type, "Restored", `page ${id} was changed while it was deleted`);
    this.#touched.pages.add(id);
    this.#touched.slugs.add(page.slug);
    if (event.type === "Created" || event.type === "SlugUpdated")
      this.#pages.set(id, { ...page, slug: event.data.slug });
    if (event.type === "Deleted" || event.type === "Restored")
      this.#pages.set(id, { ...page, deleted: event.type === "Deleted" });
  }

  #addToIndex(id: string, event: IndexEvent): void {
    if (event.type === "Created") this.#slugs.set(id, event.data.slug);
    const slug = this.#slugs.get(id);
    assert.ok(slug, `index ${id} is of no slug`);
    this.#touched.slugs.add(slug);
    this.#owners.set(slug, event.data.pageId);
  }

  /** Asserts what must hold after a save, for all that it touched. */
  assertSaved(): void {
    for (const id of this.#touched.pages) {
      const page = this.#pages.get(id);
      if (page && !page.deleted)
        assert.equal(this.#owners.get(page.slug), id, `live page ${id} does not own its slug "${page.slug}"`);
      assert.equal(this.#logged.filter((logged) => logged === id).length, 1, `page ${id} is not logged once`);
    }
    for (const slug of this.#touched.slugs) {
      const owner = this.#owners.get(slug);
      if (typeof owner !== "string") continue;
      assert.deepEqual(
        this.#pages.get(owner),
        { slug, deleted: false },
        `"${slug}" belongs to a page that is elsewhere`,
      );
    }
    this.#touched.pages.clear();
    this.#touched.slugs.clear();
  }

  /** Id and slug, in the order of the page log. */
  livePages(): readonly (readonly [string, string])[] {
    return this.#logged.flatMap((id) => {
      const page = this.#pages.get(id);
      return page && !page.deleted ? [[id, page.slug] as const] : [];
    });
  }
}
