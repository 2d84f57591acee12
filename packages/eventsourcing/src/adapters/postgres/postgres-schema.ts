import { functions } from "./postgres-functions.ts";

/**
 * The log and its snapshots, version by version; `log.schema_version` counts those applied. Never change one that was
 * released: add one.
 */
export function migrations(schema: string): readonly string[] {
  return [`${tables(schema)} ${triggers(schema)} ${functions(schema)}`];
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
    originator_version bigint not null check (originator_version > 0),
    checksum bigint not null,
    schema_version integer not null check (schema_version > 0),
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
 * They make the log append-only for every connection, replicating ones too. Those for each statement also refuse
 * `insert … on conflict do update` and `merge`, whether or not a row would have been touched.
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
    if new.position <> 1 and not exists (select from "${schema}".event where position = new.position - 1) then
      raise exception 'the log is append-only: position % leaves a gap', new.position using errcode = 'restrict_violation';
    end if;
    return new;
  end
  $$;

  create trigger event_no_gap before insert on "${schema}".event for each row
    when (current_setting('palimpsest.writer', true) is distinct from 'append_group')
    execute function "${schema}".refuse_gap();

  alter table "${schema}".event enable always trigger event_no_change, enable always trigger event_no_gap;
`;
