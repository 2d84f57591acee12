import type { ProjectionSession } from "@palimpsest/eventsourcing";
import type { Slug } from "../../domain/slug.ts";
import { listed, listedNumbers } from "../rows.ts";
import type { PageChange } from "./page-change.ts";
import { uuidOf } from "./save-id.ts";

interface Begun {
  readonly position: number;
  readonly save_id: Uint8Array;
  readonly page_id: string;
  readonly version_before: number;
  readonly slug_before: Slug | null;
  readonly size_before: number;
  readonly kinds: number;
}

/**
 * A batch may begin within a save, whose first events were in the batch before. Then the rows that were written for them
 * are taken away, and the changes of this batch tell of the whole save.
 */
export async function joinBegunSave(
  sql: ProjectionSession,
  changes: readonly PageChange[],
): Promise<readonly PageChange[]> {
  const [first] = changes;
  // The first version of a page begins its save.
  if (!first || changes.every(({ saveId, versionBefore }) => saveId !== first.saveId || versionBefore === 0)) {
    return changes;
  }
  const begun = await findBegun(sql, first, changes);
  if (begun.size === 0) return changes;
  const positions = JSON.stringify([...begun.values()].map(({ position }) => position));
  for (const table of ["change", "change_kind"]) {
    await sql.query(`delete from ${sql.table(table)} where position in ${listedNumbers(sql)}`, [positions]);
  }
  return changes.map((change) => {
    const row = change.saveId === first.saveId ? begun.get(change.pageId) : undefined;
    return row ? joined(row, change) : change;
  });
}

/** What stands there of the save, by page. */
async function findBegun(
  sql: ProjectionSession,
  { saveId, firstPosition }: PageChange,
  changes: readonly PageChange[],
): Promise<ReadonlyMap<string, Begun>> {
  const [last] = await sql.query<Pick<Begun, "save_id">>(
    `select save_id from ${sql.table("change")} where position < $1 order by position desc limit 1`,
    [firstPosition],
  );
  if (!last || uuidOf(last.save_id) !== saveId) return new Map();
  const pageIds = changes.filter((change) => change.saveId === saveId).map(({ pageId }) => pageId);
  const rows = await sql.query<Begun>(
    `select c.position, c.save_id, p.page_id, c.version_before, c.slug_before, c.size_before, c.kinds
     from ${sql.table("page")} p join ${sql.table("change")} c
       on c.position = (select max(position) from ${sql.table("change")} where page = p.id)
     where p.page_id in ${listed(sql)}`,
    [JSON.stringify(pageIds)],
  );
  return new Map(rows.filter((row) => uuidOf(row.save_id) === saveId).map((row) => [row.page_id, row]));
}

function joined(begun: Begun, change: PageChange): PageChange {
  const slugBefore = begun.slug_before ?? change.slugBefore;
  return {
    ...change,
    isContinued: true,
    versionBefore: begun.version_before,
    sizeBefore: begun.size_before,
    slugBefore: slugBefore === change.slug ? null : slugBefore,
    kinds: begun.kinds | change.kinds,
  };
}
