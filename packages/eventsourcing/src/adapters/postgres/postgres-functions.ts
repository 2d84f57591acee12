import { MAX_CLOCK_SKEW } from "../../persistence/record-group.ts";

/** Tells our advisory locks from those of other programs. */
export const LOCK_CLASS = 0x50414c49;

/** The SQL state with which `append_group` refuses a clock that is wrong; the detail holds both times. */
export const CLOCK_SKEW = "PAL01";

/**
 * The functions of a store. They name each table with its schema, and so depend on no search path. Those that are
 * volatile (the default) see in each of their statements what was committed before that statement began.
 */
export function functions(schema: string): string {
  return [saveAt, settledSaves, appendGroup, positionAt].map((define) => define(schema)).join("\n");
}

/** The receipt of the save whose first event has a position, and what tells its events, in order. */
const saveAt = (schema: string) => `
  create function "${schema}".save_at(
    p_position bigint, out receipt json, out event_ids uuid[], out originator_ids uuid[]
  )
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
      array_agg(event.event_id order by event.position),
      array_agg(event.originator_id order by event.position)
    from first, "${schema}".event
    where event.position >= p_position and event.position < coalesce((select position from next), 9223372036854775807)
    group by first.save_id, first.recorded_at
  $$;
`;

/**
 * The outcomes of those saves of a group that are recorded already or cannot be: `[{"save": 3, "outcome": {…}}]`.
 * The arrays are those of `append_group`. Where several outcomes fit a save, the first of this order is its own.
 */
const settledSaves = (schema: string) => `
  create function "${schema}".settled_saves(
    p_originator_ids uuid[], p_expected bigint[], p_saves int[], p_originators int[], p_event_ids uuid[], p_keys text[]
  )
  returns json language sql stable as $$
    with given as (
      select save, p_originator_ids[originator] as originator_id, p_expected[originator] as expected, id, key, n
      from unnest(p_saves, p_originators, p_event_ids, p_keys) with ordinality as given (save, originator, id, key, n)
    ),
    standing as (select save, n, id, position from given join "${schema}".event on event_id = id),
    settled as (
      select save, 1 as rank, n, json_build_object('kind', 'recorded', 'receipt', stored.receipt) as outcome
      from given join "${schema}".event on idempotency_key = key, "${schema}".save_at(position) as stored
      union all
      select save, 2, n, json_build_object('kind', 'recorded', 'receipt', stored.receipt)
      from standing, "${schema}".save_at(position) as stored
      where (stored.event_ids, stored.originator_ids) = (
        select array_agg(id order by n), array_agg(originator_id order by n) from given where save = standing.save
      )
      union all
      select save, 3, n, json_build_object(
        'kind', 'conflict', 'originatorId', originator_id, 'expectedVersion', expected, 'currentVersion', current
      )
      from given, lateral (
        select coalesce(max(originator_version), 0) as current
        from "${schema}".event where originator_id = given.originator_id
      ) as stored
      where expected <> current
      union all
      select save, 4, n, json_build_object('kind', 'duplicate', 'eventId', id) from standing
    )
    select coalesce(json_agg(own), '[]') from (select distinct on (save) save, outcome from settled order by save, rank, n) as own
  $$;
`;

/**
 * Records a group of saves and answers its rows, in order. Where some of the saves are recorded already or cannot be, it
 * records nothing and answers one row with their outcomes in `settled`: the others are to be sent again.
 *
 * One entry an originator of the group:
 * - `p_expected`: the version it must be at; null for a log
 *
 * One entry an event, those of a save together:
 * - `p_saves`: a number that tells its save from the others
 * - `p_originators`: the place of its originator in `p_originator_ids`, from 1
 * - `p_ordinals`: 1 for the first event of its originator in the group, 2 for the second
 * - `p_keys`: the idempotency key, with the first event of a save; null as a whole where there are none
 * - `p_times`: the instant to record, never falling; null as a whole for `p_now`, which is null for the server's clock
 *
 * No two saves of a group touch the same aggregate, event or idempotency key (see `GroupCommitter`).
 *
 * The lock makes writers wait; what makes positions exact is the primary key and the trigger against gaps. Where writers
 * with another means of serialising get past the lock, one of them fails with a unique violation, and is sent again.
 */
