import type { ProjectionSession, SqlValue } from "@palimpsest/eventsourcing";
import type { PageId } from "../../domain/page-id.ts";
import { toText } from "../listing.ts";
import { listed } from "../rows.ts";
import type { Visibility } from "../visibility.ts";
import { endOf, type FoundPage, type PageRow, type PageSelection, toPageRow } from "./page-queries.ts";

/** How many pages a selection has in all its parts. */
export async function countSelected(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { prefix = "", tag }: Pick<PageSelection, "prefix" | "tag">,
): Promise<number> {
  const parameters: SqlValue[] = [];
  const put = (value: SqlValue) => `$${parameters.push(value)}`;
  const [from, wanted] = [toText(prefix), tag === undefined ? undefined : toText(tag)];
  const conditions = deleted ? ["true"] : ["p.deleted = 0"];
  if (from !== "") conditions.push(`p.slug >= ${put(from)} and p.slug < ${put(endOf(from))}`);
  if (wanted !== undefined) conditions.push(`t.tag = ${put(wanted)}`);
  const [row] = await sql.query<{ readonly count: number }>(
    `select count(*) as count from ${sql.table("page")} p
     ${tag === undefined ? "" : `join ${sql.table("page_tag")} t on t.page_id = p.page_id`}
     where ${conditions.join(" and ")}`,
    parameters,
  );
  return row?.count ?? 0;
}

/** Those of some pages that are to be seen, in no order. */
export async function findPages(
  sql: ProjectionSession,
  { deleted }: Visibility,
  pageIds: readonly PageId[],
): Promise<readonly PageRow[]> {
  const rows = await sql.query<FoundPage>(
    `select * from ${sql.table("page")} where page_id in ${listed(sql)} ${deleted ? "" : "and deleted = 0"}`,
    [JSON.stringify(pageIds)],
  );
  return rows.map(toPageRow);
}
