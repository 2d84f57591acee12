/** `PALI`: tells our files from others', see `pragma application_id`. */
export const APPLICATION_ID = 0x50414c49;

/** `PALD`: the same for derived data, so that no other file is ever taken for what can be thrown away. */
export const DERIVED_APPLICATION_ID = 0x50414c44;

/**
 * The log, version by version; `pragma user_version` counts those applied. Never change one that was released: add one.
 *
 * The triggers make the log append-only for every connection. `insert or replace` deletes rows without firing delete
 * triggers, hence the check before each insert; it also refuses positions that leave a gap.
 */
export const LOG_MIGRATIONS: readonly string[] = [
  `
  create table log (
    only integer primary key check (only = 1),
    log_id text not null,
    epoch text not null
  ) strict;

  create table event (
    position integer primary key,
    event_id text not null unique,
    originator_id text not null,
    originator_version integer not null check (originator_version > 0),
    topic text not null,
    schema_version integer not null check (schema_version > 0),
    save_id text not null,
    recorded_at integer not null,
    encoding text not null,
    state any not null,
    checksum integer not null,
    idempotency_key text,
    unique (originator_id, originator_version)
  ) strict;

  create unique index event_idempotency_key on event (idempotency_key) where idempotency_key is not null;

  create trigger event_no_update before update on event
  begin
    select raise(abort, 'the log is append-only: events cannot be updated');
  end;

  create trigger event_no_delete before delete on event
  begin
    select raise(abort, 'the log is append-only: events cannot be deleted');
  end;

  create trigger event_no_replace before insert on event
  when new.position <> (select coalesce(max(position), 0) + 1 from event)
    or exists (select 1 from event where event_id = new.event_id)
    or exists (
      select 1 from event
      where originator_id = new.originator_id and originator_version = new.originator_version
    )
    or exists (select 1 from event where idempotency_key = new.idempotency_key)
  begin
    select raise(abort, 'the log is append-only: an event comes after the last position and replaces none');
  end;
  `,
];

/** Derived data: made anew, not migrated, where it is of another version or another log. */
export const DERIVED_VERSION = 2;

export const DERIVED_SCHEMA = `
  create table log (
    only integer primary key check (only = 1),
    log_id text not null,
    epoch text not null,
    -- The last event of the log when something was derived from it last: a log without it is another one, or was restored.
    position integer not null default 0,
    event_id text
  ) strict;

  create table snapshot (
    originator_id text not null,
    originator_version integer not null,
    topic text not null,
    schema_version integer not null,
    encoding text not null,
    state any not null,
    checksum integer not null,
    unique (originator_id, originator_version)
  ) strict;
`;

/** `PALR`: read models, and how far they were derived. */
export const READ_MODELS_APPLICATION_ID = 0x50414c52;

/** Made anew where it is of another version. */
export const READ_MODELS_VERSION = 1;

export const READ_MODELS_SCHEMA = `
  create table projection (
    name text not null,
    generation integer not null,
    version integer not null,
    live integer not null,
    log_id text not null,
    epoch text not null,
    position integer not null,
    event_id text,
    failure text,
    primary key (name, generation)
  ) strict;

  create table generation (
    name text primary key,
    generation integer not null
  ) strict;

  create table lease (
    name text primary key,
    holder text not null,
    expires_at integer not null
  ) strict;
`;
