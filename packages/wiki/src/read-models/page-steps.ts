import type { RecordedDomainEvent } from "@palimpsest/eventsourcing";
import type { PageEvent } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { outlineAfter, outlineOf, type PageOutline } from "./page-outline.ts";
import type { PageStates } from "./page-states.ts";

/** An event of a page, as it stands in the log. */
export type RecordedPageEvent = RecordedDomainEvent<PageEvent>;

/** What one save did to one page. A batch may end within a save: then the rest of it is another step. */
export interface PageStep {
  readonly pageId: PageId;
  /** Undefined before a page is created. */
  readonly before: PageOutline | undefined;
  readonly after: PageOutline;
  readonly versionBefore: number;
  readonly version: number;
  readonly events: readonly RecordedPageEvent[];
  readonly last: RecordedPageEvent;
}

const MAX_OUTLINES = 20_000;

/** Tells what events did to pages, for projections that follow the log each at its own place. */
export class PageSteps {
  readonly #states: PageStates;
  readonly #outlines = new BoundedCache<PageOutline>(MAX_OUTLINES);

  constructor(states: PageStates) {
    this.#states = states;
  }

  /** What events of pages did, save by save, in the order of the log. */
  async of(events: readonly RecordedPageEvent[]): Promise<readonly PageStep[]> {
    const steps: PageStep[] = [];
    for (const group of groupsOf(events)) steps.push(await this.#stepOf(group));
    return steps;
  }

  async #stepOf(events: Group): Promise<PageStep> {
    const [first] = events;
    const last = events.at(-1) ?? first;
    // Pages get their ids from `Page.create` alone.
    const pageId = first.originatorId as PageId;
    const versionBefore = first.originatorVersion - 1;
    const version = last.originatorVersion;
    const before = versionBefore === 0 ? undefined : await this.#outlineAt(pageId, versionBefore);
    const after = events.reduce<PageOutline | undefined>(outlineAfter, before) ?? outlineAfter(before, last);
    this.#outlines.keep(keyOf(pageId, version), after);
    return { pageId, before, after, versionBefore, version, events, last };
  }

  async #outlineAt(pageId: PageId, version: number): Promise<PageOutline> {
    return this.#outlines.get(keyOf(pageId, version)) ?? outlineOf(await this.#states.at(pageId, version));
  }
}

type Group = readonly [RecordedPageEvent, ...RecordedPageEvent[]];

function groupsOf(events: readonly RecordedPageEvent[]): readonly Group[] {
  const groups: [RecordedPageEvent, ...RecordedPageEvent[]][] = [];
  // Of the save under way, by page.
  const open = new Map<string, [RecordedPageEvent, ...RecordedPageEvent[]]>();
  let saveId: string | undefined;
  for (const event of events) {
    if (event.saveId !== saveId) open.clear();
    saveId = event.saveId;
    const group = open.get(event.originatorId);
    if (group) {
      group.push(event);
      continue;
    }
    const begun: [RecordedPageEvent] = [event];
    open.set(event.originatorId, begun);
    groups.push(begun);
  }
  return groups;
}

function keyOf(pageId: PageId, version: number): string {
  return `${pageId}@${version}`;
}
