import type { ProjectionSession } from "@palimpsest/eventsourcing";
import { type AttachmentName, attachmentNamesOfPath } from "../../domain/attachment-name.ts";
import type { PageState } from "../../domain/page.ts";
import type { PageId } from "../../domain/page-id.ts";
import { readPage } from "../page-reading.ts";
import { insertRows, listed, replacing, textType } from "../rows.ts";

/** Which page shows or links to which file, whether the file is there or not. */
export async function createFileLinks(sql: ProjectionSession): Promise<void> {
  const text = textType(sql);
  await sql.query(
    `create table ${sql.table("file_link")} (
       page_id ${text} not null, name ${text} not null, original ${text} not null, primary key (page_id, name)
     )`,
  );
  // The same file in the repository that the page was imported from.
  await sql.query(
    `create index ${sql.index("file_link_by_original")} on ${sql.table("file_link")} (original, page_id)`,
  );
  await sql.query(`create index ${sql.index("file_link_by_name")} on ${sql.table("file_link")} (name, page_id)`);
}

type FileLinkRow = { readonly page_id: string; readonly name: AttachmentName; readonly original: AttachmentName };

/** Brings the rows of pages up to their texts. */
export async function writeFileLinks(sql: ProjectionSession, settled: ReadonlyMap<PageId, PageState>): Promise<void> {
  if (settled.size === 0) return;
  const known = await sql.query<FileLinkRow>(
    `select page_id, name, original from ${sql.table("file_link")} where page_id in ${listed(sql)}`,
    [JSON.stringify([...settled.keys()])],
  );
  const before = Map.groupBy(known, ({ page_id }) => page_id);
  const added: FileLinkRow[] = [];
  for (const [page_id, state] of settled) {
    const old = new Map(before.get(page_id)?.map(({ name, original }) => [name, original]));
    const files = filesOf(state);
    for (const [name, original] of files) if (old.get(name) !== original) added.push({ page_id, name, original });
    for (const name of old.keys()) {
      if (files.has(name)) continue;
      await sql.query(`delete from ${sql.table("file_link")} where page_id = $1 and name = $2`, [page_id, name]);
    }
  }
  await insertRows(
    sql,
    {
      table: "file_link",
      columns: ["page_id", "name", "original"],
      otherwise: replacing("page_id, name", ["original"]),
    },
    added.map(({ page_id, name, original }) => [page_id, name, original]),
  );
}

function filesOf(state: PageState): ReadonlyMap<AttachmentName, AttachmentName> {
  return new Map(
    readPage(state).attachments.flatMap((path) => {
      const [name, original = name] = attachmentNamesOfPath(path, state);
      return name === undefined || original === undefined ? [] : [[name, original] as const];
    }),
  );
}
