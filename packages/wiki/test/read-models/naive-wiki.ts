import { type RecordedDomainEvent, readNotifications } from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../../src/application/wiki-application.ts";
import { toAttachmentName } from "../../src/domain/attachment-name.ts";
import { Page } from "../../src/domain/page.ts";
import type { Slug } from "../../src/domain/slug.ts";
import { SlugIndex } from "../../src/domain/slug-index.ts";
import { parsePage } from "../../src/markup/parse-page.ts";
import type { ReadModels } from "../../src/read-models/read-models.ts";
import type { Visibility } from "../../src/read-models/visibility.ts";

/** All that a viewer can learn from the read models, in a form that can be compared. */
export type Everything = { readonly [query: string]: unknown };

/** What is searched for, and which files pages may show. */
export interface Asked {
  readonly words: readonly string[];
  readonly files: readonly string[];
}

/** Asks every query about everything. */
export async function readEverything(models: ReadModels, visibility: Visibility, { words, files }: Asked) {
  const { rows: pages } = await models.listPages(visibility, { limit: 500 });
  const slugs = [...new Set(pages.map(({ slug }) => slug))].sort();
  const { rows: missing } = await models.missingPages(visibility);
  const backlinks: Record<string, readonly string[]> = {};
  for (const slug of [...slugs, ...missing.map((row) => row.slug)]) {
    const { rows } = await models.backlinks(visibility, slug);
    backlinks[slug] = rows.map(({ pageId }) => pageId).sort();
  }
  const links: Record<string, readonly string[]> = {};
  const contributors: Record<string, unknown> = {};
  const filesOf: Record<string, readonly string[]> = {};
  for (const { pageId } of pages) {
    links[pageId] = (await models.linksFrom(visibility, pageId)).rows.map(
      ({ slug, page }) => `${slug}:${page?.pageId}`,
    );
    contributors[pageId] = await contributorsOf(models, visibility, { pageId });
    filesOf[pageId] = (await models.filesOfPage(visibility, pageId)).rows;
  }
  const found: Record<string, readonly string[]> = {};
  for (const word of words) {
    const { hits, total } = await models.search(visibility, { text: `${word} `, limit: 500 });
    found[word] = [`${total}`, ...hits.map(({ pageId }) => pageId).sort()];
  }
  const withFile: Record<string, unknown> = {};
  for (const file of files) {
    const name = toAttachmentName(file);
    const total = await models.countPagesWithFile(visibility, name);
    withFile[file] = { total, pages: (await models.pagesWithFile(visibility, name, { limit: 500 })).rows };
  }
  const children: Record<string, number> = {};
  const paths: (Slug | "")[] = [""];
  for (const path of paths) {
    for (const child of (await models.listChildren(visibility, path, { limit: 500 })).rows) {
      children[child.path] = child.pages;
      paths.push(child.path as Slug);
    }
  }
  const { pages: count, changes, contributors: people, bytes } = await models.statistics(visibility);
  return {
    pages: pages.map(({ pageId, slug, title, tags, excerpt, deleted, version, size, position, ...times }) => ({
      ...{ pageId, slug, title, tags, excerpt, deleted, version, size, position },
      ...{ createdAt: times.createdAt, modifiedAt: times.modifiedAt, modifiedBy: times.modifiedBy },
    })),
    count: await models.countPages(visibility),
    tags: (await models.listTags(visibility)).rows,
    children,
    missing,
    backlinks,
    links,
    filesOf,
    withFile,
    orphans: (await models.orphans(visibility)).rows.map(({ pageId }) => pageId).sort(),
    found,
    changes: await models.listChanges(visibility, { limit: 500 }),
    contributors,
    everybody: await contributorsOf(models, visibility, {}),
    statistics: { count, changes, people, bytes },
  };
}

async function contributorsOf(models: ReadModels, visibility: Visibility, selection: object) {
  const rows = await models.contributors(visibility, selection);
  return Object.fromEntries(rows.map(({ userId, changes, lastAt }) => [userId ?? "", { changes, lastAt }]));
}

const KINDS = {
  ...{ Created: "created", BodyUpdated: "edited", TitleUpdated: "retitled", SlugUpdated: "renamed" },
  ...{ TagsUpdated: "tagged", Deleted: "deleted", Restored: "restored", PathUpdated: undefined },
} as const;
const ORDER = ["created", "edited", "retitled", "renamed", "tagged", "deleted", "restored", "reverted"];

