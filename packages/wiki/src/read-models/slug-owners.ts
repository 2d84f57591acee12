import type { AggregateOf, ProjectionSession, RecordedDomainEvent } from "@palimpsest/eventsourcing";
import type { SlugIndex } from "../domain/slug-index.ts";
import { insertRows, listed, textType } from "./rows.ts";

type IndexEvent = RecordedDomainEvent<AggregateOf<typeof SlugIndex>["pendingEvents"][number]>;

/**
 * Makes the table of slugs, as a part of a projection: the page that has each, or had it last. As nothing but the slug
 * index decides whose a slug is, its own events are followed, not the slugs of pages.
 */
export async function createSlugOwners(sql: ProjectionSession): Promise<void> {
  const text = textType(sql);
  await sql.query(
    `create table ${sql.table("slug")} (
       index_id text primary key, slug ${text} not null unique, held integer not null, page_id text not null
     )`,
  );
  await sql.query(`create index ${sql.index("slug_by_page")} on ${sql.table("slug")} (page_id)`);
}

/** Applies events of slug indexes; answers the slugs that they are about. */
export async function applySlugOwners(
  sql: ProjectionSession,
  events: readonly IndexEvent[],
): Promise<readonly string[]> {
  const owners = new Map<string, { slug: string | undefined; held: boolean; pageId: string | undefined }>();
  for (const event of events) {
    const owner = owners.get(event.originatorId) ?? { slug: undefined, held: false, pageId: undefined };
    owners.set(event.originatorId, owner);
    if (event.type === "Created") owner.slug = event.data.slug;
    owner.held = event.data.pageId !== null;
    owner.pageId = event.data.pageId ?? owner.pageId;
  }
  const made = [...owners].filter(([, { slug }]) => slug !== undefined);
  await insertRows(
    sql,
    { table: "slug", columns: ["index_id", "slug", "held", "page_id"] },
    made.map(([id, { slug, held, pageId }]) => [id, slug ?? "", held ? 1 : 0, pageId ?? ""]),
  );
  for (const [id, { slug, held, pageId }] of owners) {
    if (slug !== undefined) continue;
    await sql.query(`update ${sql.table("slug")} set held = $2, page_id = coalesce($3, page_id) where index_id = $1`, [
      id,
      held ? 1 : 0,
      pageId ?? null,
    ]);
  }
  if (owners.size === 0) return [];
  const rows = await sql.query<{ readonly slug: string }>(
    `select slug from ${sql.table("slug")} where index_id in ${listed(sql)}`,
    [JSON.stringify([...owners.keys()])],
  );
  return rows.map(({ slug }) => slug);
}
