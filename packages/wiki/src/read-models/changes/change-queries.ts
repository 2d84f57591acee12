import type { ProjectionSession, SqlValue, Uuid } from "@palimpsest/eventsourcing";
import type { UserId } from "../../domain/current-user.ts";
import type { PageId } from "../../domain/page-id.ts";
import type { Summary, Title } from "../../domain/page-text.ts";
import type { Slug } from "../../domain/slug.ts";
import { toLimit } from "../listing.ts";
import type { Visibility } from "../visibility.ts";
import { bitOf, type ChangeKind, toKinds } from "./change-kinds.ts";
import { uuidOf } from "./save-id.ts";

/** What one save did to one page. */
export interface ChangeRow {
  /** Of its last event. */
  readonly position: number;
  readonly saveId: Uuid;
  readonly pageId: PageId;
  /** What the page was called after it. */
  readonly slug: Slug;
  readonly title: Title;
  /** What its address was before, where that changed. */
  readonly slugBefore: Slug | undefined;
  /** The versions of the page after and before; 0 before it was created. */
  readonly version: number;
  readonly versionBefore: number;
  readonly kinds: readonly ChangeKind[];
  readonly userId: UserId | null;
  /** Times are milliseconds since 1970. */
  readonly recordedAt: number;
  /** When it was done elsewhere, for what was imported. */
  readonly occurredAt: number | undefined;
  readonly summary: Summary | undefined;
  /** Bytes of UTF-8. */
  readonly sizeBefore: number;
  readonly sizeAfter: number;
}

/** Which changes, by positions; `listChanges` of ReadModels takes instants. */
export interface ChangeRange {
  readonly pageId?: PageId | undefined;
  /** Null for those of nobody who was signed in. */
  readonly author?: UserId | null | undefined;
  readonly kind?: ChangeKind | undefined;
  /** Only changes after this position. */
  readonly above?: number | undefined;
  /** Only changes before this position. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

interface Found {
  readonly position: number;
  readonly save_id: Uint8Array;
  readonly page_id: PageId;
  readonly slug: Slug;
  readonly title: Title;
  readonly slug_before: Slug | null;
  readonly version: number;
  readonly version_before: number;
  readonly kinds: number;
  readonly user_id: UserId | "";
  readonly recorded_at: number;
  readonly occurred_at: number | null;
  readonly summary: Summary | null;
  readonly size_before: number;
  readonly size_after: number;
}

/** Changes from the newest to the oldest. For the next part, give the last position as `before`. */
export async function listChanges(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { pageId, author, kind, above = 0, before = Number.MAX_SAFE_INTEGER, limit }: ChangeRange,
): Promise<readonly ChangeRow[]> {
  const parameters: SqlValue[] = [above, before, toLimit(limit)];
  const put = (value: SqlValue) => `$${parameters.push(value)}`;
  const conditions = ["c.position > $1", "c.position < $2"];
  if (!deleted) conditions.push("page.deleted = 0");
  if (pageId !== undefined) {
    conditions.push(`c.page = (select id from ${sql.table("page")} where page_id = ${put(pageId)})`);
  }
  if (author !== undefined) {
    conditions.push(`c.person = (select id from ${sql.table("person")} where user_id = ${put(author ?? "")})`);
  }
  const isRare = kind !== undefined && kind !== "edited";
  if (kind !== undefined) conditions.push(isRare ? `k.kind = ${put(bitOf(kind))}` : `(c.kinds & ${bitOf(kind)}) <> 0`);
  const rows = await sql.query<Found>(
    `select c.position, c.save_id, page.page_id, n.slug, n.title, c.slug_before, c.version, c.version_before, c.kinds,
       person.user_id, c.recorded_at, c.occurred_at, c.summary, c.size_before, c.size_after
     from ${sql.table("change")} c
     ${isRare ? `join ${sql.table("change_kind")} k on k.position = c.position` : ""}
     join ${sql.table("page")} page on page.id = c.page
     join ${sql.table("naming")} n on n.id = c.naming
     join ${sql.table("person")} person on person.id = c.person
     where ${conditions.join(" and ")}
     order by ${isRare ? "k" : "c"}.position desc limit $3`,
    parameters,
  );
  return rows.map(toChangeRow);
}

function toChangeRow(row: Found): ChangeRow {
  return {
    position: row.position,
    saveId: uuidOf(row.save_id),
    pageId: row.page_id,
    slug: row.slug,
    title: row.title,
    slugBefore: row.slug_before ?? undefined,
    version: row.version,
    versionBefore: row.version_before,
    kinds: toKinds(row.kinds),
    userId: row.user_id === "" ? null : row.user_id,
    recordedAt: row.recorded_at,
    occurredAt: row.occurred_at ?? undefined,
    summary: row.summary ?? undefined,
    sizeBefore: row.size_before,
    sizeAfter: row.size_after,
  };
}
