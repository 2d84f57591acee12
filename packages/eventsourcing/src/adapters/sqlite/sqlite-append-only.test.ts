import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, it } from "vitest";
import { temporaryFile } from "../../../test/sqlite/temporary-file.ts";
import { uuid7 } from "../../domain/uuid.ts";
import type { Recorder } from "../../persistence/recorder.ts";
import type { RecordedEvent } from "../../persistence/stored-event.ts";
import { eventsOf, saveOf, wholeLog } from "../../testing/contract-case.ts";
import { openSqliteRecorder } from "./sqlite-recorder.ts";

const COLUMNS = `position, event_id, originator_id, originator_version, topic, schema_version, save_id, recorded_at,
  encoding, state, checksum, idempotency_key`;

// As it stands, with one value changed: what another program that opens the file could try.
const COPY = (changed: Record<string, string>) =>
  COLUMNS.split(",")
    .map((column) => changed[column.trim()] ?? column.trim())
    .join(", ");
const FRESH = { position: "4", event_id: "'new'", originator_id: "'new'", idempotency_key: "'new'" };

const REFUSED: { readonly [what: string]: string } = {
  "an update": "update event set state = 'x' where position = 2",
  "an update of a position": "update event set position = 9 where position = 3",
  "an update of all": "update or replace event set recorded_at = 0",
  "a delete": "delete from event where position = 3",
  "a delete of all": "delete from event",
  "insert or replace at a position": `insert or replace into event select ${COPY({ ...FRESH, position: "2" })} from event where position = 2`,
  "insert or replace of an event id": `insert or replace into event select ${COPY({ ...FRESH, event_id: "event_id" })} from event where position = 2`,
  "insert or replace of a version": `insert or replace into event select ${COPY({ ...FRESH, originator_id: "originator_id" })} from event where position = 2`,
  "replace of an idempotency key": `replace into event select ${COPY({ ...FRESH, idempotency_key: "idempotency_key" })} from event where position = 1`,
  "an upsert": `insert into event select ${COPY({})} from event where position = 2 on conflict do update set state = 'x'`,
  "an insert that leaves a gap": `insert into event select ${COPY({ ...FRESH, position: "5" })} from event where position = 1`,
  "an insert before the end": `insert into event select ${COPY({ ...FRESH, position: "0" })} from event where position = 1`,
  "an insert that leaves the position open": `insert into event select ${COPY({ ...FRESH, position: "null" })} from event where position = 1`,
};

describe("the event table of SQLite", () => {
  let file: string;
  let recorder: Recorder;
  let before: readonly RecordedEvent[];

  beforeEach(async () => {
    file = temporaryFile();
    recorder = await openSqliteRecorder({ file });
    await recorder.append(saveOf(eventsOf(uuid7(), 1, 2), { idempotencyKey: "key" }));
    await recorder.append(saveOf(eventsOf(uuid7(), null)));
    before = await wholeLog(recorder);
  });
  afterEach(() => recorder.close());

  for (const recursiveTriggers of ["off", "on"]) {
    it(`refuses every way to change or remove an event, from any connection, with recursive_triggers ${recursiveTriggers}`, async () => {
      const other = new DatabaseSync(file);
      other.exec(`pragma recursive_triggers = ${recursiveTriggers}`);
      for (const [what, sql] of Object.entries(REFUSED)) {
        assert.throws(() => other.exec(sql), /append-only/, what);
        assert.deepEqual(await wholeLog(recorder), before, what);
      }
      other.close();
    });
  }

  it("takes the event that comes next, as a control of these tests", async () => {
    const other = new DatabaseSync(file);
    other.exec(`insert into event select ${COPY(FRESH)} from event where position = 1`);
    other.close();
    assert.equal(await recorder.head(), 4);
  });

  it("finds repeated keys, events and versions by an index, however long the log", () => {
    const other = new DatabaseSync(file);
    for (const where of ["event_id = 'a'", "idempotency_key = 'a'", "originator_id = 'a' and originator_version = 1"]) {
      const [plan] = other.prepare(`explain query plan select 1 from event where ${where}`).all();
      assert.match(String(plan?.["detail"]), /^SEARCH event USING .*INDEX/, where);
    }
    other.close();
  });
});
