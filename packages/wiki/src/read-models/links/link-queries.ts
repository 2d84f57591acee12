import type { ProjectionSession } from "@palimpsest/eventsourcing";
import type { PageId } from "../../domain/page-id.ts";
import type { Title } from "../../domain/page-text.ts";
import type { Slug } from "../../domain/slug.ts";
import { type Listing, type Part, toCursor, toLimit, toListing } from "../listing.ts";
import type { Visibility } from "../visibility.ts";

/** A page that a link leads from. */
export interface BacklinkRow {
  readonly pageId: PageId;
  readonly slug: Slug;
  readonly title: Title;
  readonly deleted: boolean;
  /** Whether it shows the page as a part of its own. */
  readonly includes: boolean;
}

/** Where a link of a page leads. */
export interface LinkRow {
  /** As it is written: the page may have moved on. */
  readonly slug: Slug;
  readonly includes: boolean;
  /** Undefined where there is none to be seen. */
  readonly page: { readonly pageId: PageId; readonly slug: Slug; readonly title: Title } | undefined;
}

/** A page that is linked to, and is not there. */
export interface MissingPageRow {
  readonly slug: Slug;
  /** How many pages link to it. */
  readonly links: number;
}

/** A page that no other page links to. */
export type OrphanRow = Omit<BacklinkRow, "includes">;

interface FoundPage {
  readonly page_id: PageId;
  readonly slug: Slug;
  readonly title: Title;
  readonly title_key: string;
  readonly deleted: number;
}

/**
 * The pages with links that lead to a slug, by title: where a page has the slug, or had it last, those to all of its
 * slugs, former ones too. A page's links to itself are left out.
 */
export async function backlinks(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { slug, after, limit: most }: Part & { readonly slug: string },
): Promise<Listing<BacklinkRow>> {
  const limit = toLimit(most);
  const [title = "", pageId = ""] = after === undefined ? [] : toCursor(after, ["", ""]);
  const owner = await ownerOf(sql, { deleted }, slug);
  const found = await sql.query<FoundPage & { readonly includes: number }>(
    `select p.page_id, p.slug, p.title, p.title_key, p.deleted, max(l.includes) as includes
     from ${sql.table("link")} l join ${sql.table("page")} p on p.page_id = l.page_id
     where l.target in (select $1 union select slug from ${sql.table("slug")} where page_id = $2)
       and p.page_id <> $2 ${deleted ? "" : "and p.deleted = 0"} and (p.title_key, p.page_id) > ($3, $4)
     group by p.page_id, p.slug, p.title, p.title_key, p.deleted order by p.title_key, p.page_id limit $5`,
    [slug, owner, title, pageId, limit + 1],
  );
  const toRow = (row: FoundPage & { readonly includes: number }) => ({
    ...toOrphan(row),
    includes: row.includes === 1,
  });
  return toListing(found, limit, { toRow, cursorOf: (row) => [row.title_key, row.page_id] });
}

/** How many pages `backlinks` lists in all. */
export async function countBacklinks(sql: ProjectionSession, { deleted }: Visibility, slug: string): Promise<number> {
  const [found] = await sql.query<{ readonly count: number }>(
    `select count(distinct p.page_id) as count
     from ${sql.table("link")} l join ${sql.table("page")} p on p.page_id = l.page_id
     where l.target in (select $1 union select slug from ${sql.table("slug")} where page_id = $2)
       and p.page_id <> $2 ${deleted ? "" : "and p.deleted = 0"}`,
    [slug, await ownerOf(sql, { deleted }, slug)],
  );
  return found?.count ?? 0;
}

/** The page that has a slug, or had it last; "" where there is none to be seen. */
async function ownerOf(sql: ProjectionSession, { deleted }: Visibility, slug: string): Promise<string> {
  const [owner] = await sql.query<{ readonly page_id: string }>(
    `select s.page_id from ${sql.table("slug")} s join ${sql.table("page")} p on p.page_id = s.page_id
     where s.slug = $1 ${deleted ? "" : "and p.deleted = 0"}`,
    [slug],
  );
  return owner?.page_id ?? "";
}

/** The links of a page, by slug; none where the page is not to be seen. */
export async function linksFrom(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { pageId, after, limit: most }: Part & { readonly pageId: PageId },
): Promise<Listing<LinkRow>> {
  const limit = toLimit(most);
  const [from = ""] = after === undefined ? [] : toCursor(after, [""]);
  interface Found extends Omit<FoundPage, "page_id"> {
    readonly target: Slug;
    readonly includes: number;
    readonly page_id: PageId | null;
  }
  const found = await sql.query<Found>(
    `select l.target, l.includes, p.page_id, p.slug, p.title
     from ${sql.table("link")} l join ${sql.table("page")} source on source.page_id = l.page_id
     left join ${sql.table("slug")} s on s.slug = l.target
     left join ${sql.table("page")} p on p.page_id = s.page_id ${deleted ? "" : "and p.deleted = 0"}
     where l.page_id = $1 ${deleted ? "" : "and source.deleted = 0"} and l.target > $2
     order by l.target limit $3`,
    [pageId, from, limit + 1],
  );
  const toRow = ({ target, includes, page_id, slug, title }: Found): LinkRow => ({
    slug: target,
    includes: includes === 1,
    page: page_id === null ? undefined : { pageId: page_id, slug, title },
  });
  return toListing(found, limit, { toRow, cursorOf: (row) => [row.target] });
}

/** Slugs that are linked to and lead to no page that is not deleted: those with most links first. */
export async function missingPages(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { after, limit: most }: Part,
): Promise<Listing<MissingPageRow>> {
  const limit = toLimit(most);
  const [links = Number.MAX_SAFE_INTEGER, slug = ""] = after === undefined ? [] : toCursor(after, [0, ""]);
  const count = deleted ? "live + gone" : "live";
  const found = await sql.query<MissingPageRow>(
    `select slug, ${count} as links from ${sql.table("target")}
     where found = 0 and ${count} > 0 and ${count} <= cast($1 as bigint) and (${count} < cast($1 as bigint) or slug > $2)
     order by ${count} desc, slug limit $3`,
    [links, slug, limit + 1],
  );
  return toListing(found, limit, {
    toRow: (row) => ({ slug: row.slug, links: row.links }),
    cursorOf: (row) => [row.links, row.slug],
  });
}

/** Pages that no other page links to, by title; a link to a former slug counts. */
export async function orphans(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { after, limit: most }: Part,
): Promise<Listing<OrphanRow>> {
  const limit = toLimit(most);
  const [title = "", pageId = ""] = after === undefined ? [] : toCursor(after, ["", ""]);
  const found = await sql.query<FoundPage>(
    `select p.* from ${sql.table("page")} p
     where (p.title_key, p.page_id) > ($1, $2) ${deleted ? "" : "and p.deleted = 0"} and not exists (
       select 1 from ${sql.table("slug")} s join ${sql.table("link")} l on l.target = s.slug
       join ${sql.table("page")} source on source.page_id = l.page_id
       where s.page_id = p.page_id and l.page_id <> p.page_id ${deleted ? "" : "and source.deleted = 0"}
     )
     order by p.title_key, p.page_id limit $3`,
    [title, pageId, limit + 1],
  );
  return toListing(found, limit, { toRow: toOrphan, cursorOf: (row) => [row.title_key, row.page_id] });
}

function toOrphan({ page_id, slug, title, deleted }: FoundPage): OrphanRow {
  return { pageId: page_id, slug, title, deleted: deleted === 1 };
}