const appendGroup = (schema: string) => `
  create function "${schema}".append_group(
    p_serialiser text, p_now bigint, p_originator_ids uuid[], p_expected bigint[],
    p_saves int[], p_originators int[], p_ordinals int[], p_event_ids uuid[], p_save_ids uuid[], p_keys text[],
    p_times bigint[], p_topics text[], p_schema_versions int[], p_encodings text[], p_states bytea[], p_checksums bigint[]
  )
  returns table (at bigint, version bigint, instant bigint, settled json) language plpgsql as $$
  #variable_conflict use_column
  declare
    v_last bigint;
    v_last_time bigint;
    v_now bigint;
    v_current bigint[];
    v_settled boolean;
    v_nothing text; -- assigning to it costs less than \`perform\`, which makes a query of a call
  begin
    -- In a stricter level all statements would share a snapshot from before the lock.
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'the log is written in read committed, not in %', current_setting('transaction_isolation')
        using errcode = 'invalid_transaction_state';
    end if;

    if p_serialiser = 'row-lock' then
      perform from "${schema}".log for update;
    else
      v_nothing := pg_advisory_xact_lock(${LOCK_CLASS}, '"${schema}".event'::regclass::oid::int);
    end if;

    select position, recorded_at, exists (select from "${schema}".event where event_id = any (p_event_ids))
      into v_last, v_last_time, v_settled
      from "${schema}".event order by position desc limit 1;
    -- The lower bound spares reading all versions on the page of the index; below it is a conflict, whatever it is.
    v_current := array(
      select coalesce((
        select max(originator_version) from "${schema}".event
        where originator_id = p_originator_ids[n] and originator_version >= coalesce(p_expected[n], 0)
      ), 0)
      from generate_series(1, cardinality(p_originator_ids)) as n
    );
    -- Nulls, which logs expect, make them differ too.
    if v_current <> p_expected then
      v_settled := v_settled or exists (
        select from unnest(v_current, p_expected) as given (current, expected) where current <> expected
      );
    end if;
    if p_keys is not null then
      v_settled := v_settled or exists (select from "${schema}".event where idempotency_key = any (p_keys));
    end if;

    if v_settled then
      return query select null::bigint, null::bigint, null::bigint,
        "${schema}".settled_saves(p_originator_ids, p_expected, p_saves, p_originators, p_event_ids, p_keys);
      return;
    end if;

    v_now := coalesce(p_now, floor(extract(epoch from clock_timestamp()) * 1000));
    if p_times is null and v_now < v_last_time - ${MAX_CLOCK_SKEW} then
      raise exception 'the clock is behind the log'
        using errcode = '${CLOCK_SKEW}', detail = json_build_object('now', v_now, 'lastRecordedAt', v_last_time);
    end if;

    return query
      insert into "${schema}".event (
        position, recorded_at, originator_version, checksum, schema_version,
        event_id, originator_id, save_id, topic, encoding, state, idempotency_key
      )
      select
        coalesce(v_last, 0) + n, greatest(v_last_time, p_times[n], case when p_times is null then v_now end),
        v_current[p_originators[n]] + p_ordinals[n], p_checksums[n], p_schema_versions[n],
        p_event_ids[n], p_originator_ids[p_originators[n]], p_save_ids[n],
        p_topics[n], p_encodings[n], p_states[n], p_keys[n]
      from generate_series(1, cardinality(p_event_ids)) as n
      returning position, originator_version, recorded_at, null::json;

    v_nothing := pg_notify('${schema}', (coalesce(v_last, 0) + cardinality(p_event_ids))::text);
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
