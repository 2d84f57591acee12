--
-- PostgreSQL database dump
--


-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: accounts; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA accounts;


--
-- Name: palimpsest; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA palimpsest;


--
-- Name: append_group(text, bigint, uuid[], bigint[], integer[], integer[], integer[], uuid[], uuid[], text[], bigint[], text[], integer[], text[], bytea[], bigint[]); Type: FUNCTION; Schema: palimpsest; Owner: -
--

CREATE FUNCTION palimpsest.append_group(p_serialiser text, p_now bigint, p_originator_ids uuid[], p_expected bigint[], p_saves integer[], p_originators integer[], p_ordinals integer[], p_event_ids uuid[], p_save_ids uuid[], p_keys text[], p_times bigint[], p_topics text[], p_schema_versions integer[], p_encodings text[], p_states bytea[], p_checksums bigint[]) RETURNS json
    LANGUAGE plpgsql
    AS $$
  declare
    v_last bigint;
    v_last_time bigint;
    v_now bigint;
    v_current bigint[];
    v_settled boolean;
    v_nothing text; -- assigning to it costs less than `perform`, which makes a query of a call
  begin
    
    -- In a stricter level all statements would share a snapshot from before the lock.
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'the log is written in read committed, not in %', current_setting('transaction_isolation')
        using errcode = 'invalid_transaction_state';
    end if;

    if p_serialiser = 'row-lock' then
      perform from "palimpsest".log for update;
    else
      v_nothing := pg_advisory_xact_lock(1346456649, '"palimpsest".event'::regclass::oid::int);
    end if;

    select position, recorded_at, exists (select from "palimpsest".event where event_id = any (p_event_ids))
      into v_last, v_last_time, v_settled
      from "palimpsest".event order by position desc limit 1;
    -- The lower bound spares reading all versions on the page of the index; below it is a conflict, whatever it is.
    v_current := array(
      select coalesce((
        select max(originator_version) from "palimpsest".event
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
      v_settled := v_settled or exists (select from "palimpsest".event where idempotency_key = any (p_keys));
    end if;

    if v_settled then
      return json_build_object(
        'settled', "palimpsest".settled_saves(p_originator_ids, p_expected, p_saves, p_originators, p_event_ids, p_keys)
      );
    end if;

    
    v_now := coalesce(p_now, floor(extract(epoch from clock_timestamp()) * 1000));
    if p_times is null and v_now < v_last_time - 60000 then
      raise exception 'the clock is behind the log'
        using errcode = 'PAL01', detail = json_build_object('now', v_now, 'lastRecordedAt', v_last_time);
    end if;

    v_last := coalesce(v_last, 0);
    v_last_time := coalesce(v_last_time, 0);
    
    insert into "palimpsest".event (
      position, recorded_at, originator_version, checksum, schema_version,
      event_id, originator_id, save_id, topic, encoding, state, idempotency_key
    )

    select
      v_last + n, greatest(v_last_time, p_times[n], case when p_times is null then v_now end),
      v_current[p_originators[n]] + p_ordinals[n], p_checksums[n], p_schema_versions[n],
      p_event_ids[n], p_originator_ids[p_originators[n]], p_save_ids[n],
      p_topics[n], p_encodings[n], p_states[n], p_keys[n]
    from generate_series(1, cardinality(p_event_ids)) as n;

    v_nothing := pg_notify('palimpsest', (v_last + cardinality(p_event_ids))::text);
    return json_build_object('last', v_last, 'lastTime', v_last_time, 'now', v_now, 'current', v_current);
  end
  $$;


--
-- Name: append_one(text, bigint, uuid, bigint, uuid, uuid, text, bigint, text, integer, text, bytea, bigint); Type: FUNCTION; Schema: palimpsest; Owner: -
--

CREATE FUNCTION palimpsest.append_one(p_serialiser text, p_now bigint, p_originator_id uuid, p_expected bigint, p_event_id uuid, p_save_id uuid, p_key text, p_time bigint, p_topic text, p_schema_version integer, p_encoding text, p_state bytea, p_checksum bigint) RETURNS json
    LANGUAGE plpgsql
    AS $$
  declare
    v_last bigint;
    v_last_time bigint;
    v_now bigint;
    v_current bigint;
    v_settled boolean;
    v_nothing text;
  begin
    
    -- In a stricter level all statements would share a snapshot from before the lock.
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'the log is written in read committed, not in %', current_setting('transaction_isolation')
        using errcode = 'invalid_transaction_state';
    end if;

    if p_serialiser = 'row-lock' then
      perform from "palimpsest".log for update;
    else
      v_nothing := pg_advisory_xact_lock(1346456649, '"palimpsest".event'::regclass::oid::int);
    end if;

    select
      position, recorded_at,
      (
        select max(originator_version) from "palimpsest".event
        where originator_id = p_originator_id and originator_version >= coalesce(p_expected, 0)
      ),
      exists (select from "palimpsest".event where event_id = p_event_id)
        or p_key is not null and exists (select from "palimpsest".event where idempotency_key = p_key)
      into v_last, v_last_time, v_current, v_settled
      from "palimpsest".event order by position desc limit 1;
    v_current := coalesce(v_current, 0);
    if v_settled or v_current <> p_expected then
      return null;
    end if;
    
    v_now := coalesce(p_now, floor(extract(epoch from clock_timestamp()) * 1000));
    if p_time is null and v_now < v_last_time - 60000 then
      raise exception 'the clock is behind the log'
        using errcode = 'PAL01', detail = json_build_object('now', v_now, 'lastRecordedAt', v_last_time);
    end if;

    v_last := coalesce(v_last, 0);
    v_last_time := coalesce(v_last_time, 0);
    
    insert into "palimpsest".event (
      position, recorded_at, originator_version, checksum, schema_version,
      event_id, originator_id, save_id, topic, encoding, state, idempotency_key
    )
 values (
      v_last + 1, greatest(v_last_time, coalesce(p_time, v_now)), v_current + 1, p_checksum, p_schema_version,
      p_event_id, p_originator_id, p_save_id, p_topic, p_encoding, p_state, p_key
    );
    v_nothing := pg_notify('palimpsest', (v_last + 1)::text);
    return json_build_object('last', v_last, 'lastTime', v_last_time, 'now', v_now, 'current', json_build_array(v_current));
  end
  $$;


--
-- Name: position_at(bigint); Type: FUNCTION; Schema: palimpsest; Owner: -
--

CREATE FUNCTION palimpsest.position_at(p_instant bigint) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
  declare
    v_before bigint := 0;
    v_after bigint;
    v_middle bigint;
  begin
    select coalesce(max(position), 0) + 1 into v_after from "palimpsest".event;
    while v_after - v_before > 1 loop
      v_middle := (v_before + v_after) / 2;
      if (select recorded_at from "palimpsest".event where position = v_middle) <= p_instant then
        v_before := v_middle;
      else
        v_after := v_middle;
      end if;
    end loop;
    return v_before;
  end
  $$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: palimpsest; Owner: -
--

CREATE FUNCTION palimpsest.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
  begin
    raise exception 'the log is append-only: % is refused', lower(tg_op) using errcode = 'restrict_violation';
  end
  $$;


--
-- Name: refuse_gap(); Type: FUNCTION; Schema: palimpsest; Owner: -
--

CREATE FUNCTION palimpsest.refuse_gap() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
  begin
    if current_setting('palimpsest.writer', true) is distinct from 'append_group' then
      raise exception 'the log is append-only: events are inserted by append_group alone'
        using errcode = 'restrict_violation';
    end if;
    return null;
  end
  $$;


--
-- Name: save_at(bigint); Type: FUNCTION; Schema: palimpsest; Owner: -
--

CREATE FUNCTION palimpsest.save_at(p_position bigint, OUT receipt json, OUT event_ids uuid[], OUT originator_ids uuid[]) RETURNS record
    LANGUAGE sql STABLE
    AS $$
    with first as (select * from "palimpsest".event where position = p_position),
    next as (
      select event.position from "palimpsest".event, first
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
    from first, "palimpsest".event
    where event.position >= p_position and event.position < coalesce((select position from next), 9223372036854775807)
    group by first.save_id, first.recorded_at
  $$;


--
-- Name: settled_saves(uuid[], bigint[], integer[], integer[], uuid[], text[]); Type: FUNCTION; Schema: palimpsest; Owner: -
--

CREATE FUNCTION palimpsest.settled_saves(p_originator_ids uuid[], p_expected bigint[], p_saves integer[], p_originators integer[], p_event_ids uuid[], p_keys text[]) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    with given as (
      select save, p_originator_ids[originator] as originator_id, p_expected[originator] as expected, id, key, n
      from unnest(p_saves, p_originators, p_event_ids, p_keys) with ordinality as given (save, originator, id, key, n)
    ),
    standing as (select save, n, id, position from given join "palimpsest".event on event_id = id),
    settled as (
      select save, 1 as rank, n, json_build_object('kind', 'recorded', 'receipt', stored.receipt) as outcome
      from given join "palimpsest".event on idempotency_key = key, "palimpsest".save_at(position) as stored
      union all
      select save, 2, n, json_build_object('kind', 'recorded', 'receipt', stored.receipt)
      from standing, "palimpsest".save_at(position) as stored
      where (stored.event_ids, stored.originator_ids) = (
        select array_agg(id order by n), array_agg(originator_id order by n) from given where save = standing.save
      )
      union all
      select save, 3, n, json_build_object(
        'kind', 'conflict', 'originatorId', originator_id, 'expectedVersion', expected, 'currentVersion', current
      )
      from given, lateral (
        select coalesce(max(originator_version), 0) as current
        from "palimpsest".event where originator_id = given.originator_id
      ) as stored
      where expected <> current
      union all
      select save, 4, n, json_build_object('kind', 'duplicate', 'eventId', id) from standing
    )
    select coalesce(json_agg(own), '[]') from (select distinct on (save) save, outcome from settled order by save, rank, n) as own
  $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: person; Type: TABLE; Schema: accounts; Owner: -
--

CREATE TABLE accounts.person (
    id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    created_at bigint NOT NULL
);


--
-- Name: schema_version; Type: TABLE; Schema: accounts; Owner: -
--

CREATE TABLE accounts.schema_version (
    single integer NOT NULL,
    version integer NOT NULL,
    CONSTRAINT schema_version_single_check CHECK ((single = 1))
);


--
-- Name: event; Type: TABLE; Schema: palimpsest; Owner: -
--

CREATE TABLE palimpsest.event (
    "position" bigint NOT NULL,
    recorded_at bigint NOT NULL,
    originator_version bigint NOT NULL,
    checksum bigint NOT NULL,
    schema_version integer NOT NULL,
    event_id uuid NOT NULL,
    originator_id uuid NOT NULL,
    save_id uuid NOT NULL,
    topic text NOT NULL,
    encoding text NOT NULL,
    state bytea NOT NULL,
    idempotency_key text
);


--
-- Name: generation; Type: TABLE; Schema: palimpsest; Owner: -
--

CREATE TABLE palimpsest.generation (
    name text NOT NULL,
    generation integer NOT NULL
);


--
-- Name: lease; Type: TABLE; Schema: palimpsest; Owner: -
--

CREATE TABLE palimpsest.lease (
    name text NOT NULL,
    holder text NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Name: log; Type: TABLE; Schema: palimpsest; Owner: -
--

CREATE TABLE palimpsest.log (
    single boolean DEFAULT true NOT NULL,
    log_id uuid NOT NULL,
    epoch uuid NOT NULL,
    schema_version integer NOT NULL,
    CONSTRAINT log_single_check CHECK (single)
);


--
-- Name: projection; Type: TABLE; Schema: palimpsest; Owner: -
--

CREATE TABLE palimpsest.projection (
    name text NOT NULL,
    generation integer NOT NULL,
    version integer NOT NULL,
    live integer NOT NULL,
    log_id text NOT NULL,
    epoch text NOT NULL,
    "position" bigint NOT NULL,
    event_id text,
    failure text
);


--
-- Name: snapshot; Type: TABLE; Schema: palimpsest; Owner: -
--

CREATE TABLE palimpsest.snapshot (
    originator_version bigint NOT NULL,
    checksum bigint NOT NULL,
    schema_version integer NOT NULL,
    originator_id uuid NOT NULL,
    topic text NOT NULL,
    encoding text NOT NULL,
    state bytea NOT NULL
);


--
-- Data for Name: person; Type: TABLE DATA; Schema: accounts; Owner: -
--

INSERT INTO accounts.person VALUES ('01a22690-6e59-7000-9904-eadc730229a9', 'Ana 🦊', 'ana@example.org', 1795943329369);


--
-- Data for Name: schema_version; Type: TABLE DATA; Schema: accounts; Owner: -
--

INSERT INTO accounts.schema_version VALUES (1, 1);


--
-- Data for Name: event; Type: TABLE DATA; Schema: palimpsest; Owner: -
--

INSERT INTO palimpsest.event VALUES (1, 1795943329408, 1, 3904075650, 1, '01a22690-6e67-7001-9730-be4413013b17', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6e79-7001-b451-5d583c6bd540', 'Page.Created', 'json', '\x7b227469746c65223a22486f6d65222c22736c7567223a22686f6d65222c22626f6479223a22536565205b5b68656c702f73746172745d5d2e5c6e222c2274616773223a5b226669727374225d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (2, 1795943329408, 1, 2430745302, 1, '01a22690-6e67-7002-9eb2-0fee7f27049a', 'fd6e4a52-f7ea-5160-af5e-894173986caf', '01a22690-6e79-7001-b451-5d583c6bd540', 'PageLogged', 'json', '\x7b22706167654964223a2230316132323639302d366536372d373030302d383466322d303863366634633332646338227d', NULL);
INSERT INTO palimpsest.event VALUES (3, 1795943329408, 1, 396661406, 1, '01a22690-6e79-7000-8e88-a840d6a09d34', '7aa23d84-4238-5724-b172-bb75515b2710', '01a22690-6e79-7001-b451-5d583c6bd540', 'Index.Created', 'json', '\x7b22736c7567223a22686f6d65222c22706167654964223a2230316132323639302d366536372d373030302d383466322d303863366634633332646338227d', NULL);
INSERT INTO palimpsest.event VALUES (4, 1795943329452, 1, 2364384242, 1, '01a22690-6e9f-7001-b3b7-4aaf35060865', '01a22690-6e9f-7000-9e3a-f97cdf0d0eb1', '01a22690-6eab-7000-bdec-1c2b7c70ab9c', 'Page.Created', 'json+gzip', '\x1f8b0800000000000003edc8c10d82301406e055c87f6e63ad0a6937e0ec113854a94852c0b48f4442481cc7b99cc48b4b98bceff8552ba8a7e061712617090229cc1d2cee3e3c76e97797a95d6011fad17f5eef6cba65e49f54c77ae4e2e2e2e2e2e2e2e2e2e2e2e2e2fa9b8200b92ec1568dc09c7c2c5b58a8bdd33a374ae6fe6464a19492c6a8a3f4aebd1607a5b571069b5891e6617071814598c60e5bf305b00cfd48560f0000', 'golden key');
INSERT INTO palimpsest.event VALUES (5, 1795943329452, 2, 1122296706, 1, '01a22690-6e9f-7002-ac9d-d43c31d0d741', 'fd6e4a52-f7ea-5160-af5e-894173986caf', '01a22690-6eab-7000-bdec-1c2b7c70ab9c', 'PageLogged', 'json', '\x5b7b22706167654964223a2230316132323639302d366539662d373030302d396533612d663937636466306430656231227d2c7b2273756d6d617279223a226c6f6e67227d5d', NULL);
INSERT INTO palimpsest.event VALUES (6, 1795943329452, 1, 3312038252, 1, '01a22690-6eaa-7000-a1cb-5c716a24004a', '68b1229e-0bf2-54e5-bfb8-c8c415cdd4ab', '01a22690-6eab-7000-bdec-1c2b7c70ab9c', 'Index.Created', 'json', '\x5b7b22736c7567223a2268656c702f7374617274222c22706167654964223a2230316132323639302d366539662d373030302d396533612d663937636466306430656231227d2c7b2273756d6d617279223a226c6f6e67227d5d', NULL);
INSERT INTO palimpsest.event VALUES (7, 1795943329458, 2, 1860009655, 1, '01a22690-6eaf-7000-af87-2dd788110d10', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6eaf-7001-a456-b45a996a6728', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b5b332c2256657273696f6e20302c20736565225d2c31332c5b302c225d5d20616e64205b5b6e6f7768657265225d2c345d2c2273756d223a3938313130383830337d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (8, 1795943329472, 3, 2379334778, 1, '01a22690-6ebe-7000-b499-4955af5eceac', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6ec0-7000-9026-e140a9290c63', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c2231225d2c33385d2c2273756d223a333335323932373834367d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (9, 1795943329487, 4, 1767457776, 1, '01a22690-6ecb-7000-94e9-b0b11cd41521', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6ecb-7001-86a8-b1d7e6feb6c8', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c2232225d2c33385d2c2273756d223a3434313239353433327d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (10, 1795943329501, 5, 1392890568, 1, '01a22690-6edc-7000-b8b3-aeafee6a9f0a', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6edc-7001-bf5b-7835ad430124', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c2233225d2c33385d2c2273756d223a333839313138303635337d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (11, 1795943329517, 6, 3749819016, 1, '01a22690-6eed-7000-b4d3-bc2efdc96bc3', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6eed-7001-ae1b-4e09e4672b99', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c2234225d2c33385d2c2273756d223a323034383138373437377d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (12, 1795943329525, 7, 289815968, 1, '01a22690-6ef3-7000-ae3a-792e224773c0', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6ef3-7001-8e0f-ae393fc91ad1', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c2235225d2c33385d2c2273756d223a323237363936393037327d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (13, 1795943329530, 8, 1594204023, 1, '01a22690-6ef9-7000-b19d-814b8f03a9b0', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6ef9-7001-bef2-e39cc12b6505', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c2236225d2c33385d2c2273756d223a313531323330363237307d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (14, 1795943329539, 9, 343221670, 1, '01a22690-6f03-7000-b959-ccf053d47d8c', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f03-7001-a593-14b7bb50c42a', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c2237225d2c33385d2c2273756d223a323831303234313134377d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (15, 1795943329543, 10, 691414103, 1, '01a22690-6f07-7000-9267-679868389d89', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f07-7001-83ed-a151c33445f2', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c2238225d2c33385d2c2273756d223a333133313434393435357d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (16, 1795943329547, 11, 2531788313, 1, '01a22690-6f09-7000-8ac0-1e37d6dc1e86', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f0a-7000-b64d-ecf7b2392fb7', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c2239225d2c33385d2c2273756d223a313139313532333931347d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (17, 1795943329557, 12, 3657435961, 1, '01a22690-6f11-7000-89eb-aefb64694262', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f12-7000-a7cb-655fc5c7be52', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b312c223130225d2c33385d2c2273756d223a3433333931303834397d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (18, 1795943329568, 13, 4245355537, 1, '01a22690-6f1d-7000-85e2-04a369ee396f', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f1e-7000-b529-fea242507618', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2231225d2c33385d2c2273756d223a333833333538363237367d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (19, 1795943329574, 14, 347572951, 1, '01a22690-6f26-7000-b3a6-45ecf8cf6601', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f26-7001-9783-1202e634034a', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2232225d2c33385d2c2273756d223a3937313735393137387d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (20, 1795943329581, 15, 4233444261, 1, '01a22690-6f2c-7000-818f-021cccd1e4de', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f2c-7001-8c31-15dd3646f1f3', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2233225d2c33385d2c2273756d223a333239333130343233397d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (21, 1795943329587, 16, 2842746653, 1, '01a22690-6f31-7000-9f7d-42e7804c8835', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f31-7001-9db9-957b6bb887a4', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2234225d2c33385d2c2273756d223a313530343837383637397d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (22, 1795943329591, 17, 1994359557, 1, '01a22690-6f36-7000-b979-180a3a17efc1', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f36-7001-9048-594888d42e46', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2235225d2c33385d2c2273756d223a323735323632343234327d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (23, 1795943329621, 18, 4202647433, 1, '01a22690-6f54-7000-ab2a-bc82ada3671d', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f54-7001-8757-2dde56b3a2ec', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2236225d2c33385d2c2273756d223a323033383739343834347d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (24, 1795943329627, 19, 700421901, 1, '01a22690-6f5a-7000-ae35-b0c82daade5b', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f5a-7001-bfe6-242d4843208d', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2237225d2c33385d2c2273756d223a323231373132323933377d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (25, 1795943329630, 20, 2929214030, 1, '01a22690-6f5e-7000-ab97-d2dc8a56af33', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f5e-7001-82bc-e3a9bbcbb3f7', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2238225d2c33385d2c2273756d223a323536363933373730397d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (26, 1795943329644, 21, 129790927, 1, '01a22690-6f6c-7000-b594-23d5a0889f3d', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f6c-7001-908c-b4e95124003e', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2239225d2c33385d2c2273756d223a313638383432323938347d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (27, 1795943329649, 22, 1773853546, 1, '01a22690-6f71-7000-b99e-8b3b1c4bacf1', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f71-7001-a585-141d38b77bd1', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b322c223230225d2c33385d2c2273756d223a313033353233303333347d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (28, 1795943329656, 23, 668538158, 1, '01a22690-6f78-7000-b351-98f1123529d4', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f78-7001-9ed0-d59350a57a5c', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2231225d2c33385d2c2273756d223a333232323735313833357d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (29, 1795943329660, 24, 2722333752, 1, '01a22690-6f7c-7000-94c9-72ae26253b4a', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f7c-7001-989d-8c5a29e5493f', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2232225d2c33385d2c2273756d223a3439353135343830357d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (30, 1795943329662, 25, 783273661, 1, '01a22690-6f7e-7000-a065-e7119b30e2d9', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f7e-7001-a4bc-7e7fadbab30c', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2233225d2c33385d2c2273756d223a333736303231383139327d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (31, 1795943329668, 26, 3058259244, 1, '01a22690-6f84-7000-bc57-4cd1ae98c67e', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f84-7001-b6f6-4390c2b0a37a', 'Page.BodyUpdated', 'json', '\x7b226368616e6765223a7b2276223a312c227061727473223a5b392c5b312c2234225d2c33385d2c2273756d223a323131313434313030307d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (32, 1795943329673, 27, 2589695405, 1, '01a22690-6f89-7000-b1a7-2a727276332a', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f89-7001-bfec-d4482af2c4a4', 'Page.TitleUpdated', 'json', '\x5b7b227469746c65223a22486f6d6520f09f8fa0222c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d2c7b2273756d6d617279223a227769746820612070696374757265227d5d', NULL);
INSERT INTO palimpsest.event VALUES (33, 1795943329676, 28, 2821294618, 1, '01a22690-6f8c-7000-b887-90fdd1a2cf21', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f8c-7001-a262-a979035872e0', 'Page.TagsUpdated', 'json', '\x7b2274616773223a5b226669727374222c2274616773225d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (34, 1795943329689, 29, 338137339, 1, '01a22690-6f98-7000-a3b8-1377f1cda920', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f98-7003-8e97-46166d1e07b8', 'Page.TitleUpdated', 'json', '\x5b7b227469746c65223a22486f6d65222c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d2c7b227265766572746564546f223a337d5d', NULL);
INSERT INTO palimpsest.event VALUES (35, 1795943329689, 30, 3682639051, 1, '01a22690-6f98-7001-99ee-0c1dcf8d7f34', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f98-7003-8e97-46166d1e07b8', 'Page.BodyUpdated', 'json', '\x5b7b226368616e6765223a7b2276223a312c227061727473223a5b382c5b322c2231225d2c33385d2c2273756d223a333335323932373834367d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d2c7b227265766572746564546f223a337d5d', NULL);
INSERT INTO palimpsest.event VALUES (36, 1795943329689, 31, 1044812524, 1, '01a22690-6f98-7002-b9e8-c897e247d38b', '01a22690-6e67-7000-84f2-08c6f4c32dc8', '01a22690-6f98-7003-8e97-46166d1e07b8', 'Page.TagsUpdated', 'json', '\x5b7b2274616773223a5b226669727374225d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d2c7b227265766572746564546f223a337d5d', NULL);
INSERT INTO palimpsest.event VALUES (37, 1795943329702, 2, 3899380962, 1, '01a22690-6fa2-7000-83fb-62b6021c21c5', '01a22690-6e9f-7000-9e3a-f97cdf0d0eb1', '01a22690-6fa5-7002-94d0-7a032af93a6b', 'Page.SlugUpdated', 'json', '\x7b22736c7567223a2268656c70222c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (38, 1795943329702, 2, 3738236451, 1, '01a22690-6fa5-7000-808f-e4f442083162', '68b1229e-0bf2-54e5-bfb8-c8c415cdd4ab', '01a22690-6fa5-7002-94d0-7a032af93a6b', 'Index.PageUpdated', 'json', '\x7b22706167654964223a6e756c6c7d', NULL);
INSERT INTO palimpsest.event VALUES (39, 1795943329702, 1, 3444743276, 1, '01a22690-6fa5-7001-8ee1-f0763fcd9f8e', '533b4d05-c6cb-51a1-89c9-0864c054c165', '01a22690-6fa5-7002-94d0-7a032af93a6b', 'Index.Created', 'json', '\x7b22736c7567223a2268656c70222c22706167654964223a2230316132323639302d366539662d373030302d396533612d663937636466306430656231227d', NULL);
INSERT INTO palimpsest.event VALUES (40, 1795943329711, 3, 3562898399, 1, '01a22690-6fae-7000-b6dc-dff68ec28ffa', '01a22690-6e9f-7000-9e3a-f97cdf0d0eb1', '01a22690-6fae-7002-b6d1-8982e48ae936', 'Page.Deleted', 'json', '\x5b7b22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d2c7b2273756d6d617279223a22676f6e65227d5d', NULL);
INSERT INTO palimpsest.event VALUES (41, 1795943329711, 2, 668047001, 1, '01a22690-6fae-7001-a128-23f5711e8f0a', '533b4d05-c6cb-51a1-89c9-0864c054c165', '01a22690-6fae-7002-b6d1-8982e48ae936', 'Index.PageUpdated', 'json', '\x5b7b22706167654964223a6e756c6c7d2c7b2273756d6d617279223a22676f6e65227d5d', NULL);
INSERT INTO palimpsest.event VALUES (42, 1795943329716, 4, 3019694528, 1, '01a22690-6fb1-7000-941b-4f1b5142c471', '01a22690-6e9f-7000-9e3a-f97cdf0d0eb1', '01a22690-6fb4-7001-a2e9-e54bb7f12eff', 'Page.Restored', 'json', '\x7b22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (43, 1795943329716, 5, 1774098541, 1, '01a22690-6fb2-7000-89f7-37d511c3b292', '01a22690-6e9f-7000-9e3a-f97cdf0d0eb1', '01a22690-6fb4-7001-a2e9-e54bb7f12eff', 'Page.SlugUpdated', 'json', '\x7b22736c7567223a2268656c702f616761696e222c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (44, 1795943329716, 1, 2022453889, 1, '01a22690-6fb4-7000-a851-0255aeb8a609', 'c4406b20-ae76-5748-944d-fc47fa3eeb96', '01a22690-6fb4-7001-a2e9-e54bb7f12eff', 'Index.Created', 'json', '\x7b22736c7567223a2268656c702f616761696e222c22706167654964223a2230316132323639302d366539662d373030302d396533612d663937636466306430656231227d', NULL);
INSERT INTO palimpsest.event VALUES (45, 1795943329725, 1, 2470928111, 1, '01a22690-6fbb-7001-9b0e-16dcda9c3f11', '01a22690-6fbb-7000-bc20-c5c78e0737df', '01a22690-6fbc-7001-9fda-dcef5ddfd484', 'Page.Created', 'json', '\x7b227469746c65223a2244656c65746564222c22736c7567223a2268656c70222c22626f6479223a2264656c65746564222c2274616773223a5b5d2c22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (46, 1795943329725, 3, 626998220, 1, '01a22690-6fbb-7002-83e9-25c503b98739', 'fd6e4a52-f7ea-5160-af5e-894173986caf', '01a22690-6fbc-7001-9fda-dcef5ddfd484', 'PageLogged', 'json', '\x7b22706167654964223a2230316132323639302d366662622d373030302d626332302d633563373865303733376466227d', NULL);
INSERT INTO palimpsest.event VALUES (47, 1795943329725, 3, 3657780866, 1, '01a22690-6fbc-7000-91b8-3f2a4f59cf78', '533b4d05-c6cb-51a1-89c9-0864c054c165', '01a22690-6fbc-7001-9fda-dcef5ddfd484', 'Index.PageUpdated', 'json', '\x7b22706167654964223a2230316132323639302d366662622d373030302d626332302d633563373865303733376466227d', NULL);
INSERT INTO palimpsest.event VALUES (48, 1795943329730, 2, 2125163943, 1, '01a22690-6fc0-7000-b7e5-1c82791a11e8', '01a22690-6fbb-7000-bc20-c5c78e0737df', '01a22690-6fc2-7001-a30d-9e3da8af397a', 'Page.Deleted', 'json', '\x7b22757365724964223a2230316132323639302d366535392d373030302d393930342d656164633733303232396139227d', NULL);
INSERT INTO palimpsest.event VALUES (49, 1795943329730, 4, 1764467431, 1, '01a22690-6fc2-7000-8413-6eefac1b2d3b', '533b4d05-c6cb-51a1-89c9-0864c054c165', '01a22690-6fc2-7001-a30d-9e3da8af397a', 'Index.PageUpdated', 'json', '\x7b22706167654964223a6e756c6c7d', NULL);
INSERT INTO palimpsest.event VALUES (50, 1795943329782, 1, 2118597060, 1, '01a22690-6ff6-7000-9051-842f781701ca', '76d21b0f-8725-50ec-9aa3-a7db192456e3', '01a22690-6ff6-7002-bcef-778af0aa18d1', 'Attachment.Created', 'json+gzip', '\x1f8b080000000000000315cdd90dc2301005c05edeb703eb3beb0e28637d29912042c4480144ef8869603ed8e4d69020a7710c282cb22f48a812b89b3974b285aad15667dbd94b6fb1ccd5eaec7af025775fc4b168539cae73ee64aa0d41ac83c2bebe1b525418affb7f18ed18e7fb55d60d0acfbd3d2e1509a4c598c03485e6798a443431939b9ad4122d19c3c2f8fe00db500163a7000000', NULL);
INSERT INTO palimpsest.event VALUES (51, 1795943329782, 1, 3188143957, 1, '01a22690-6ff6-7001-985c-c55cb8369657', '89320ad8-d6d5-5fe2-98db-ce8ab61f4af5', '01a22690-6ff6-7002-bcef-778af0aa18d1', 'AttachmentLogged', 'json', '\x7b226e616d65223a22612e747874227d', NULL);


--
-- Data for Name: generation; Type: TABLE DATA; Schema: palimpsest; Owner: -
--



--
-- Data for Name: lease; Type: TABLE DATA; Schema: palimpsest; Owner: -
--



--
-- Data for Name: log; Type: TABLE DATA; Schema: palimpsest; Owner: -
--

INSERT INTO palimpsest.log VALUES (true, '01a22690-6dd4-7000-8421-a22fa16983ff', '01a22690-6dd4-7001-afd6-71923c88dac2', 2);


--
-- Data for Name: projection; Type: TABLE DATA; Schema: palimpsest; Owner: -
--



--
-- Data for Name: snapshot; Type: TABLE DATA; Schema: palimpsest; Owner: -
--

INSERT INTO palimpsest.snapshot VALUES (15, 2795056360, 2, '01a22690-6e67-7000-84f2-08c6f4c32dc8', 'Page', 'json+gzip', '\x1f8b080000000000000325ccb16ac3301446e157313f1de55696d20469ccd4bdd045d5a056d7b140968c75ddd684bc7b09193f389c2b38712658bcd59920d0f27681c5f4d0578d3bec154fbc2ff788e98f21f013f276e707ad2dd5d20d5a748da8736ea2bcbc340e2b7bdf85123be74afd9d6825ef9f3f0b6e8fe7fb36c36a65f4200f4a1b010e9706eb30a6b531bcc01278822d5bce0291323145d831e44602738d694c14cf3b2ce410943a1ad91fe9d5f42729656f8c3cf414e2f7494ba54c30b8fd0381b72274e8000000');
INSERT INTO palimpsest.snapshot VALUES (20, 3267573266, 2, '01a22690-6e67-7000-84f2-08c6f4c32dc8', 'Page', 'json+gzip', '\x1f8b080000000000000325ccb14ec3301446e157b17e313ae0ba34c11e99d891588c07836f1a4b8e1dc5374054f5dd51d5f1938ece059c38132cdeea4c9068793bc362baebabc61df68207de975bc4f4c790f80979bbf183d6966a118717291a91706ea2bc3c350e2b7b2f4289c2b9527f275ac9fbc7cf82ebfdf9becdb0fad4f7e6380cca48703837588731ad8de12596c0136cd9729688948929c28e213792986b4c63a2f8bac3421d82d6bd515d4f27d30d4aa9ce18f5dc5188dfc351696d82c1f51fe4efb515e8000000');
INSERT INTO palimpsest.snapshot VALUES (25, 2273754009, 2, '01a22690-6e67-7000-84f2-08c6f4c32dc8', 'Page', 'json+gzip', '\x1f8b080000000000000325ccc14ac4301446e157093f2e534d536d2759ba722fb8895944733b0da44d696ed532ccbbcb30cb0f0ee7024e9c09166f652648d4bc9f6131ddf555e2017bc1031feb2d62fa6348fc84bcdff8415b4d6511ba93a21209e726caeb53e5b0b1f7222c5138b794df8936f2fef173c1f5fe7cdf67d86ee8956e4fadd1121cce15d6614c5b65788935f004bbec394b44cac41461c7902b49cc25a631517c3d60a1daa0756f54d3d38b6906a554638c7a6e28c4efa1535a9b6070fd07a83250bfe8000000');
INSERT INTO palimpsest.snapshot VALUES (30, 2520831861, 2, '01a22690-6e67-7000-84f2-08c6f4c32dc8', 'Page', 'json+gzip', '\x1f8b080000000000000325cdb16ec3201485e15741471d714b706217c64ed92375a10cb45cc748182c83db5a51debd72337ed2af736ea8a14682c6394f048e12d72b34c6873eb3dfa06f78aadbbc47957e2b38be5d5c77bed352424eecc0592162c68c14e79752dd52ad652e79664cca3f232d64edf347c2fd31795927e8b63d4925fbd763c751ddb5401b0c6129fbc1bf2dc7ecea089dd618393c45aae4a107170b714cd98721907fdba0210e4eca4e89a6a3936a7a2144a3943836e4fc57df0a299553b8ff01bda92918ee000000');
INSERT INTO palimpsest.snapshot VALUES (5, 1448610101, 2, '01a22690-6e9f-7000-9e3a-f97cdf0d0eb1', 'Page', 'json+gzip', '\x1f8b0800000000000003edca414e84401085e1ab9017974d6c5121dd4bafe07298456917d04909048ac990c9241ec7737912c3314c6af9bef7dfa0598511f1aeb4281c56d97a440c2cf323f59447387c4c6947bce141f7f96895af477a21d98e2979e4dfef9f62ea8ae36997763432323232323232323232323232fa3784bb8352bf229ece0e33e980386e220e898595136247b2b2c3d794729739bded88f04f545575f065cdafa16cbcf76508fea5644a9fcdb3afaa4001f73f6e644a107a0f0000');


--
-- Name: person person_identity; Type: CONSTRAINT; Schema: accounts; Owner: -
--

ALTER TABLE ONLY accounts.person
    ADD CONSTRAINT person_identity UNIQUE (name, email);


--
-- Name: person person_pkey; Type: CONSTRAINT; Schema: accounts; Owner: -
--

ALTER TABLE ONLY accounts.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);


--
-- Name: schema_version schema_version_pkey; Type: CONSTRAINT; Schema: accounts; Owner: -
--

ALTER TABLE ONLY accounts.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (single);


--
-- Name: event event_event_id_key; Type: CONSTRAINT; Schema: palimpsest; Owner: -
--

ALTER TABLE ONLY palimpsest.event
    ADD CONSTRAINT event_event_id_key UNIQUE (event_id);


--
-- Name: event event_originator_id_originator_version_key; Type: CONSTRAINT; Schema: palimpsest; Owner: -
--

ALTER TABLE ONLY palimpsest.event
    ADD CONSTRAINT event_originator_id_originator_version_key UNIQUE (originator_id, originator_version);


--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: palimpsest; Owner: -
--

ALTER TABLE ONLY palimpsest.event
    ADD CONSTRAINT event_pkey PRIMARY KEY ("position");


--
-- Name: generation generation_pkey; Type: CONSTRAINT; Schema: palimpsest; Owner: -
--

ALTER TABLE ONLY palimpsest.generation
    ADD CONSTRAINT generation_pkey PRIMARY KEY (name);


--
-- Name: lease lease_pkey; Type: CONSTRAINT; Schema: palimpsest; Owner: -
--

ALTER TABLE ONLY palimpsest.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (name);


--
-- Name: log log_pkey; Type: CONSTRAINT; Schema: palimpsest; Owner: -
--

ALTER TABLE ONLY palimpsest.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (single);


--
-- Name: projection projection_pkey; Type: CONSTRAINT; Schema: palimpsest; Owner: -
--

ALTER TABLE ONLY palimpsest.projection
    ADD CONSTRAINT projection_pkey PRIMARY KEY (name, generation);


--
-- Name: snapshot snapshot_pkey; Type: CONSTRAINT; Schema: palimpsest; Owner: -
--

ALTER TABLE ONLY palimpsest.snapshot
    ADD CONSTRAINT snapshot_pkey PRIMARY KEY (originator_id, originator_version);


--
-- Name: event_idempotency_key; Type: INDEX; Schema: palimpsest; Owner: -
--

CREATE UNIQUE INDEX event_idempotency_key ON palimpsest.event USING btree (idempotency_key) WHERE (idempotency_key IS NOT NULL);


--
-- Name: event event_no_change; Type: TRIGGER; Schema: palimpsest; Owner: -
--

CREATE TRIGGER event_no_change BEFORE DELETE OR UPDATE OR TRUNCATE ON palimpsest.event FOR EACH STATEMENT EXECUTE FUNCTION palimpsest.refuse_change();

ALTER TABLE palimpsest.event ENABLE ALWAYS TRIGGER event_no_change;


--
-- Name: event event_no_gap; Type: TRIGGER; Schema: palimpsest; Owner: -
--

CREATE TRIGGER event_no_gap BEFORE INSERT ON palimpsest.event FOR EACH STATEMENT EXECUTE FUNCTION palimpsest.refuse_gap();

ALTER TABLE palimpsest.event ENABLE ALWAYS TRIGGER event_no_gap;


--
-- PostgreSQL database dump complete
--


