import { defineProjection, type Projection, type ProjectionSession, type SqlValue } from "@palimpsest/eventsourcing";
import { Page, type PageState } from "../../domain/page.ts";
import type { PageId } from "../../domain/page-id.ts";
import { SlugIndex } from "../../domain/slug-index.ts";
import { ChangedCounts } from "../changed-counts.ts";
import { foldText } from "../fold-text.ts";
import type { PageLookahead } from "../page-lookahead.ts";
import type { PageOutline } from "../page-outline.ts";
import { type PagePassage, passagesOf } from "../page-passage.ts";
import { readPage, sizeOf } from "../page-reading.ts";
import type { PageSteps } from "../page-steps.ts";
import { adding, insertRows, listed, replacing, textType } from "../rows.ts";
import { applySlugOwners, createSlugOwners } from "../slug-owners.ts";
import { naturalOrderOf } from "./natural-order.ts";

// Raise it when the tables or what stands in them change.
const VERSION = 2;

/** The pages as they are now: what each is called, its tags, and its place in the tree. */
export function pagesProjection(steps: PageSteps, lookahead: PageLookahead): Projection {
  return defineProjection({
    name: "pages",
    version: VERSION,
    follows: [Page, SlugIndex],
    create,
    apply: async (events, sql) => {
      const passages = passagesOf(await steps.of(events.filter((event) => Page.isEvent(event))));
      await writePages(sql, passages, await lookahead.settled(passages));
      await writeTags(sql, passages);
      await writeOrder(sql, passages);
      await writeFolders(sql, passages);
      await applySlugOwners(
        sql,
        events.filter((event) => SlugIndex.isEvent(event)),
      );
    },
  });
}

async function create(sql: ProjectionSession): Promise<void> {
  const text = textType(sql);
  const page = sql.table("page");
  await sql.query(
    `create table ${page} (
       page_id ${text} primary key, slug ${text} not null, title text not null, title_key ${text} not null,
       tags text not null, excerpt text, deleted integer not null, version integer not null, size integer,
       created_at bigint not null, created_by text, modified_at bigint not null, modified_by text, position bigint not null
     )`,
  );
  for (const column of ["slug", "title_key", "modified_at", "created_at"]) {
    await sql.query(`create index ${sql.index(`page_by_${column}`)} on ${page} (${column}, page_id)`);
  }
  await sql.query(
    `create table ${sql.table("page_tag")} (page_id text not null, tag ${text} not null, primary key (page_id, tag))`,
  );
  await sql.query(`create index ${sql.index("page_by_tag")} on ${sql.table("page_tag")} (tag, page_id)`);
  await sql.query(
    `create table ${sql.table("tag")} (tag ${text} primary key, live integer not null, gone integer not null)`,
  );
  await sql.query(
    `create table ${sql.table("folder")} (
       path ${text} primary key, parent ${text} not null, sort_key ${text} not null, live integer not null,
       gone integer not null
     )`,
  );
  await sql.query(`create index ${sql.index("folder_by_parent")} on ${sql.table("folder")} (parent, sort_key, path)`);
  await createSlugOwners(sql);
}

const CREATED_COLUMNS = ["page_id", "created_at", "created_by"];
const CURRENT_COLUMNS = [
  ...["slug", "title", "title_key", "tags", "deleted", "version", "modified_at", "modified_by", "position"],
];

// Null while the text is to be replaced.
const READ_COLUMNS = ["excerpt", "size"];

function keptIfNull(column: string): string {
  return `${column} = coalesce(excluded.${column}, old.${column})`;
}

async function writePages(
  sql: ProjectionSession,
  passages: readonly PagePassage[],
  settled: ReadonlyMap<PageId, PageState>,
): Promise<void> {
  const rows = passages.map((passage) => {
    const { pageId, first } = passage;
    const state = settled.get(pageId);
    const read = state ? [readPage(state).excerpt, sizeOf(state.body)] : [null, null];
    return [pageId, first.recordedAt, first.data.userId, ...currentValues(passage), ...read];
  });
  await insertRows(
    sql,
    {
      table: "page",
      columns: [...CREATED_COLUMNS, ...CURRENT_COLUMNS, ...READ_COLUMNS],
      otherwise: `${replacing("page_id", CURRENT_COLUMNS)}, ${READ_COLUMNS.map(keptIfNull).join(", ")}`,
    },
    rows,
  );
}

