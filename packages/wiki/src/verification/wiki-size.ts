import { readNotifications } from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../application/wiki-application.ts";
import { Page } from "../domain/page.ts";
import { pageLog } from "../domain/page-log.ts";
import { stringOf } from "../domain/text.ts";

/** How large a wiki is. */
export interface WikiSize {
  readonly pages: { readonly live: number; readonly deleted: number };
  /** Of all pages together. */
  readonly versions: number;
  /** Who made them, without those who were not signed in. */
  readonly people: number;
  readonly events: number;
  /** Of the events, as they are stored. */
  readonly stateBytes: number;
  /** Of the texts of the pages that live, as UTF-8. */
  readonly textBytes: number;
  readonly topics: { readonly [topic: string]: number };
  readonly largest: readonly { readonly slug: string; readonly bytes: number }[];
  readonly mostEdited: readonly { readonly slug: string; readonly versions: number }[];
  readonly firstAt: string | undefined;
  readonly lastAt: string | undefined;
}

/** How it is told how far a long work has come, and stopped. */
export interface WorkOptions {
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

const NAMED = 5;
const BATCH = 200;
const TELL_EVERY = 1_000;

/** Counts all that stands in the log. */
export async function readWikiSize(
  { events: app }: WikiApplication,
  { onProgress, signal }: WorkOptions = {},
): Promise<WikiSize> {
  const total = await app.recorder.head();
  const topics = new Map<string, number>();
  const people = new Set<string>();
  let [events, stateBytes, versions, firstAt, lastAt] = [0, 0, 0, Number.NaN, Number.NaN];
  for await (const row of readNotifications(app.notificationLog, { stop: total })) {
    events += 1;
    stateBytes += typeof row.state === "string" ? Buffer.byteLength(row.state) : row.state.length;
    topics.set(row.topic, (topics.get(row.topic) ?? 0) + 1);
    if (events === 1) firstAt = row.recordedAt;
    lastAt = row.recordedAt;
    if (row.topic.startsWith("Page.")) {
      versions += 1;
      const event = app.toDomainEvent(row);
      if (Page.isEvent(event) && event.data.userId !== null) people.add(event.data.userId);
    }
    if (events % TELL_EVERY !== 0) continue;
    signal?.throwIfAborted();
    onProgress?.({ done: events, total });
  }
  return {
    ...(await pagesOf(app)),
    ...{ versions, people: people.size, events, stateBytes, topics: Object.fromEntries(topics) },
    firstAt: Number.isNaN(firstAt) ? undefined : new Date(firstAt).toISOString(),
    lastAt: Number.isNaN(lastAt) ? undefined : new Date(lastAt).toISOString(),
  };
}

async function pagesOf(
  app: WikiApplication["events"],
): Promise<Pick<WikiSize, "pages" | "textBytes" | "largest" | "mostEdited">> {
  const found: { readonly slug: string; readonly bytes: number; readonly versions: number }[] = [];
  let deleted = 0;
  for (let gt = 0; ; ) {
    const logged = await app.log(pageLog).select({ gt, limit: BATCH });
    const last = logged.at(-1);
    if (!last) break;
    gt = last.originatorVersion;
    const pages = await app.repository.getMany(
      Page,
      logged.map(({ data }) => data.pageId),
    );
    for (const { state, version } of pages.values()) {
      if (state.deleted) deleted += 1;
      else found.push({ slug: state.slug, bytes: Buffer.byteLength(stringOf(state.body)), versions: version });
    }
  }
  return {
    pages: { live: found.length, deleted },
    textBytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
    largest: found
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, NAMED)
      .map(({ slug, bytes }) => ({ slug, bytes })),
    mostEdited: found
      .toSorted((a, b) => b.versions - a.versions)
      .slice(0, NAMED)
      .map(({ slug, versions }) => ({ slug, versions })),
  };
}
