import type { ProjectionSession, SqlValue } from "@palimpsest/eventsourcing";
import type { UserId } from "../../domain/current-user.ts";
import type { PageId } from "../../domain/page-id.ts";
import type { Tag, Title } from "../../domain/page-text.ts";
import type { Slug } from "../../domain/slug.ts";
import { type Cursor, type Listing, toCursor, toLimit, toListing, toText } from "../listing.ts";
import { listed } from "../rows.ts";
import type { Visibility } from "../visibility.ts";

/** A page as it is now, without its text. */
export interface PageRow {
  readonly pageId: PageId;
  readonly slug: Slug;
  readonly title: Title;
  readonly tags: readonly Tag[];
  /** How its first paragraphs begin. */
  readonly excerpt: string;
  readonly deleted: boolean;
  readonly version: number;
  /** Bytes of UTF-8. */
  readonly size: number;
  /** Times are milliseconds since 1970. */
  readonly createdAt: number;
  readonly createdBy: UserId | null;
  readonly modifiedAt: number;
  readonly modifiedBy: UserId | null;
  /** Of its last event. */
  readonly position: number;
}

/** Which pages, and in which order. */
export interface PageSelection {
  /** Only pages whose slugs begin with this. */
  readonly prefix?: string | undefined;
  readonly tag?: string | undefined;
  /** Titles and slugs from the first to the last, times from the newest to the oldest. Default "title". */
  readonly order?: "title" | "slug" | "modified" | "created" | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

const ORDERS = {
  title: { column: "title_key", descending: false, like: ["", ""] },
  slug: { column: "slug", descending: false, like: ["", ""] },
  modified: { column: "modified_at", descending: true, like: [0, ""] },
  created: { column: "created_at", descending: true, like: [0, ""] },
} as const;

/** A row of the table of pages. */
export interface FoundPage {
  readonly page_id: PageId;
  readonly slug: Slug;
  readonly title: Title;
  readonly title_key: string;
  readonly tags: string;
  readonly excerpt: string | null;
  readonly deleted: number;
  readonly version: number;
  readonly size: number | null;
  readonly created_at: number;
  readonly created_by: UserId | null;
  readonly modified_at: number;
  readonly modified_by: UserId | null;
  readonly position: number;
}

/** The page that has a slug, or had it last; undefined where there is none to be seen. */
export async function findPage(
  sql: ProjectionSession,
  { deleted }: Visibility,
  slug: string,
): Promise<PageRow | undefined> {
  const [row] = await sql.query<FoundPage>(
    `select p.* from ${sql.table("slug")} s join ${sql.table("page")} p on p.page_id = s.page_id
     where s.slug = $1 ${deleted ? "" : "and p.deleted = 0"}`,
    [slug],
  );
  return row && toPageRow(row);
}

export async function listPages(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { prefix, tag, order = "title", after, limit: most }: PageSelection,
): Promise<Listing<PageRow>> {
  const limit = toLimit(most);
  const { column, descending, like } = ORDERS[order];
  const parameters: SqlValue[] = [];
  const put = (value: SqlValue) => `$${parameters.push(value)}`;
  const conditions = deleted ? ["true"] : ["p.deleted = 0"];
  if (prefix !== undefined && prefix !== "") {
    conditions.push(`p.slug >= ${put(toText(prefix))} and p.slug < ${put(endOf(toText(prefix)))}`);
  }
  if (tag !== undefined) conditions.push(`t.tag = ${put(toText(tag))}`);
  if (after !== undefined) {
    const [value = "", pageId = ""] = toCursor(after, like);
    conditions.push(`(p.${column}, p.page_id) ${descending ? "<" : ">"} (${put(value)}, ${put(pageId)})`);
  }
  const direction = descending ? "desc" : "asc";
  const found = await sql.query<FoundPage>(
    `select p.* from ${sql.table("page")} p
     ${tag === undefined ? "" : `join ${sql.table("page_tag")} t on t.page_id = p.page_id`}
     where ${conditions.join(" and ")}
     order by p.${column} ${direction}, p.page_id ${direction} limit ${put(limit + 1)}`,
    parameters,
  );
  const cursorOf = (row: FoundPage): Cursor => [row[column], row.page_id];
  return toListing(found, limit, { toRow: toPageRow, cursorOf });
}

/** A page by chance, which may be another one each time; undefined where there is none. */
export async function randomPage(sql: ProjectionSession, visibility: Visibility): Promise<PageRow | undefined> {
  const count = await countPages(sql, visibility);
  const [row] = await sql.query<FoundPage>(
    `select * from ${sql.table("page")} ${visibility.deleted ? "" : "where deleted = 0"}
     order by page_id limit 1 offset $1`,
    [Math.floor(Math.random() * count)],
  );
  return row && toPageRow(row);
}

export async function countPages(sql: ProjectionSession, { deleted }: Visibility): Promise<number> {
  const [row] = await sql.query<{ readonly count: number }>(
    `select count(*) as count from ${sql.table("page")} ${deleted ? "" : "where deleted = 0"}`,
  );
  return row?.count ?? 0;
}

/** Those of some slugs that lead to a page: it has them, or had them last. */
export async function existingSlugs(
  sql: ProjectionSession,
  { deleted }: Visibility,
  slugs: readonly Slug[],
): Promise<ReadonlySet<Slug>> {
  const rows = await sql.query<{ readonly slug: Slug }>(
    `select s.slug from ${sql.table("slug")} s join ${sql.table("page")} p on p.page_id = s.page_id
     where s.slug in ${listed(sql)} ${deleted ? "" : "and p.deleted = 0"}`,
    [JSON.stringify(slugs)],
  );
  return new Set(rows.map(({ slug }) => slug));
}

export function toPageRow(row: FoundPage): PageRow {
  return {
    pageId: row.page_id,
    slug: row.slug,
    title: row.title,
    // Written by the projection.
    tags: JSON.parse(row.tags) as readonly Tag[],
    excerpt: row.excerpt ?? "",
    deleted: row.deleted === 1,
    version: row.version,
    size: row.size ?? 0,
    createdAt: row.created_at,
    createdBy: row.created_by,
    modifiedAt: row.modified_at,
    modifiedBy: row.modified_by,
    position: row.position,
  };
}

/** What comes after all texts that begin with a prefix. */
export function endOf(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
