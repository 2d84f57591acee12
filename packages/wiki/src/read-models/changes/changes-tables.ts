import type { ProjectionSession } from "@palimpsest/eventsourcing";

/**
 * Makes the tables of the changes. There is a row for each edit that was ever made, so rows are small: pages, people and
 * names are numbers (the position of the event in which each first appeared), and a save's id is 16 bytes.
 */
export async function createChanges(sql: ProjectionSession): Promise<void> {
  const bytes = sql.dialect === "sqlite" ? "blob" : "bytea";
  const change = sql.table("change");
  await sql.query(
    `create table ${change} (
       position bigint primary key, save_id ${bytes} not null, page bigint not null, naming bigint not null,
       slug_before text, version integer not null, version_before integer not null, kinds integer not null,
       person bigint not null, recorded_at bigint not null, occurred_at bigint, summary text,
       size_before integer not null, size_after integer not null
     )`.replace("bigint primary key", sql.dialect === "sqlite" ? "integer primary key" : "bigint primary key"),
  );
  await sql.query(`create index ${sql.index("change_by_page")} on ${change} (page, position)`);
  await sql.query(`create index ${sql.index("change_by_person")} on ${change} (person, position)`);
  // All kinds but "edited", which most changes are: those are found soon enough.
  await sql.query(
    `create table ${sql.table("change_kind")} (kind integer not null, position bigint not null, primary key (kind, position))`,
  );
  await sql.query(
    `create table ${sql.table("naming")} (id bigint primary key, slug text not null, title text not null)`,
  );
  await sql.query(
    `create table ${sql.table("page")} (
       id bigint primary key, page_id text not null unique, naming bigint not null, deleted integer not null,
       changes integer not null, size integer not null
     )`,
  );
  // Counts changes of live pages, and of those that are deleted. Whoever was not signed in has the id "".
  await sql.query(
    `create table ${sql.table("person")} (
       id bigint primary key, user_id text not null unique, live integer not null, gone integer not null
     )`,
  );
  await sql.query(
    `create table ${sql.table("total")} (
       deleted integer primary key, pages bigint not null, changes bigint not null, bytes bigint not null
     )`,
  );
}
