import { MAX_CLOCK_SKEW } from "../../persistence/record-group.ts";

/** Tells our advisory locks from those of other programs. */
export const LOCK_CLASS = 0x50414c49;

/** The SQL state with which a clock is refused that is wrong; the detail holds both times. */
export const CLOCK_SKEW = "PAL01";

/**
 * Records a group of saves and answers what it built on: the last position and time, the clock, the current versions of
 * `p_originator_ids`. Where some of the saves are recorded already or cannot be, it records nothing and answers their
 * outcomes in `settled`: the others are to be sent again.
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
export const appendGroup = (schema: string) => `
  create function "${schema}".append_group(
    p_serialiser text, p_now bigint, p_originator_ids uuid[], p_expected bigint[],
    p_saves int[], p_originators int[], p_ordinals int[], p_event_ids uuid[], p_save_ids uuid[], p_keys text[],
    p_times bigint[], p_topics text[], p_schema_versions int[], p_encodings text[], p_states bytea[], p_checksums bigint[]
  )
  returns json language plpgsql as $$
  declare
    v_last bigint;
    v_last_time bigint;
    v_now bigint;
    v_current bigint[];
    v_settled boolean;
    v_nothing text; -- assigning to it costs less than \`perform\`, which makes a query of a call
  begin
    ${enter(schema)}
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
      return json_build_object(
        'settled', "${schema}".settled_saves(p_originator_ids, p_expected, p_saves, p_originators, p_event_ids, p_keys)
      );
    end if;

    ${readClock("p_times")}
    v_last := coalesce(v_last, 0);
    v_last_time := coalesce(v_last_time, 0);
    ${insert(schema)}
    select
      v_last + n, greatest(v_last_time, p_times[n], case when p_times is null then v_now end),
      v_current[p_originators[n]] + p_ordinals[n], p_checksums[n], p_schema_versions[n],
      p_event_ids[n], p_originator_ids[p_originators[n]], p_save_ids[n],
      p_topics[n], p_encodings[n], p_states[n], p_keys[n]
    from generate_series(1, cardinality(p_event_ids)) as n;

    v_nothing := pg_notify('${schema}', (v_last + cardinality(p_event_ids))::text);
    return json_build_object('last', v_last, 'lastTime', v_last_time, 'now', v_now, 'current', v_current);
  end
  $$;
`;

/**
 * `append_group` for one event, in three quarters of its time: it takes no arrays, and leaves to it what is recorded
 * already or cannot be. Then it records nothing and answers null.
 */
export const appendOne = (schema: string) => `
  create function "${schema}".append_one(
    p_serialiser text, p_now bigint, p_originator_id uuid, p_expected bigint, p_event_id uuid, p_save_id uuid,
    p_key text, p_time bigint, p_topic text, p_schema_version int, p_encoding text, p_state bytea, p_checksum bigint
  )
  returns json language plpgsql as $$
  declare
    v_last bigint;
    v_last_time bigint;
    v_now bigint;
    v_current bigint;
    v_settled boolean;
    v_nothing text;
  begin
    ${enter(schema)}
    select
      position, recorded_at,
      (
        select max(originator_version) from "${schema}".event
        where originator_id = p_originator_id and originator_version >= coalesce(p_expected, 0)
      ),
      exists (select from "${schema}".event where event_id = p_event_id)
        or p_key is not null and exists (select from "${schema}".event where idempotency_key = p_key)
      into v_last, v_last_time, v_current, v_settled
      from "${schema}".event order by position desc limit 1;
    v_current := coalesce(v_current, 0);
    if v_settled or v_current <> p_expected then
      return null;
    end if;
    ${readClock("p_time")}
    v_last := coalesce(v_last, 0);
    v_last_time := coalesce(v_last_time, 0);
    ${insert(schema)} values (
      v_last + 1, greatest(v_last_time, coalesce(p_time, v_now)), v_current + 1, p_checksum, p_schema_version,
      p_event_id, p_originator_id, p_save_id, p_topic, p_encoding, p_state, p_key
    );
    v_nothing := pg_notify('${schema}', (v_last + 1)::text);
    return json_build_object('last', v_last, 'lastTime', v_last_time, 'now', v_now, 'current', json_build_array(v_current));
  end
  $$;
`;

/** Lets one writer in until it commits. */
const enter = (schema: string) => `
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
`;

/** Reads the clock, for events without a given time. */
const readClock = (given: string) => `
    v_now := coalesce(p_now, floor(extract(epoch from clock_timestamp()) * 1000));
    if ${given} is null and v_now < v_last_time - ${MAX_CLOCK_SKEW} then
      raise exception 'the clock is behind the log'
        using errcode = '${CLOCK_SKEW}', detail = json_build_object('now', v_now, 'lastRecordedAt', v_last_time);
    end if;
`;

const insert = (schema: string) => `
    insert into "${schema}".event (
      position, recorded_at, originator_version, checksum, schema_version,
      event_id, originator_id, save_id, topic, encoding, state, idempotency_key
    )
`;
