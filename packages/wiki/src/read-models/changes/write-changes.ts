import type { ProjectionSession, SqlValue } from "@palimpsest/eventsourcing";
import { ChangedCounts } from "../changed-counts.ts";
import { adding, insertRows, listed, replacing } from "../rows.ts";
import { bitOf, CHANGE_KINDS } from "./change-kinds.ts";
import type { PageChange } from "./page-change.ts";
import { bytesOf } from "./save-id.ts";

/** A page, as its changes are counted. */
interface CountedPage {
  readonly id: number;
  readonly naming: number;
  readonly slug: string;
  readonly title: string;
  readonly deleted: boolean;
  readonly changes: number;
  readonly size: number;
}

type Pages = ReadonlyMap<string, CountedPage>;

/** Writes the changes of a batch, and what is counted of them. */
export async function writeChanges(sql: ProjectionSession, changes: readonly PageChange[]): Promise<void> {
  if (changes.length === 0) return;
  const before = await readPages(sql, changes);
  const after = advance(before, changes);
  const counts = await countByPerson(sql, { before, after, changes });
  const people = await readPeople(sql, changes, counts);
  await writeRows(sql, { changes, before, after, people });
  await writePages(sql, after);
  await insertRows(
    sql,
    { table: "person", columns: ["id", "user_id", "live", "gone"], otherwise: adding("id", ["live", "gone"]) },
    counts.entries.map(([userId, { live, gone }]) => [idOf(people, userId), userId, live, gone]),
  );
  await writeTotals(sql, before, after);
}

async function readPages(sql: ProjectionSession, changes: readonly PageChange[]): Promise<Pages> {
  type Row = Omit<CountedPage, "deleted"> & { readonly page_id: string; readonly deleted: number };
  const rows = await sql.query<Row>(
    `select p.page_id, p.id, p.naming, n.slug, n.title, p.deleted, p.changes, p.size
     from ${sql.table("page")} p join ${sql.table("naming")} n on n.id = p.naming where p.page_id in ${listed(sql)}`,
    [JSON.stringify([...new Set(changes.map(({ pageId }) => pageId))])],
  );
  return new Map(rows.map(({ page_id, deleted, ...row }) => [page_id, { ...row, deleted: deleted === 1 }]));
}

/** The pages after the changes; those that did not change are left out. */
function advance(before: Pages, changes: readonly PageChange[]): Pages {
  const after = new Map<string, CountedPage>();
  for (const { pageId, firstPosition, position, isContinued, slug, title, deleted, sizeAfter } of changes) {
    const page = after.get(pageId) ?? before.get(pageId);
    after.set(pageId, {
      id: page?.id ?? firstPosition,
      naming: page && page.slug === slug && page.title === title ? page.naming : position,
      slug,
      title,
      deleted,
      changes: (page?.changes ?? 0) + (isContinued ? 0 : 1),
      size: sizeAfter,
    });
  }
  return after;
}

/** The numbers of people who make changes, or whose are counted, by their ids; new ones get those of their first events. */
async function readPeople(
  sql: ProjectionSession,
  changes: readonly PageChange[],
  counts: ChangedCounts,
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.query<{ readonly id: number; readonly user_id: string }>(
    `select id, user_id from ${sql.table("person")} where user_id in ${listed(sql)}`,
    [JSON.stringify([...new Set([...changes.map(personOf), ...counts.entries.map(([userId]) => userId)])])],
  );
  const people = new Map(rows.map(({ id, user_id }) => [user_id, id]));
  for (const change of changes) {
    if (!people.has(personOf(change))) people.set(personOf(change), change.firstPosition);
  }
  return people;
}

interface Batch {
  readonly changes: readonly PageChange[];
  readonly before: Pages;
  readonly after: Pages;
}

