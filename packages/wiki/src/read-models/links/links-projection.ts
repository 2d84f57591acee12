import { defineProjection, type Projection, type ProjectionSession } from "@palimpsest/eventsourcing";
import { Page, type PageState } from "../../domain/page.ts";
import type { PageId } from "../../domain/page-id.ts";
import { SlugIndex } from "../../domain/slug-index.ts";
import { ChangedCounts } from "../changed-counts.ts";
import { foldText } from "../fold-text.ts";
import type { PageLookahead } from "../page-lookahead.ts";
import type { PageOutline } from "../page-outline.ts";
import { type PagePassage, passagesOf } from "../page-passage.ts";
import { readPage } from "../page-reading.ts";
import type { PageSteps } from "../page-steps.ts";
import { adding, insertRows, listed, replacing, textType } from "../rows.ts";
import { applySlugOwners, createSlugOwners } from "../slug-owners.ts";
import { createFileLinks, writeFileLinks } from "./file-links.ts";

// Raise it when the tables or what stands in them change.
const VERSION = 4;

/**
 * Which page links to which slug, and to which file. Links are by slug: to whom they lead, the owners of slugs tell when it
 * is asked.
 */
export function linksProjection(steps: PageSteps, lookahead: PageLookahead): Projection {
  return defineProjection({
    name: "links",
    version: VERSION,
    follows: [Page, SlugIndex],
    create,
    apply: async (events, sql) => {
      const passages = passagesOf(await steps.of(events.filter((event) => Page.isEvent(event))));
      const settled = await lookahead.settled(passages);
      await writePages(sql, passages);
      const targets = await writeLinks(sql, passages, settled);
      await writeFileLinks(sql, settled);
      const slugs = await applySlugOwners(
        sql,
        events.filter((event) => SlugIndex.isEvent(event)),
      );
      await markFound(sql, [...targets, ...slugs], passages.filter(isTurned));
    },
  });
}

async function create(sql: ProjectionSession): Promise<void> {
  const text = textType(sql);
  const target = sql.table("target");
  await sql.query(
    `create table ${sql.table("page")} (
       page_id ${text} primary key, slug ${text} not null, title text not null, title_key ${text} not null,
       deleted integer not null
     )`,
  );
  await sql.query(`create index ${sql.index("page_by_title")} on ${sql.table("page")} (title_key, page_id)`);
  await sql.query(
    `create table ${sql.table("link")} (
       page_id ${text} not null, target ${text} not null, includes integer not null, primary key (page_id, target)
     )`,
  );
  await sql.query(`create index ${sql.index("link_by_target")} on ${sql.table("link")} (target, page_id)`);
  // Each slug that is linked to: by how many pages, and whether it leads to one.
  await sql.query(
    `create table ${target} (
       slug ${text} primary key, live integer not null, gone integer not null, found integer not null default 0
     )`,
  );
  await sql.query(`create index ${sql.index("target_missing")} on ${target} (live desc, slug) where found = 0`);
  await createFileLinks(sql);
  await createSlugOwners(sql);
}

/** Whether a page went from what everybody sees to what is hidden, or back. */
function isTurned({ before, after }: PagePassage): boolean {
  return before !== undefined && before.deleted !== after.deleted;
}

async function writePages(sql: ProjectionSession, passages: readonly PagePassage[]): Promise<void> {
  const columns = ["slug", "title", "title_key", "deleted"];
  const changed = passages.filter(({ before, after }) => before === undefined || isOther(before, after));
  await insertRows(
    sql,
    { table: "page", columns: ["page_id", ...columns], otherwise: replacing("page_id", columns) },
    changed.map(({ pageId, after: { slug, title, deleted } }) => [
      ...[pageId, slug, title, foldText(title), deleted ? 1 : 0],
    ]),
  );
}

function isOther(before: PageOutline, after: PageOutline): boolean {
  return before.slug !== after.slug || before.title !== after.title || before.deleted !== after.deleted;
}

