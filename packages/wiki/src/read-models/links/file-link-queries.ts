import type { ProjectionSession } from "@palimpsest/eventsourcing";
import type { AttachmentName } from "../../domain/attachment-name.ts";
import type { PageId } from "../../domain/page-id.ts";
import { type Listing, type Part, toCursor, toLimit, toListing } from "../listing.ts";
import type { Visibility } from "../visibility.ts";

interface FoundId {
  readonly page_id: PageId;
  readonly title_key: string;
}

// Where there are both, the page is told to show both.
const MEANT = "(l.name = $1 or l.original = $1)";

/** The pages that show a file or link to it, by title. */
export async function pagesWithFile(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { name, after, limit: most }: Part & { readonly name: AttachmentName },
): Promise<Listing<PageId>> {
  const limit = toLimit(most);
  const [title = "", pageId = ""] = after === undefined ? [] : toCursor(after, ["", ""]);
  const found = await sql.query<FoundId>(
    `select p.page_id, p.title_key
     from ${sql.table("page")} p join (
       select distinct l.page_id from ${sql.table("file_link")} l where ${MEANT}
     ) l on p.page_id = l.page_id
     where true ${deleted ? "" : "and p.deleted = 0"} and (p.title_key, p.page_id) > ($2, $3)
     order by p.title_key, p.page_id limit $4`,
    [name, title, pageId, limit + 1],
  );
  return toListing(found, limit, {
    toRow: (row) => row.page_id,
    cursorOf: (row) => [row.title_key, row.page_id],
  });
}

/** How many pages `pagesWithFile` lists in all. */
export async function countPagesWithFile(
  sql: ProjectionSession,
  { deleted }: Visibility,
  name: AttachmentName,
): Promise<number> {
  const [found] = await sql.query<{ readonly count: number }>(
    `select count(distinct l.page_id) as count from ${sql.table("file_link")} l join ${sql.table("page")} p on p.page_id = l.page_id
     where ${MEANT} ${deleted ? "" : "and p.deleted = 0"}`,
    [name],
  );
  return found?.count ?? 0;
}

/** The files that a page shows or links to, by name; none where the page is not to be seen. */
export async function filesOfPage(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { pageId, after, limit: most }: Part & { readonly pageId: PageId },
): Promise<Listing<AttachmentName>> {
  const limit = toLimit(most);
  const [from = ""] = after === undefined ? [] : toCursor(after, [""]);
  const found = await sql.query<{ readonly name: AttachmentName }>(
    `select l.name from ${sql.table("file_link")} l join ${sql.table("page")} p on p.page_id = l.page_id
     where l.page_id = $1 ${deleted ? "" : "and p.deleted = 0"} and l.name > $2 order by l.name limit $3`,
    [pageId, from, limit + 1],
  );
  return toListing(found, limit, { toRow: (row) => row.name, cursorOf: (row) => [row.name] });
}
