/** The SQL state with which `append_group` refuses a clock that is wrong; the detail holds both times. */
export const CLOCK_SKEW = "PAL01";

/**
 * The functions of a store. They name each table with its schema, and so depend on no search path. Those that are
 * volatile (the default) see in each of their statements what was committed before that statement began.
 */
export function functions(schema: string): string {
  return [saveAt, metSaves, appendGroup, positionAt].map((define) => define(schema)).join("\n");
}

/** The receipt of the save whose first event has a position, and the ids of its events in order. */
const saveAt = (schema: string) => `
  create function "${schema}".save_at(p_position bigint, out receipt json, out event_ids uuid[])
  language sql stable as $$
    with first as (select * from "${schema}".event where position = p_position),
    next as (
      select event.position from "${schema}".event, first
      where event.position > p_position and event.save_id <> first.save_id
      order by event.position limit 1
    )
    select
      json_build_object(
        'saveId', first.save_id, 'firstPosition', p_position, 'lastPosition', max(event.position),
        'recordedAt', first.recorded_at, 'versions', json_agg(event.originator_version order by event.position),
        'repeated', true
      ),
      array_agg(event.event_id order by event.position)
    from first, "${schema}".event
    where event.position >= p_position and event.position < coalesce((select position from next), 9223372036854775807)
    group by first.save_id, first.recorded_at
  $$;
`;

/**
 * The outcomes of those saves of a group that cannot be recorded, or are recorded already:
 * `[{"save": 3, "outcome": {…}}]`. The arrays are those of `append_group`.
 */
const metSaves = (schema: string) => `
  create function "${schema}".met_saves(
    p_originator_ids uuid[], p_expected bigint[], p_saves int[], p_originators int[], p_event_ids uuid[], p_keys text[]
  ) returns json language sql stable as $$
    with given as (
      select * from unnest(p_saves, p_originators, p_event_ids, p_keys)
        with ordinality as given (save, originator, id, key, n)
    ),
    recorded as (select save, n, id, position from given join "${schema}".event on event_id = id),
    met as (
      select save, 1 as rank, n, json_build_object('kind', 'recorded', 'receipt', same.receipt) as outcome
      from given join "${schema}".event on idempotency_key = key, "${schema}".save_at(position) as same
      union all
      select save, 2, n, json_build_object('kind', 'recorded', 'receipt', same.receipt)
      from recorded, "${schema}".save_at(position) as same
      where same.event_ids = (select array_agg(id order by n) from given where given.save = recorded.save)
      union all
      select save, 3, n, json_build_object(
        'kind', 'conflict', 'originatorId', p_originator_ids[originator],
        'expectedVersion', p_expected[originator], 'currentVersion', current
      )
      from given, lateral (
        select coalesce(max(originator_version), 0) as current
        from "${schema}".event where originator_id = p_originator_ids[originator]
      ) as stored
      where p_expected[originator] <> current
      union all
      select save, 4, n, json_build_object('kind', 'duplicate', 'eventId', id) from recorded
    )
    select json_agg(first) from (select distinct on (save) save, outcome from met order by save, rank, n) as first
  $$;
`;

/**
 * Records a group of saves, or none where some of them meet what is recorded: then it answers their outcomes, and the
 * others are to be sent again. No two saves of a group touch the same aggregate, idempotency key or event id.
 *
 * One entry an originator of the group:
 * - `p_expected`: the version it must be at; null for a log
 *
 * One entry an event:
 * - `p_saves`: tells its save from the others
 * - `p_originators`: the place of its originator in `p_originator_ids`, from 1
 * - `p_ordinals`: 1 for the first event of its originator in the group, 2 for the second
 * - `p_keys`: the idempotency key, with the first event of a save; null as a whole where there are none
 * - `p_times`: the instant to record; null for `p_now`, which is the server's clock where it is null
 */
const appendGroup = (schema: string) => `
  create function "${schema}".append_group(
    p_serialiser text, p_now bigint, p_originator_ids uuid[], p_expected bigint[],
    p_saves int[], p_originators int[], p_ordinals int[], p_event_ids uuid[], p_save_ids uuid[], p_keys text[],
    p_times bigint[], p_topics text[], p_schema_versions int[], p_encodings text[], p_states bytea[], p_checksums bigint[]
  )
  returns table (at bigint, version bigint, "time" bigint, met json) language plpgsql as $$
  #variable_conflict use_column
  declare
    v_last bigint;
    v_last_time bigint;
    v_now bigint;
    v_current bigint[];
  begin
    -- In a stricter level all statements would share a snapshot from before the lock.
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'the log is written in read committed, not %', current_setting('transaction_isolation')
        using errcode = 'invalid_transaction_state';
    end if;

    if p_serialiser = 'row-lock' then
      perform from "${schema}".log for update;
    else
      perform pg_advisory_xact_lock(1346456649, '"${schema}".event'::regclass::oid::int);
    end if;

    select position, recorded_at into v_last, v_last_time from "${schema}".event order by position desc limit 1;
    v_current := array(
      select coalesce((select max(originator_version) from "${schema}".event where originator_id = id), 0)
      from unnest(p_originator_ids) with ordinality as given (id, n) order by n
    );

    if exists (select from unnest(v_current, p_expected) as given (current, expected) where current <> expected)
      or exists (select from "${schema}".event where event_id = any (p_event_ids))
      or p_keys is not null and exists (select from "${schema}".event where idempotency_key = any (p_keys))
    then
      return query select null::bigint, null::bigint, null::bigint,
        "${schema}".met_saves(p_originator_ids, p_expected, p_saves, p_originators, p_event_ids, p_keys);
      return;
    end if;

    v_now := coalesce(p_now, floor(extract(epoch from clock_timestamp()) * 1000));
    if v_now < v_last_time - 60000 and (p_times is null or array_position(p_times, null) is not null) then
      raise exception 'the clock is behind the log'
        using errcode = '${CLOCK_SKEW}', detail = json_build_object('now', v_now, 'lastRecordedAt', v_last_time);
    end if;

    return query
      insert into "${schema}".event (
        position, recorded_at, originator_version, checksum, schema_version,
        event_id, originator_id, save_id, topic, encoding, state, idempotency_key
      )
      select
        coalesce(v_last, 0) + n, greatest(v_last_time, max(coalesce(time, v_now)) over (order by n)),
        v_current[originator] + ordinal, checksum, schema_version,
        id, p_originator_ids[originator], save_id, topic, encoding, state, key
      from unnest(
        p_originators, p_ordinals, p_event_ids, p_save_ids, p_keys, p_times,
        p_topics, p_schema_versions, p_encodings, p_states, p_checksums
      ) with ordinality as given (
        originator, ordinal, id, save_id, key, time, topic, schema_version, encoding, state, checksum, n
      )
      order by n
      returning position, originator_version, recorded_at, null::json;

    perform pg_notify('${schema}', (coalesce(v_last, 0) + cardinality(p_event_ids))::text);
  end
  $$;
`;

/** The last position recorded at or before an instant. Times never go back along the log: no index is needed. */
const positionAt = (schema: string) => `
  create function "${schema}".position_at(p_instant bigint) returns bigint language plpgsql as $$
  declare
    v_before bigint := 0;
    v_after bigint;
    v_middle bigint;
  begin
    select coalesce(max(position), 0) + 1 into v_after from "${schema}".event;
    while v_after - v_before > 1 loop
      v_middle := (v_before + v_after) / 2;
      if (select recorded_at from "${schema}".event where position = v_middle) <= p_instant then
        v_before := v_middle;
      else
        v_after := v_middle;
      end if;
    end loop;
    return v_before;
  end
  $$;
`;