type LinkRow = { readonly page_id: string; readonly target: string; readonly includes: number };

/** Answers the targets whose counts changed. */
async function writeLinks(
  sql: ProjectionSession,
  passages: readonly PagePassage[],
  settled: ReadonlyMap<PageId, PageState>,
): Promise<readonly string[]> {
  const looked = passages.filter((passage) => settled.has(passage.pageId) || isTurned(passage));
  const known = await readLinks(sql, looked);
  const counts = new ChangedCounts();
  const [added, removed]: [LinkRow[], LinkRow[]] = [[], []];
  for (const passage of looked) {
    const { pageId, before, after } = passage;
    const old = known.get(pageId) ?? new Map<string, number>();
    const state = settled.get(pageId);
    const links = state ? linksOf(state) : old;
    if (before) counts.add(old.keys(), before, -1);
    counts.add(links.keys(), after, 1);
    for (const [target, includes] of old)
      if (links.get(target) !== includes) removed.push({ page_id: pageId, target, includes });
    for (const [target, includes] of links)
      if (old.get(target) !== includes) added.push({ page_id: pageId, target, includes });
  }
  for (const { page_id, target } of removed) {
    await sql.query(`delete from ${sql.table("link")} where page_id = $1 and target = $2`, [page_id, target]);
  }
  await insertRows(
    sql,
    { table: "link", columns: ["page_id", "target", "includes"] },
    added.map(({ page_id, target, includes }) => [page_id, target, includes]),
  );
  return writeCounts(sql, counts);
}

async function readLinks(
  sql: ProjectionSession,
  passages: readonly PagePassage[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const links = new Map<string, Map<string, number>>();
  const pageIds = passages.filter(({ before }) => before !== undefined).map(({ pageId }) => pageId);
  if (pageIds.length === 0) return links;
  const rows = await sql.query<LinkRow>(
    `select page_id, target, includes from ${sql.table("link")} where page_id in ${listed(sql)}`,
    [JSON.stringify(pageIds)],
  );
  for (const { page_id, target, includes } of rows) {
    const ofPage = links.get(page_id) ?? new Map<string, number>();
    links.set(page_id, ofPage.set(target, includes));
  }
  return links;
}

function linksOf(state: PageState): ReadonlyMap<string, number> {
  const { links, includes } = readPage(state);
  return new Map([...links.map((slug) => [slug, 0] as const), ...includes.map((slug) => [slug, 1] as const)]);
}

async function writeCounts(sql: ProjectionSession, { entries }: ChangedCounts): Promise<readonly string[]> {
  if (entries.length === 0) return [];
  await insertRows(
    sql,
    { table: "target", columns: ["slug", "live", "gone"], otherwise: adding("slug", ["live", "gone"]) },
    entries.map(([slug, { live, gone }]) => [slug, live, gone]),
  );
  const slugs = entries.map(([slug]) => slug);
  await sql.query(`delete from ${sql.table("target")} where live = 0 and gone = 0 and slug in ${listed(sql)}`, [
    JSON.stringify(slugs),
  ]);
  return slugs;
}

/** Notes of slugs, and of those that lead to some pages, whether they lead to a page that everybody sees. */
async function markFound(
  sql: ProjectionSession,
  slugs: readonly string[],
  turned: readonly PagePassage[],
): Promise<void> {
  if (slugs.length === 0 && turned.length === 0) return;
  const target = sql.table("target");
  await sql.query(
    `update ${target} set found = (
       select count(*) from ${sql.table("slug")} s join ${sql.table("page")} p on p.page_id = s.page_id
       where s.slug = ${target}.slug and p.deleted = 0
     )
     where slug in ${listed(sql, "$1")}
       or slug in (select slug from ${sql.table("slug")} where page_id in ${listed(sql, "$2")})`,
    [JSON.stringify(slugs), JSON.stringify(turned.map(({ pageId }) => pageId))],
  );
}
