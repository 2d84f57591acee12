import type { WikiApplication } from "../application/wiki-application.ts";
import { Page } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import { pageLog } from "../domain/page-log.ts";

/** Imported pages by their paths: those that live, and of those that are deleted the last one at each path. */
export interface PagesByPath {
  readonly live: ReadonlyMap<string, PageId>;
  readonly deleted: ReadonlyMap<string, PageId>;
}

const BATCH = 500;

/** Looks through all pages of a wiki for those that were imported. */
export async function findPagesByPath(wiki: WikiApplication): Promise<PagesByPath> {
  const [live, deleted] = [new Map<string, PageId>(), new Map<string, PageId>()];
  const log = wiki.events.log(pageLog);
  for (let gt = 0; ; ) {
    const logged = await log.select({ gt, limit: BATCH });
    const found = await wiki.events.repository.getMany(
      Page,
      logged.map(({ data }) => data.pageId),
    );
    for (const { id, state } of found.values()) {
      if (state.path === null) continue;
      // Pages get their ids from `Page.create` alone.
      const pageId = id as PageId;
      const other = deleted.get(state.path);
      if (!state.deleted) live.set(state.path, pageId);
      else if (other === undefined || (await isChangedAfter(wiki, pageId, other))) deleted.set(state.path, pageId);
    }
    const last = logged.at(-1)?.originatorVersion;
    if (last === undefined || logged.length < BATCH) return { live, deleted };
    gt = last;
  }
}

async function isChangedAfter(wiki: WikiApplication, pageId: PageId, other: PageId): Promise<boolean> {
  return (await lastPosition(wiki, pageId)) > (await lastPosition(wiki, other));
}

async function lastPosition(wiki: WikiApplication, pageId: PageId): Promise<number> {
  const [last] = await wiki.events.repository.history(Page, pageId, { descending: true, limit: 1 });
  return last?.position ?? 0;
}
