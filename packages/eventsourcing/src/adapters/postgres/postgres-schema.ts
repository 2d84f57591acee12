import { functions } from "./postgres-functions.ts";

/**
 * The log and its snapshots, version by version; `log.schema_version` counts those applied. Never change one that was
 * released: add one.
 */
export function migrations(schema: string): readonly string[] {
  return [`${tables(schema)} ${triggers(schema)} ${functions(schema)}`, tracking(schema)];
}

// Columns of fixed width come first: PostgreSQL finds them in a row without looking at the others.
const tables = (schema: string) => `
  create table "${schema}".log (
    single boolean primary key default true check (single),
    log_id uuid not null,
    epoch uuid not null,
    schema_version integer not null
  );

  create table "${schema}".event (
    position bigint primary key,
    recorded_at bigint not null,
    originator_version bigint not null,
    checksum bigint not null,
    schema_version integer not null,
    event_id uuid not null unique,
    originator_id uuid not null,
    save_id uuid not null,
    topic text not null,
    encoding text not null,
    state bytea not null,
    idempotency_key text,
    unique (originator_id, originator_version)
  );

  create unique index event_idempotency_key on "${schema}".event (idempotency_key) where idempotency_key is not null;

  create table "${schema}".snapshot (
    originator_version bigint not null,
    checksum bigint not null,
    schema_version integer not null,
    originator_id uuid not null,
    topic text not null,
    encoding text not null,
    state bytea not null,
    primary key (originator_id, originator_version)
  );
`;

/**
 * They make the log append-only for every connection, replicating ones too. A trigger for each statement costs little,
 * whatever the number of rows, and also refuses `insert … on conflict do update` and `merge` that would touch none.
 *
 * Only `append_group` and `append_one` may insert, which leave no gap: the connections that call them say by a setting
 * that they insert by no other means.
 */
const triggers = (schema: string) => `
  create function "${schema}".refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception 'the log is append-only: % is refused', lower(tg_op) using errcode = 'restrict_violation';
  end
  $$;

  create trigger event_no_change before update or delete or truncate on "${schema}".event
    for each statement execute function "${schema}".refuse_change();

  create function "${schema}".refuse_gap() returns trigger language plpgsql as $$
  begin
    if current_setting('palimpsest.writer', true) is distinct from 'append_group' then
      raise exception 'the log is append-only: events are inserted by append_group alone'
        using errcode = 'restrict_violation';
    end if;
    return null;
  end
  $$;

  create trigger event_no_gap before insert on "${schema}".event
    for each statement execute function "${schema}".refuse_gap();

  alter table "${schema}".event enable always trigger event_no_change, enable always trigger event_no_gap;
`;

/** Which read models there are, how far they were derived, and who derives them. */
const tracking = (schema: string) => `
  create table "${schema}".projection (
    name text not null,
    generation integer not null,
    version integer not null,
    live integer not null,
    log_id text not null,
    epoch text not null,
    position bigint not null,
    event_id text,
    failure text,
    primary key (name, generation)
  );

  create table "${schema}".generation (
    name text primary key,
    generation integer not null
  );

  create table "${schema}".lease (
    name text primary key,
    holder text not null,
    expires_at bigint not null
  );
`;
