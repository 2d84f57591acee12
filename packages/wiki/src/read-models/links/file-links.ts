import type { ProjectionSession } from "@palimpsest/eventsourcing";
import { type AttachmentName, findAttachmentName, nameBesidePages } from "../../domain/attachment-name.ts";
import type { PageState } from "../../domain/page.ts";
import type { PageId } from "../../domain/page-id.ts";
import { readPage } from "../page-reading.ts";
import { insertRows, listed, textType } from "../rows.ts";

/** Which page shows or links to which file, whether the file is there or not. */
export async function createFileLinks(sql: ProjectionSession): Promise<void> {
  const text = textType(sql);
  await sql.query(
    `create table ${sql.table("file_link")} (
       page_id ${text} not null, name ${text} not null, beside ${text} not null, primary key (page_id, name)
     )`,
  );
  // Where an import has put the file that a page means: `nameBesidePages`.
  await sql.query(`create index ${sql.index("file_link_beside")} on ${sql.table("file_link")} (beside, page_id)`);
  await sql.query(`create index ${sql.index("file_link_by_name")} on ${sql.table("file_link")} (name, page_id)`);
}

type FileLinkRow = { readonly page_id: string; readonly name: AttachmentName };

/** Brings the rows of pages up to their texts. */
export async function writeFileLinks(sql: ProjectionSession, settled: ReadonlyMap<PageId, PageState>): Promise<void> {
  if (settled.size === 0) return;
  const known = await sql.query<FileLinkRow>(
    `select page_id, name from ${sql.table("file_link")} where page_id in ${listed(sql)}`,
    [JSON.stringify([...settled.keys()])],
  );
  const before = Map.groupBy(known, ({ page_id }) => page_id);
  const added: FileLinkRow[] = [];
  for (const [page_id, state] of settled) {
    const old = new Set(before.get(page_id)?.map(({ name }) => name));
    const names = filesOf(state);
    for (const name of names) if (!old.has(name)) added.push({ page_id, name });
    for (const name of old) {
      if (names.has(name)) continue;
      await sql.query(`delete from ${sql.table("file_link")} where page_id = $1 and name = $2`, [page_id, name]);
    }
  }
  await insertRows(
    sql,
    { table: "file_link", columns: ["page_id", "name", "beside"] },
    added.map(({ page_id, name }) => [page_id, name, nameBesidePages(name)]),
  );
}

function filesOf(state: PageState): ReadonlySet<AttachmentName> {
  return new Set(readPage(state).attachments.flatMap((path) => findAttachmentName(path) ?? []));
}
