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

/** What lies directly below a path, "" for the top, in the order of names. */
export async function listChildren(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { path, from, after, limit: most }: ChildrenPart & { readonly path: string },
): Promise<Listing<ChildRow>> {
  const limit = toLimit(most);
  const [last = ""] = after === undefined ? [""] : toCursor(after, [""]);
  const count = deleted ? "f.live + f.gone" : "f.live";
  const found = await sql.query<Found>(
    `select f.path, ${count} as pages, p.page_id, p.title, p.deleted
     from ${sql.table("folder")} f
     left join ${sql.table("slug")} s on s.slug = f.path
     left join ${sql.table("page")} p on p.page_id = s.page_id and p.slug = s.slug ${deleted ? "" : "and p.deleted = 0"}
     where f.parent = $1 and f.path > $2 and f.path >= $3 and ${count} > 0 order by f.path limit $4`,
    [path, last, from ?? "", limit + 1],
  );
  return toListing(found, limit, { toRow: toChildRow, cursorOf: (row) => [row.path] });
}

function toChildRow({ path, pages, page_id, title, deleted }: Found): ChildRow {
  const page = page_id === null ? undefined : { pageId: page_id, title, deleted: deleted === 1 };
  return { path, name: path.slice(path.lastIndexOf("/") + 1), page, pages };
}