function currentValues({ after, version, last }: PagePassage): readonly SqlValue[] {
  const { title, slug, tags, deleted } = after;
  return [
    ...[slug, title, foldText(title), JSON.stringify(tags), deleted ? 1 : 0, version],
    ...[last.recordedAt, last.data.userId, last.position],
  ];
}

async function writeTags(sql: ProjectionSession, passages: readonly PagePassage[]): Promise<void> {
  const retagged = passages.filter(({ before, after }) => before?.tags.join() !== after.tags.join());
  if (retagged.some(({ before }) => before && before.tags.length > 0)) {
    await sql.query(`delete from ${sql.table("page_tag")} where page_id in ${listed(sql)}`, [
      JSON.stringify(retagged.map(({ pageId }) => pageId)),
    ]);
  }
  await insertRows(
    sql,
    { table: "page_tag", columns: ["page_id", "tag"] },
    retagged.flatMap(({ pageId, after }) => after.tags.map((tag) => [pageId, tag])),
  );
  await writeCounts(
    sql,
    "tag",
    changed(passages, ({ tags }) => tags),
  );
}

/** A folder is sorted by the title of the page there, else by its name: what the tree shows. Their counts come after. */
async function writeOrder(sql: ProjectionSession, passages: readonly PagePassage[]): Promise<void> {
  const keys = new Map<string, string>();
  for (const { before } of passages) if (before?.deleted === false) keys.set(before.slug, keyOfFolder(before.slug));
  // Where one page leaves what another takes, the latter counts.
  for (const { after } of passages) if (!after.deleted) keys.set(after.slug, naturalOrderOf(after.title));
  for (const { before, after } of passages) {
    const isSame = before?.deleted === false && before.slug === after.slug && before.title === after.title;
    if (isSame && !after.deleted) keys.delete(after.slug);
  }
  await insertRows(
    sql,
    { table: "folder", columns: FOLDER_COLUMNS, otherwise: replacing("path", ["sort_key"]) },
    [...keys].map(([path, key]) => [path, parentOf(path), key, 0, 0]),
  );
}

const FOLDER_COLUMNS = ["path", "parent", "sort_key", "live", "gone"];

/** Of each folder, the pages in it and below it; a page is in the folder of its own slug too, as pages below it are. */
async function writeFolders(sql: ProjectionSession, passages: readonly PagePassage[]): Promise<void> {
  await writeCounts(
    sql,
    "folder",
    changed(passages, ({ slug }) => pathsTo(slug)),
  );
}

function changed(passages: readonly PagePassage[], keysOf: (page: PageOutline) => Iterable<string>): ChangedCounts {
  const counts = new ChangedCounts();
  for (const { before, after } of passages) {
    if (before) counts.add(keysOf(before), before, -1);
    counts.add(keysOf(after), after, 1);
  }
  return counts;
}

async function writeCounts(sql: ProjectionSession, table: "tag" | "folder", counts: ChangedCounts): Promise<void> {
  const { entries } = counts;
  if (entries.length === 0) return;
  const isFolder = table === "folder";
  const key = isFolder ? "path" : "tag";
  await insertRows(
    sql,
    {
      table,
      columns: isFolder ? FOLDER_COLUMNS : [key, "live", "gone"],
      otherwise: adding(key, ["live", "gone"]),
    },
    entries.map(([name, { live, gone }]) => [
      ...(isFolder ? [name, parentOf(name), keyOfFolder(name)] : [name]),
      ...[live, gone],
    ]),
  );
  if (entries.every(([, { live, gone }]) => live >= 0 && gone >= 0)) return;
  await sql.query(`delete from ${sql.table(table)} where live = 0 and gone = 0 and ${key} in ${listed(sql)}`, [
    JSON.stringify(entries.map(([name]) => name)),
  ]);
}

/** `a`, `a/b` and `a/b/c` of `a/b/c`. */
function pathsTo(slug: string): readonly string[] {
  const names = slug.split("/");
  return names.map((_name, i) => names.slice(0, i + 1).join("/"));
}

function keyOfFolder(path: string): string {
  // Its hyphens stand for spaces.
  return naturalOrderOf(path.slice(path.lastIndexOf("/") + 1).replaceAll("-", " "));
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
