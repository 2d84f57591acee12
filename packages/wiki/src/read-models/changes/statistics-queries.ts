import type { ProjectionSession } from "@palimpsest/eventsourcing";
import type { UserId } from "../../domain/current-user.ts";
import type { PageId } from "../../domain/page-id.ts";
import { toLimit } from "../listing.ts";
import type { Visibility } from "../visibility.ts";

/** Somebody who changed pages. */
export interface ContributorRow {
  /** Null for all who were not signed in. */
  readonly userId: UserId | null;
  readonly changes: number;
  /** When he made the last one, in milliseconds since 1970. */
  readonly lastAt: number;
}

/** How large a wiki is, and how old. */
export interface Statistics {
  readonly pages: number;
  readonly changes: number;
  readonly contributors: number;
  /** Of the texts of all pages, as UTF-8. */
  readonly bytes: number;
  /** Milliseconds since 1970; undefined where nothing was ever changed. */
  readonly firstChangeAt: number | undefined;
  readonly lastChangeAt: number | undefined;
}

/** Whose contributions. */
export interface ContributorSelection {
  /** Of one page; default all. */
  readonly pageId?: PageId | undefined;
  readonly limit?: number | undefined;
}

interface Found {
  readonly user_id: UserId | "";
  readonly changes: number;
  readonly last_at: number;
}

/** Those who changed pages, or one page: whoever made most changes first. */
export async function contributors(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { pageId, limit: most }: ContributorSelection,
): Promise<readonly ContributorRow[]> {
  const limit = toLimit(most);
  const [change, page, person] = [sql.table("change"), sql.table("page"), sql.table("person")];
  const rows = await (pageId === undefined
    ? sql.query<Found>(
        `select p.user_id, p.live ${deleted ? "+ p.gone" : ""} as changes, (
           select c.recorded_at from ${change} c join ${page} page on page.id = c.page
           where c.person = p.id ${deleted ? "" : "and page.deleted = 0"} order by c.position desc limit 1
         ) as last_at
         from ${person} p where p.live ${deleted ? "+ p.gone" : ""} > 0 order by changes desc, p.id limit $1`,
        [limit],
      )
    : sql.query<Found>(
        `select p.user_id, count(*) as changes, max(c.recorded_at) as last_at
         from ${page} page join ${change} c on c.page = page.id join ${person} p on p.id = c.person
         where page.page_id = $1 ${deleted ? "" : "and page.deleted = 0"}
         group by p.id, p.user_id order by changes desc, p.id limit $2`,
        [pageId, limit],
      ));
  return rows.map(({ user_id, changes, last_at }) => ({
    userId: user_id === "" ? null : user_id,
    changes,
    lastAt: last_at,
  }));
}

export async function statistics(sql: ProjectionSession, { deleted }: Visibility): Promise<Statistics> {
  const [change, page] = [sql.table("change"), sql.table("page")];
  const edge = (direction: "asc" | "desc") =>
    `(select c.recorded_at from ${change} c join ${page} page on page.id = c.page
      ${deleted ? "" : "where page.deleted = 0"} order by c.position ${direction} limit 1)`;
  const [row] = await sql.query<
    Record<"pages" | "changes" | "bytes" | "contributors" | "first" | "last", number | null>
  >(
    `select cast(sum(pages) as bigint) as pages, cast(sum(changes) as bigint) as changes,
       cast(sum(bytes) as bigint) as bytes, ${edge("asc")} as first, ${edge("desc")} as last,
       (select count(*) from ${sql.table("person")} where live ${deleted ? "+ gone" : ""} > 0 and user_id <> '')
         as contributors
     from ${sql.table("total")} ${deleted ? "" : "where deleted = 0"}`,
  );
  return {
    pages: row?.pages ?? 0,
    changes: row?.changes ?? 0,
    contributors: row?.contributors ?? 0,
    bytes: row?.bytes ?? 0,
    firstChangeAt: row?.first ?? undefined,
    lastChangeAt: row?.last ?? undefined,
  };
}
