import type { ProjectionSession } from "@palimpsest/eventsourcing";
import type { Tag } from "../../domain/page-text.ts";
import { type Listing, type Part, toCursor, toLimit, toListing } from "../listing.ts";
import type { Visibility } from "../visibility.ts";

/** A tag, and how many pages have it. */
export interface TagRow {
  readonly tag: Tag;
  readonly pages: number;
}

/** Tags from the first to the last. */
export async function listTags(
  sql: ProjectionSession,
  { deleted }: Visibility,
  { after, limit: most }: Part,
): Promise<Listing<TagRow>> {
  const limit = toLimit(most, 500);
  const [from = ""] = after === undefined ? [""] : toCursor(after, [""]);
  const rows = await sql.query<TagRow>(
    `select tag, live ${deleted ? "+ gone" : ""} as pages from ${sql.table("tag")}
     where tag > $1 and live ${deleted ? "+ gone" : ""} > 0 order by tag limit $2`,
    [from, limit + 1],
  );
  return toListing(rows, limit, { toRow: ({ tag, pages }) => ({ tag, pages }), cursorOf: ({ tag }) => [tag] });
}
