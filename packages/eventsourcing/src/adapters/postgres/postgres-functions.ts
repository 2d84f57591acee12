import { appendGroup, appendOne } from "./postgres-append.ts";

/**
 * The functions of a store. They name each table with its schema, and so depend on no search path. Those that are
 * volatile (the default) see in each of their statements what was committed before that statement began.
 */
export function functions(schema: string): string {
  return [saveAt, settledSaves, appendGroup, appendOne, positionAt].map((define) => define(schema)).join("\n");
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