/** By how much the counts of people change. Reads what was counted before, so it comes before rows are written. */
async function countByPerson(sql: ProjectionSession, { changes, before, after }: Batch): Promise<ChangedCounts> {
  const counts = new ChangedCounts();
  for (const change of changes) {
    const page = before.get(change.pageId);
    if (change.isContinued && page) counts.add([personOf(change)], page, -1);
    counts.add([personOf(change)], after.get(change.pageId) ?? change, 1);
  }
  // When a page is deleted or restored, all that was ever done to it goes or comes with it.
  const turned = [...after.keys()].filter((pageId) => {
    const page = before.get(pageId);
    return page !== undefined && page.deleted !== after.get(pageId)?.deleted;
  });
  if (turned.length === 0) return counts;
  const rows = await sql.query<{ readonly user_id: string; readonly deleted: number; readonly count: number }>(
    `select person.user_id, page.deleted, count(*) as count
     from ${sql.table("page")} page join ${sql.table("change")} c on c.page = page.id
     join ${sql.table("person")} person on person.id = c.person
     where page.page_id in ${listed(sql)} group by person.user_id, page.deleted`,
    [JSON.stringify(turned)],
  );
  for (const { user_id, deleted, count } of rows) {
    counts.add([user_id], { deleted: deleted === 1 }, -count);
    counts.add([user_id], { deleted: deleted === 0 }, count);
  }
  return counts;
}

const COLUMNS = [
  ...["position", "save_id", "page", "naming", "slug_before", "version", "version_before", "kinds", "person"],
  ...["recorded_at", "occurred_at", "summary", "size_before", "size_after"],
];

async function writeRows(
  sql: ProjectionSession,
  { changes, before, after, people }: Batch & { readonly people: ReadonlyMap<string, number> },
): Promise<void> {
  const rows: SqlValue[][] = [];
  const namings: SqlValue[][] = [];
  const named = new Map([...before].map(([pageId, { naming, slug, title }]) => [pageId, { naming, slug, title }]));
  for (const change of changes) {
    const { pageId, slug, title, position } = change;
    let name = named.get(pageId);
    if (name?.slug !== slug || name.title !== title) {
      name = { naming: position, slug, title };
      named.set(pageId, name);
      namings.push([position, slug, title]);
    }
    rows.push([
      ...[position, bytesOf(change.saveId), after.get(pageId)?.id ?? 0, name.naming, change.slugBefore],
      ...[change.version, change.versionBefore, change.kinds, idOf(people, personOf(change))],
      ...[change.recordedAt, change.occurredAt, change.summary, change.sizeBefore, change.sizeAfter],
    ]);
  }
  await insertRows(sql, { table: "change", columns: COLUMNS }, rows);
  await insertRows(sql, { table: "naming", columns: ["id", "slug", "title"] }, namings);
  await insertRows(sql, { table: "change_kind", columns: ["kind", "position"] }, changes.flatMap(rareKindsOf));
}

const RARE_BITS = CHANGE_KINDS.filter((kind) => kind !== "edited").map(bitOf);

function rareKindsOf({ kinds, position }: PageChange): readonly (readonly number[])[] {
  return RARE_BITS.filter((bit) => (kinds & bit) !== 0).map((bit) => [bit, position]);
}

async function writePages(sql: ProjectionSession, after: Pages): Promise<void> {
  const columns = ["naming", "deleted", "changes", "size"];
  await insertRows(
    sql,
    { table: "page", columns: ["id", "page_id", ...columns], otherwise: replacing("id", columns) },
    [...after].map(([pageId, { id, naming, deleted, changes, size }]) => [
      ...[id, pageId, naming, deleted ? 1 : 0, changes, size],
    ]),
  );
}

async function writeTotals(sql: ProjectionSession, before: Pages, after: Pages): Promise<void> {
  const totals = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  const add = ({ deleted, changes, size }: CountedPage, sign: 1 | -1) => {
    const total = totals[deleted ? 1 : 0] ?? [];
    for (const [i, value] of [1, changes, size].entries()) total[i] = (total[i] ?? 0) + sign * value;
  };
  for (const [pageId, page] of after) {
    const known = before.get(pageId);
    if (known) add(known, -1);
    add(page, 1);
  }
  const columns = ["pages", "changes", "bytes"];
  await insertRows(
    sql,
    { table: "total", columns: ["deleted", ...columns], otherwise: adding("deleted", columns) },
    totals.map((total, deleted) => [deleted, ...total]),
  );
}

/** Whoever was not signed in is nobody, and one person. */
function personOf({ userId }: PageChange): string {
  return userId ?? "";
}

function idOf(people: ReadonlyMap<string, number>, userId: string): number {
  const id = people.get(userId);
  if (id === undefined) throw new Error("this person is not known");
  return id;
}
