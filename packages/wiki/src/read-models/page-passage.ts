import type { PageOutline } from "./page-outline.ts";
import type { PageStep, RecordedPageEvent } from "./page-steps.ts";

/** What a whole batch did to one page: rows that show only what a page is now are written once for all its steps. */
export interface PagePassage {
  readonly pageId: PageStep["pageId"];
  readonly before: PageOutline | undefined;
  readonly after: PageOutline;
  readonly version: number;
  readonly first: RecordedPageEvent;
  readonly last: RecordedPageEvent;
}

/** The passages of steps, one for each page. */
export function passagesOf(steps: readonly PageStep[]): readonly PagePassage[] {
  const passages = new Map<string, PagePassage>();
  for (const { pageId, before, after, version, events, last } of steps) {
    const begun = passages.get(pageId) ?? { before, first: events[0] ?? last };
    passages.set(pageId, { pageId, before: begun.before, first: begun.first, after, version, last });
  }
  return [...passages.values()];
}
