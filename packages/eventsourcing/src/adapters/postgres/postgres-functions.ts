/**
 * The functions of a store, for the schema given, quoted. They name every table in full, so that they do not depend on
 * a search path. All are volatile (the default): each of their statements sees what was committed before it began.
 */
export function functions(schema: string): string {
  return `${SAVE_AT(schema)} ${APPEND_GROUP(schema)} ${POSITION_AT(schema)}`;
}

/** The SQL state with which \`append_group\` refuses a wrong clock; the detail holds both times. */
export const CLOCK_SKEW = "PAL01";

/** The receipt of the save whose first event stands at a position, and the ids of its events in order. */
const SAVE_AT = (schema: string) => `
  create function ${schema}.save_at(p_position bigint, out receipt json, out event_ids uuid[]) language sql stable as $$
    with first as (select * from ${schema}.event where position = p_position),
    next as (
      select event.position from ${schema}.event, first
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
    from first, ${schema}.event
    where event.position >= p_position and event.position < coalesce((select position from next), 9223372036854775807)
    group by first.save_id, first.recorded_at
  $$;
`;

/**
 * Records a group of saves. The arrays have one entry an event; \`p_saves\` tells which save it belongs to.
 *
 * - \`p_versions\`: null asks for the next version of a log
 * - \`p_expected\`: the version its aggregate must be at; null but for the first event of each aggregate in a save
 * - \`p_keys\`: the idempotency key, with the first event of a save; the whole array may be null, as may \`p_times\`
 * - \`p_times\`: when it happened, where that is replayed; null takes \`p_now\`, which is the server's clock where null
 *
 * Answers the last position before the group, versions and times of the events recorded, in order, and in \`others\` the
 * outcomes of the saves that were not recorded now: \`[{"save": 3, "outcome": {…}}]\`, null where there are none.
 *
 * Sequential scans are off because a plan made while the table was small would be kept while it grows.
 */
const APPEND_GROUP = (schema: string) => `
  create function ${schema}.append_group(
    p_serialiser text, p_now bigint, p_saves int[], p_save_ids uuid[], p_keys text[], p_times bigint[],
    p_event_ids uuid[], p_originator_ids uuid[], p_versions bigint[], p_expected bigint[],
    p_topics text[], p_schema_versions int[], p_encodings text[], p_states bytea[], p_checksums bigint[],
    out before bigint, out versions bigint[], out times bigint[], out others json
  )
  language plpgsql set enable_seqscan = off as $$
  #variable_conflict use_column
  declare
    v_time bigint;
    v_now bigint;
    v_met int[] := '{}';
  begin
    -- In a stricter level all statements would share a snapshot from before the lock.
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'the log is written in read committed, not %', current_setting('transaction_isolation')
        using errcode = 'invalid_transaction_state';
    end if;

    if p_serialiser = 'row-lock' then
      perform from ${schema}.log for update;
    else
      perform pg_advisory_xact_lock(1346456649, '${schema}.event'::regclass::oid::int);
    end if;

    select position, recorded_at into before, v_time from ${schema}.event order by position desc limit 1;
    before := coalesce(before, 0);

    if exists (select from ${schema}.event where event_id = any (p_event_ids))
      or p_keys is not null and exists (select from ${schema}.event where idempotency_key = any (p_keys))
      or exists (
        select from unnest(p_originator_ids, p_expected) as given (id, expected)
        where expected <> coalesce((select max(originator_version) from ${schema}.event where originator_id = id), 0)
      )
    then
      with given as (
        select * from unnest(p_saves, p_keys, p_event_ids, p_originator_ids, p_expected)
          with ordinality as given (save, key, id, originator, expected, n)
      ),
      recorded as (select save, key, given.id, n, position from given join ${schema}.event on event_id = given.id),
      met as (
        select save, 1 as rank, n, json_build_object('kind', 'recorded', 'receipt', (${schema}.save_at(position)).receipt) as outcome
        from given join ${schema}.event on idempotency_key = key
        union all
        select save, 2, n, json_build_object('kind', 'recorded', 'receipt', same.receipt)
        from recorded, lateral ${schema}.save_at(position) as same
        where same.event_ids = (select array_agg(given.id order by given.n) from given where given.save = recorded.save)
        union all
        select save, 3, n, json_build_object('kind', 'conflict', 'originatorId', originator, 'expectedVersion', expected, 'currentVersion', current)
        from given, lateral (
          select coalesce(max(originator_version), 0) as current from ${schema}.event where originator_id = originator
        ) as stored
        where expected <> current
        union all
        select save, 4, n, json_build_object('kind', 'duplicate', 'eventId', id) from recorded
      ),
      first as (select distinct on (save) save, outcome from met order by save, rank, n)
      select json_agg(first), array_agg(save) into others, v_met from first;
    end if;

    v_now := coalesce(p_now, floor(extract(epoch from clock_timestamp()) * 1000));
    if v_now < v_time - 60000 and exists (
      select from unnest(p_saves, p_times) as given (save, time) where time is null and save <> all (v_met)
    ) then
      raise exception 'the clock is behind the log'
        using errcode = '${CLOCK_SKEW}', detail = json_build_object('now', v_now, 'lastRecordedAt', v_time);
    end if;

    with inserted as (
      insert into ${schema}.event (
        position, recorded_at, originator_version, checksum, schema_version,
        event_id, originator_id, save_id, topic, encoding, state, idempotency_key
      )
      select
        before + row_number() over (order by n),
        greatest(v_time, max(coalesce(time, v_now)) over (order by n)),
        coalesce(
          version,
          (select coalesce(max(originator_version), 0) from ${schema}.event where originator_id = originator)
            + row_number() over (partition by originator order by n)
        ),
        checksum, schema_version, id, originator, save_id, topic, encoding, state, key
      from unnest(
        p_saves, p_save_ids, p_keys, p_times, p_event_ids, p_originator_ids, p_versions,
        p_topics, p_schema_versions, p_encodings, p_states, p_checksums
      ) with ordinality as given (
        save, save_id, key, time, id, originator, version, topic, schema_version, encoding, state, checksum, n
      )
      where save <> all (v_met)
      order by n
      returning position, originator_version, recorded_at
    )
    select array_agg(originator_version order by position), array_agg(recorded_at order by position)
      into versions, times from inserted;

    if versions is not null then
      perform pg_notify('${schema.slice(1, -1)}', (before + cardinality(versions))::text);
    end if;
  end
  $$;
`;

/** The last position recorded at or before an instant. Times never go back along the log: no index is needed. */
const POSITION_AT = (schema: string) => `
  create function ${schema}.position_at(p_instant bigint) returns bigint language plpgsql as $$
  declare
    v_before bigint := 0;
    v_after bigint;
    v_middle bigint;
  begin
    select coalesce(max(position), 0) + 1 into v_after from ${schema}.event;
    while v_after - v_before > 1 loop
      v_middle := (v_before + v_after) / 2;
      if (select recorded_at from ${schema}.event where position = v_middle) <= p_instant then
        v_before := v_middle;
      else
        v_after := v_middle;
      end if;
    end loop;
    return v_before;
  end
  $$;
`;
