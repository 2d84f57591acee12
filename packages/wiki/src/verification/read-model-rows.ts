import type { AttachmentName } from "../domain/attachment-name.ts";
import type { Slug } from "../domain/slug.ts";
import type { Listing, Part } from "../read-models/listing.ts";
import type { PageRow } from "../read-models/pages/page-queries.ts";
import type { ReadModelName, ReadModels } from "../read-models/read-models.ts";

/** What a model answers, by what was asked, as text. */
export type Answer = readonly [question: string, answer: string];

// Editors see all, so that nothing hides.
const ALL = { deleted: true };
const LIVE = { deleted: false };
const LIMIT = 500;

/** Asks a model for all that it knows. */
export const QUESTIONS: { readonly [name in ReadModelName]: (models: ReadModels) => AsyncGenerator<Answer, void> } = {
  pages: async function* (models) {
    for await (const page of allPages(models)) yield answer(`page "${page.slug}" (${page.pageId})`, page);
    for await (const tag of all((part) => models.listTags(ALL, part))) yield answer(`tag "${tag.tag}"`, tag);
    for await (const tag of all((part) => models.listTags(LIVE, part)))
      yield answer(`tag "${tag.tag}" of live pages`, tag);
    yield* folders(models);
    yield answer("the number of pages", await models.countPages(LIVE));
  },
  links: async function* (models) {
    const files = new Set<AttachmentName>();
    for await (const { pageId, slug } of allPages(models)) {
      const shown = await toArray(all((part) => models.filesOfPage(ALL, pageId, part)));
      for (const name of shown) files.add(name);
      yield answer(`files of page "${slug}" (${pageId})`, shown);
      yield answer(
        `links of page "${slug}" (${pageId})`,
        await toArray(all((part) => models.linksFrom(ALL, pageId, part))),
      );
      yield answer(`links to "${slug}" (${pageId})`, await toArray(all((part) => models.backlinks(ALL, slug, part))));
    }
    for (const name of files) {
      yield answer(
        `pages with the file "${name}"`,
        await toArray(all((part) => models.pagesWithFile(ALL, name, part))),
      );
    }
    for await (const missing of all((part) => models.missingPages(LIVE, part))) {
      yield answer(`missing page "${missing.slug}"`, missing);
    }
    for await (const orphan of all((part) => models.orphans(LIVE, part)))
      yield answer(`orphan "${orphan.slug}"`, orphan);
  },
  search: async function* (models) {
    for await (const { pageId, slug, title, excerpt } of allPages(models)) {
      const words = [title, longestWord(excerpt)].map((text) => text.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim());
      for (const text of new Set(words.filter((it) => it !== ""))) {
        const { total, hits } = await models.search(ALL, { text, limit: 1 });
        // Of several that fit alike, either may come first.
        yield answer(`search for "${text}" (page "${slug}", ${pageId})`, [total, total === 1 ? hits[0]?.pageId : null]);
      }
    }
  },
  changes: async function* (models) {
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const rows = await models.listChanges(ALL, { before, limit: LIMIT });
      for (const row of rows) yield answer(`change of "${row.slug}" at position ${row.position}`, row);
      const last = rows.at(-1);
      if (!last) break;
      before = last.position;
    }
    for (const row of await models.contributors(ALL, { limit: LIMIT })) yield answer(`contributor ${row.userId}`, row);
    yield answer("statistics", await models.statistics(ALL));
    yield answer("statistics of live pages", await models.statistics(LIVE));
  },
};

function answer(question: string, value: unknown): Answer {
  return [question, JSON.stringify(value)];
}

function allPages(models: ReadModels): AsyncGenerator<PageRow, void> {
  return all((part) => models.listPages(ALL, { ...part, order: "slug" }));
}

async function* all<Row>(list: (part: Part) => Promise<Listing<Row>>): AsyncGenerator<Row, void> {
  for (let after: string | undefined; ; ) {
    const { rows, next } = await list({ after, limit: LIMIT });
    yield* rows;
    if (next === undefined) return;
    after = next;
  }
}

async function* folders(models: ReadModels): AsyncGenerator<Answer, void> {
  const waiting: (Slug | "")[] = [""];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const above = path;
    for await (const child of all((part) => models.listChildren(ALL, above, part))) {
      yield answer(`folder "${child.path}"`, child);
      // The path of a child is one of a page, or leads on to one.
      if (child.pages > 1 || !child.page) waiting.push(child.path as Slug);
    }
  }
}

async function toArray<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  return Array.fromAsync(items);
}

function longestWord(text: string): string {
  return text.split(/\s+/).reduce((longest, word) => (word.length > longest.length ? word : longest), "");
}
