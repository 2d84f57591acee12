import type { Application, RecordedDomainEvent, Version } from "@palimpsest/eventsourcing";
import { Page, type PageEvent, type PageState } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";

/** An event of a page, as it stands in the log. */
export type RecordedPageEvent = RecordedDomainEvent<PageEvent>;

/** What one save did to one page. A batch may end within a save: then the rest of it is another step. */
export interface PageStep {
  readonly pageId: PageId;
  /** Undefined before a page is created. */
  readonly before: PageState | undefined;
  readonly after: PageState;
  readonly versionBefore: number;
  readonly version: number;
  readonly events: readonly RecordedPageEvent[];
  readonly last: RecordedPageEvent;
}

// In UTF-16 units of text: states share what they have in common, so that it is less than it seems.
const MAX_UNITS = 8 * 2 ** 20;
// Of a state without its text.
const STATE_UNITS = 500;

/** The states of pages after their events, for several projections that follow the log at about the same place. */
export class PageStates {
  readonly #app: Application;
  /** By page and version, the one that was used last at the end. */
  readonly #states = new Map<string, PageState>();
  #units = 0;

  constructor(app: Application) {
    this.#app = app;
  }

  /** What events of pages did, save by save, in the order of the log. Rejects with what reading and folding do. */
  async stepsOf(events: readonly RecordedPageEvent[]): Promise<readonly PageStep[]> {
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
    const before = versionBefore === 0 ? undefined : await this.#stateAt(pageId, versionBefore);
    const after = this.#known(pageId, version) ?? this.#fold(pageId, versionBefore, before, events);
    return { pageId, before, after, versionBefore, version, events, last };
  }

  async #stateAt(pageId: PageId, version: number): Promise<PageState> {
    const known = this.#known(pageId, version);
    if (known) return known;
    const { state } = await this.#app.repository.get(Page, pageId, { version });
    this.#keep(pageId, version, state);
    return state;
  }

  #fold(pageId: PageId, version: number, before: PageState | undefined, events: Group): PageState {
    const from: Version<PageState> | undefined = before && { version, state: before };
    const after = Page.fold(pageId, from, events);
    this.#keep(pageId, after.version, after.state);
    return after.state;
  }

  #known(pageId: PageId, version: number): PageState | undefined {
    const key = keyOf(pageId, version);
    const state = this.#states.get(key);
    if (!state) return undefined;
    this.#states.delete(key);
    this.#states.set(key, state);
    return state;
  }

  #keep(pageId: PageId, version: number, state: PageState): void {
    const key = keyOf(pageId, version);
    if (this.#states.has(key)) return;
    this.#states.set(key, state);
    this.#units += unitsOf(state);
    for (const [oldest, dropped] of this.#states) {
      if (this.#units <= MAX_UNITS) break;
      this.#states.delete(oldest);
      this.#units -= unitsOf(dropped);
    }
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

function unitsOf({ body }: PageState): number {
  return body.length + STATE_UNITS;
}
