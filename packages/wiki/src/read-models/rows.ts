import type { ProjectionSession, SqlValue } from "@palimpsest/eventsourcing";

/** Where rows are written to, and what of a row. */
export interface RowTarget {
  readonly table: string;
  readonly columns: readonly string[];
  /** What follows the values, such as `on conflict (id) do nothing`; in it, `old` is the row that stands there. */
  readonly otherwise?: string;
}

// PostgreSQL takes 65,535 parameters a statement.
const MAX_PARAMETERS = 10_000;

/** Inserts rows; with `otherwise`, no two of them may have one key. */
export async function insertRows(
  sql: ProjectionSession,
  { table, columns, otherwise = "" }: RowTarget,
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const into = `insert into ${sql.table(table)} as old (${columns.join(", ")}) values`;
  if (sql.dialect === "sqlite") {
    // Nothing goes over a network: one statement, prepared once, is fastest.
    const text = `${into} ${placeholders(1, columns.length)} ${otherwise}`;
    for (const row of rows) await sql.query(text, row);
    return;
  }
  const most = Math.floor(MAX_PARAMETERS / columns.length);
  for (let start = 0; start < rows.length; start += most) {
    const some = rows.slice(start, start + most);
    await sql.query(`${into} ${placeholders(some.length, columns.length)} ${otherwise}`, some.flat());
  }
}

/** `otherwise` for rows that take the place of those with the same key. */
export function replacing(key: string, columns: readonly string[]): string {
  return `on conflict (${key}) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(", ")}`;
}

/** `otherwise` for rows of numbers that are added to those with the same key. */
export function adding(key: string, columns: readonly string[]): string {
  return `on conflict (${key}) do update set ${columns.map((column) => `${column} = old.${column} + excluded.${column}`).join(", ")}`;
}

/** The rows of a statement that takes a list: `$1` is the list, and `listed(sql)` what comes after `in`. */
export function listed(sql: ProjectionSession, parameter = "$1"): string {
  return sql.dialect === "sqlite"
    ? `(select value from json_each(${parameter}))`
    : `(select json_array_elements_text(${parameter}::json))`;
}

/** The same for whole numbers. */
export function listedNumbers(sql: ProjectionSession, parameter = "$1"): string {
  return sql.dialect === "sqlite"
    ? listed(sql, parameter)
    : `(select json_array_elements_text(${parameter}::json)::bigint)`;
}

/** The type of columns whose order is that of code points on both databases. */
export function textType(sql: ProjectionSession): string {
  return sql.dialect === "sqlite" ? "text" : 'text collate "C"';
}

function placeholders(rows: number, columns: number): string {
  let next = 1;
  return Array.from({ length: rows }, () => `(${Array.from({ length: columns }, () => `$${next++}`).join(", ")})`).join(
    ", ",
  );
}
