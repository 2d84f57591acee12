import type { ProjectionSession } from "@palimpsest/eventsourcing";
import type { PageId } from "../../domain/page-id.ts";
import type { Title } from "../../domain/page-text.ts";
import type { Slug } from "../../domain/slug.ts";
import { type Listing, type Part, toCursor, toLimit, toListing } from "../listing.ts";
import type { Visibility } from "../visibility.ts";

/** A name in the tree of slugs. */
export interface ChildRow {
  /** The whole path: `guides/start`. */
  readonly path: string;
  /** Its last name: `start`. */
  readonly name: string;
  /** The page with this slug; undefined where there are pages below it alone. */
  readonly page: { readonly pageId: PageId; readonly title: Title; readonly deleted: boolean } | undefined;
  /** How many pages have this path, or one that leads on from it. */
  readonly pages: number;
}

interface Found {
  readonly path: string;
  readonly sort_key: string;
  readonly pages: number;
  readonly page_id: PageId | null;
  readonly title: Title;
  readonly deleted: number;
}

/** Which part of what lies below a path. */
export interface ChildrenPart extends Part {
  /** Begin with this path, where the part does not begin after another. */
  readonly from?: Slug | undefined;
}

/** What lies directly below a path, "" for the top, in the natural order of what the tree shows: titles, or names. */
export async function listChildren(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { path, from, after, limit: most }: ChildrenPart & { readonly path: string },
): Promise<Listing<ChildRow>> {
  const limit = toLimit(most);
  const [key = "", last = ""] = after === undefined ? [] : toCursor(after, ["", ""]);
  const count = deleted ? "f.live + f.gone" : "f.live";
  const found = await sql.query<Found>(
    `select f.path, f.sort_key, ${count} as pages, p.page_id, p.title, p.deleted
     from ${sql.table("folder")} f
     left join ${sql.table("slug")} s on s.slug = f.path
     left join ${sql.table("page")} p on p.page_id = s.page_id and p.slug = s.slug ${deleted ? "" : "and p.deleted = 0"}
     where f.parent = $1 and (f.sort_key, f.path) > ($2, $3) and ${count} > 0
     ${from === undefined ? "" : `and (f.sort_key, f.path) >= (select a.sort_key, a.path from ${sql.table("folder")} a where a.path = $5)`}
     order by f.sort_key, f.path limit $4`,
    [path, key, last, limit + 1, ...(from === undefined ? [] : [from])],
  );
  return toListing(found, limit, { toRow: toChildRow, cursorOf: (row) => [row.sort_key, row.path] });
}

function toChildRow({ path, pages, page_id, title, deleted }: Found): ChildRow {
  const page = page_id === null ? undefined : { pageId: page_id, title, deleted: deleted === 1 };
  return { path, name: path.slice(path.lastIndexOf("/") + 1), page, pages };
}