/** The same, folded from the whole log by what is simplest. */
export class NaiveWiki {
  readonly #pages = new Map<string, ReturnType<typeof pageOf>>();
  readonly #owners = new Map<string, string>();
  readonly #slugs = new Map<string, string>();
  readonly #changes: ReturnType<typeof changeOf>[] = [];

  static async read(wiki: WikiApplication): Promise<NaiveWiki> {
    const naive = new NaiveWiki();
    for await (const row of readNotifications(wiki.events.notificationLog)) naive.#add(wiki.events.toDomainEvent(row));
    return naive;
  }

  #add(event: RecordedDomainEvent): void {
    if (SlugIndex.isEvent(event)) {
      if (event.type === "Created") this.#slugs.set(event.originatorId, event.data.slug);
      const slug = this.#slugs.get(event.originatorId) ?? "";
      if (event.data.pageId !== null) this.#owners.set(slug, event.data.pageId);
    }
    if (!Page.isEvent(event)) return;
    const before = this.#pages.get(event.originatorId);
    const state = Page.fold(event.originatorId, before && { version: before.version, state: before.state }, [
      event,
    ]).state;
    const after = pageOf(event, state, before);
    this.#pages.set(event.originatorId, after);
    const last = this.#changes.findLast(({ pageId }) => pageId === event.originatorId);
    if (last?.saveId !== event.saveId) {
      this.#changes.push(changeOf(event, before, after));
      return;
    }
    this.#changes.splice(this.#changes.indexOf(last), 1);
    const merged = changeOf(event, before, after);
    const slugBefore = last.slugBefore ?? merged.slugBefore;
    this.#changes.push({
      ...merged,
      versionBefore: last.versionBefore,
      sizeBefore: last.sizeBefore,
      slugBefore: slugBefore === merged.slug ? undefined : slugBefore,
      kinds: ORDER.filter((kind) => last.kinds.includes(kind) || merged.kinds.includes(kind)),
    });
  }

  everything({ deleted }: Visibility, { words, files }: Asked): Everything {
    const pages = [...this.#pages.values()].filter((page) => deleted || !page.deleted);
    const isSeen = (pageId: string) => pages.some((page) => page.pageId === pageId);
    const leadsTo = (slug: string) => {
      const pageId = this.#owners.get(slug);
      return pageId !== undefined && isSeen(pageId) ? pageId : undefined;
    };
    const isLive = (slug: string) => this.#pages.get(this.#owners.get(slug) ?? "")?.deleted === false;
    const targets = [...new Set(pages.flatMap(({ links }) => links))];
    const missing = targets
      .filter((slug) => !isLive(slug))
      .map((slug) => ({ slug, links: pages.filter(({ links }) => links.includes(slug)).length }))
      .sort((a, b) => b.links - a.links || compare(a.slug, b.slug));
    const backlinksOf = (slug: string) => {
      const owner = leadsTo(slug);
      const leads = (target: string) => target === slug || (owner !== undefined && this.#owners.get(target) === owner);
      return pages.filter(({ pageId, links }) => pageId !== owner && links.some(leads)).map(({ pageId }) => pageId);
    };
    const changes = this.#changes.filter(({ pageId }) => isSeen(pageId)).sort((a, b) => b.position - a.position);
    const slugs = [...new Set(pages.map(({ slug }) => slug))].sort();
    return {
      pages: pages
        .sort((a, b) => compare(a.title.toLowerCase(), b.title.toLowerCase()) || compare(a.pageId, b.pageId))
        .map(shown),
      count: pages.length,
      tags: counted(pages.flatMap(({ tags }) => tags)).map(([tag, count]) => ({ tag, pages: count })),
      children: Object.fromEntries(
        counted(pages.flatMap(({ slug }) => slug.split("/").map((_name, i, all) => all.slice(0, i + 1).join("/")))),
      ),
      missing,
      backlinks: Object.fromEntries(
        [...slugs, ...missing.map(({ slug }) => slug)].map((slug) => [slug, backlinksOf(slug).sort()]),
      ),
      links: Object.fromEntries(
        pages.map(({ pageId, links }) => [pageId, [...links].sort(compare).map((slug) => `${slug}:${leadsTo(slug)}`)]),
      ),
      filesOf: Object.fromEntries(pages.map((page) => [page.pageId, [...page.files].sort(compare)])),
      withFile: Object.fromEntries(
        files.map((name) => {
          const found = pages.filter((page) => page.files.includes(name)).map(({ pageId }) => pageId);
          return [name, { total: found.length, pages: found }];
        }),
      ),
      orphans: pages
        .filter(
          ({ pageId }) =>
            !pages.some(
              (other) => other.pageId !== pageId && other.links.some((slug) => this.#owners.get(slug) === pageId),
            ),
        )
        .map(({ pageId }) => pageId)
        .sort(),
      found: Object.fromEntries(
        words.map((word) => [
          word,
          withTotal(
            pages
              .filter(({ text }) => text.includes(word))
              .map(({ pageId }) => pageId)
              .sort(),
          ),
        ]),
      ),
      changes,
      contributors: Object.fromEntries(
        pages.map(({ pageId }) => [pageId, peopleOf(changes.filter((change) => change.pageId === pageId))]),
      ),
      everybody: peopleOf(changes),
      statistics: {
        count: pages.length,
        changes: changes.length,
        people: new Set(changes.flatMap(({ userId }) => userId ?? [])).size,
        bytes: pages.reduce((sum, { size }) => sum + size, 0),
      },
    };
  }
}

type PageEvent = Extract<RecordedDomainEvent, object> & { readonly data: { readonly userId: string | null } };

function pageOf(
  event: RecordedDomainEvent,
  state: ReturnType<typeof Page.fold>["state"],
  before?: { createdAt: number },
) {
  const { title, slug, tags, deleted } = state;
  const body = state.body.toString();
  const { links, includes, attachments, plainText, excerpt } = parsePage(body, { slug });
  return {
    state,
    pageId: event.originatorId as string,
    ...{ slug, title, tags, excerpt, deleted },
    version: event.originatorVersion,
    size: new TextEncoder().encode(body).length,
    position: event.position,
    createdAt: before?.createdAt ?? event.recordedAt,
    modifiedAt: event.recordedAt,
    modifiedBy: (event as PageEvent).data.userId,
    links: [...new Set([...links, ...includes])] as string[],
    files: attachments,
    text: [...`${title} ${tags.join(" ")} ${plainText}`.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)].map(
      ([word]) => word,
    ),
  };
}

function shown({ state: _state, links: _links, files: _files, text: _text, ...page }: ReturnType<typeof pageOf>) {
  return page;
}

function changeOf(
  event: RecordedDomainEvent,
  before: ReturnType<typeof pageOf> | undefined,
  after: ReturnType<typeof pageOf>,
) {
  const { summary, revertedTo } = event.metadata;
  const kind = KINDS[event.type as keyof typeof KINDS];
  return {
    position: event.position,
    saveId: event.saveId,
    pageId: after.pageId,
    slug: after.slug as string,
    title: after.title as string,
    slugBefore: before && before.slug !== after.slug ? (before.slug as string) : undefined,
    version: after.version,
    versionBefore: before?.version ?? 0,
    kinds: [...(kind === undefined ? [] : [kind]), ...(revertedTo === undefined ? [] : ["reverted"])] as string[],
    userId: (event as PageEvent).data.userId,
    recordedAt: event.recordedAt,
    occurredAt: undefined,
    summary: summary as string | undefined,
    sizeBefore: before?.size ?? 0,
    sizeAfter: after.size,
  };
}

function peopleOf(
  changes: readonly ReturnType<typeof changeOf>[],
): Record<string, { changes: number; lastAt: number }> {
  const people: Record<string, { changes: number; lastAt: number }> = {};
  for (const { userId, recordedAt } of changes) {
    const known = people[userId ?? ""];
    people[userId ?? ""] = { changes: (known?.changes ?? 0) + 1, lastAt: Math.max(known?.lastAt ?? 0, recordedAt) };
  }
  return people;
}

function counted(keys: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => compare(a, b));
}

function withTotal(pageIds: readonly string[]): readonly string[] {
  return [`${pageIds.length}`, ...pageIds];
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
