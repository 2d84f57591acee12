import assert from "node:assert/strict";
import pg from "pg";
import { afterEach, beforeEach, describe, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../../tools/testing/test-database.ts";
import { uuid7 } from "../../domain/uuid.ts";
import type { Recorder } from "../../persistence/recorder.ts";
import type { RecordedEvent } from "../../persistence/stored-event.ts";
import { anEvent, eventsOf, saveOf, wholeLog } from "../../testing/contract-case.ts";
import { openPostgresRecorder } from "./postgres-recorder.ts";

const COLUMNS = [
  "position",
  "recorded_at",
  "originator_version",
  "checksum",
  "schema_version",
  "event_id",
  "originator_id",
  "save_id",
  "topic",
  "encoding",
  "state",
  "idempotency_key",
];

// A row as it stands, with some values changed: what another program that is connected could try.
const INSERT = (changed: { readonly [column: string]: string }) =>
  `insert into palimpsest.event (${COLUMNS})
   select ${COLUMNS.map((column) => changed[column] ?? column)} from palimpsest.event where position = 2`;
const FRESH = { event_id: "gen_random_uuid()", originator_id: "gen_random_uuid()", idempotency_key: "'new'" };
const NEXT = INSERT({ ...FRESH, position: "4" });

const REFUSED: { readonly [what: string]: string } = {
  "an update": "update palimpsest.event set state = '' where position = 2",
  "an update of nothing": "update palimpsest.event set state = '' where false",
  "a delete": "delete from palimpsest.event where position = 3",
  truncate: "truncate palimpsest.event",
  "truncate of the schema's tables": "truncate palimpsest.snapshot, palimpsest.event cascade",
  "an upsert": `${INSERT({})} on conflict (position) do update set state = ''`,
  "an upsert that would insert": `${NEXT} on conflict (position) do update set state = ''`,
  "a merge": "merge into palimpsest.event using (select 2) as given (n) on position = n when matched then delete",
  "an insert": NEXT,
  "an insert that leaves a gap": INSERT({ ...FRESH, position: "5" }),
  "an insert before the first": INSERT({ ...FRESH, position: "0" }),
  "several rows that leave a gap": `with next as (${NEXT} returning 1) ${INSERT({ ...FRESH, position: "6", idempotency_key: "null" })}`,
  "copying a gap in": `do $$ begin execute $q$${INSERT({ ...FRESH, position: "9" })}$q$; end $$`,
  "an insert at a position": INSERT({ ...FRESH, position: "3" }),
  "an insert of an event": INSERT({ ...FRESH, position: "4", event_id: "event_id" }),
  "an insert of a version": INSERT({ ...FRESH, position: "4", originator_id: "originator_id" }),
  "an insert of an idempotency key": INSERT({ ...FRESH, position: "4", idempotency_key: "'key'" }),
};

describe("the event table of PostgreSQL", () => {
  let database: TestDatabase;
  let recorder: Recorder;
  let other: pg.Client;
  let before: readonly RecordedEvent[];

  beforeEach(async () => {
    database = await createTestDatabase();
    recorder = await openPostgresRecorder({ connectionString: database.connectionString });
    await recorder.append(saveOf(eventsOf(uuid7(), 1, 2), { idempotencyKey: "key" }));
    await recorder.append(saveOf(eventsOf(uuid7(), null)));
    before = await wholeLog(recorder);
    other = new pg.Client({ connectionString: database.connectionString });
    await other.connect();
  });
  afterEach(async () => {
    await other.end();
    await recorder.close();
    await database.drop();
  });

  for (const role of ["origin", "replica"]) {
    it(`refuses every way to change or remove an event, from any connection, with session_replication_role ${role}`, async () => {
      await other.query(`set session_replication_role = ${role}`);
      for (const [what, sql] of Object.entries(REFUSED)) {
        await assert.rejects(other.query(sql), /append-only|duplicate key/, what);
        assert.deepEqual(await wholeLog(recorder), before, what);
      }
    });
  }

  it("takes the event that comes next, as a control of these tests", async () => {
    await other.query("set palimpsest.writer = append_group");
    await other.query(NEXT);
    assert.equal(await recorder.head(), 4);
    assert.equal((await recorder.append(saveOf([anEvent()]))).firstPosition, 5);
  });

  it("finds what it asks for by an index, whatever the size of the table when it first asked", async () => {
    await other.query("set enable_seqscan = off; set plan_cache_mode = force_generic_plan");
    const conditions: { readonly [where: string]: unknown[] } = {
      "event_id = any ($1)": ["{00000000-0000-0000-0000-000000000000}"],
      "idempotency_key = any ($1)": ["{a}"],
      "originator_id = $1 and originator_version >= $2": [uuid7(), 1],
    };
    for (const [where, values] of Object.entries(conditions)) {
      const { rows } = await other.query(`explain select from palimpsest.event where ${where}`, values);
      assert.match(JSON.stringify(rows), /Index (Only )?Scan|Bitmap Index Scan/, where);
    }
  });
});
