import { defineProjection, type Projection, type ProjectionSession } from "@palimpsest/eventsourcing";
import { Page, type PageState } from "../../domain/page.ts";
import type { PageId } from "../../domain/page-id.ts";
import { foldText } from "../fold-text.ts";
import type { PageLookahead } from "../page-lookahead.ts";
import { type PagePassage, passagesOf } from "../page-passage.ts";
import { readPage } from "../page-reading.ts";
import type { PageSteps, RecordedPageEvent } from "../page-steps.ts";
import { insertRows, listed, replacing, textType } from "../rows.ts";
import { fts5Index } from "./fts5-index.ts";
import { createNearWords, writeNearWords } from "./near-words.ts";
import type { SearchIndex } from "./search-index.ts";
import { tokensOf } from "./tokens.ts";
import { tsvectorIndex } from "./tsvector-index.ts";

// Raise it when the tables or what stands in them change, the tokens too.
const VERSION = 2;

/** What stands in pages as they are now, to be searched. */
export function searchProjection(steps: PageSteps, lookahead: PageLookahead): Projection {
  return defineProjection({
    name: "search",
    version: VERSION,
    follows: [Page],
    create,
    apply: async (events, sql) => {
      const passages = passagesOf(await steps.of(events));
      const settled = await lookahead.settled(passages);
      await writePages(sql, passages, settled);
      await writeAuthors(sql, events);
    },
  });
}

export function indexOf({ dialect }: ProjectionSession): SearchIndex {
  return dialect === "sqlite" ? fts5Index : tsvectorIndex;
}

async function create(sql: ProjectionSession): Promise<void> {
  const text = textType(sql);
  await indexOf(sql).create(
    sql,
    `page_id ${text} not null unique, slug text not null, title text not null, title_key ${text} not null,
     tags text not null, deleted integer not null, modified_at bigint not null, text text not null`,
  );
  await sql.query(`create index ${sql.index("doc_by_title")} on ${sql.table("doc")} (title_key, page_id)`);
  await sql.query(
    `create table ${sql.table("doc_tag")} (page_id ${text} not null, tag ${text} not null, primary key (tag, page_id))`,
  );
  await createNearWords(sql);
  await sql.query(`create index ${sql.index("tag_by_page")} on ${sql.table("doc_tag")} (page_id)`);
  await sql.query(
    `create table ${sql.table("author")} (
       page_id ${text} not null, user_id text not null, primary key (user_id, page_id)
     )`,
  );
}

const COLUMNS = ["slug", "title", "title_key", "tags", "deleted", "modified_at", "text"];

async function writePages(
  sql: ProjectionSession,
  passages: readonly PagePassage[],
  settled: ReadonlyMap<PageId, PageState>,
): Promise<void> {
  const pages = passages.flatMap((passage) => {
    const state = settled.get(passage.pageId);
    return state ? [{ ...passage, text: readPage(state).plainText }] : [];
  });
  await insertRows(
    sql,
    { table: "doc", columns: ["page_id", ...COLUMNS], otherwise: replacing("page_id", COLUMNS) },
    pages.map(({ pageId, after: { slug, title, tags, deleted }, last, text }) => [
      ...[pageId, slug, title, foldText(title), JSON.stringify(tags), deleted ? 1 : 0, last.recordedAt, text],
    ]),
  );
  await indexOf(sql).write(
    sql,
    pages.map(({ pageId, after: { title, tags }, text }) => ({
      pageId,
      title: tokensOf(title),
      tags: tags.flatMap(tokensOf),
      text: tokensOf(text),
    })),
  );
  await writeNearWords(
    sql,
    pages.flatMap(({ after: { title, tags } }) => [title, ...tags].flatMap(tokensOf)),
  );
  await writeTags(sql, pages);
}

/** What was left out while a page was to change again shows in no step: the rows that stand there are not relied on. */
async function writeTags(sql: ProjectionSession, passages: readonly PagePassage[]): Promise<void> {
  if (passages.length === 0) return;
  await sql.query(`delete from ${sql.table("doc_tag")} where page_id in ${listed(sql)}`, [
    JSON.stringify(passages.map(({ pageId }) => pageId)),
  ]);
  await insertRows(
    sql,
    { table: "doc_tag", columns: ["page_id", "tag"] },
    passages.flatMap(({ pageId, after }) => after.tags.map((tag) => [pageId, tag])),
  );
}

async function writeAuthors(sql: ProjectionSession, events: readonly RecordedPageEvent[]): Promise<void> {
  const authors = new Map<string, readonly [string, string]>();
  for (const { originatorId, data } of events) {
    if (data.userId !== null) authors.set(`${originatorId} ${data.userId}`, [originatorId, data.userId]);
  }
  await insertRows(sql, { table: "author", columns: ["page_id", "user_id"], otherwise: "on conflict do nothing" }, [
    ...authors.values(),
  ]);
}
