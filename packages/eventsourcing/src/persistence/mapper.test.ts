import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, it } from "vitest";
import { z } from "zod";
import { ProgrammingError } from "../domain/errors.ts";
import type { DomainEvent } from "../domain/event.ts";
import { declareEvent, type EventType } from "../domain/event-type.ts";
import { evolved } from "../domain/evolution.ts";
import { uuid7 } from "../domain/uuid.ts";
import { aes256gcm } from "./cipher.ts";
import { gzip } from "./compressor.ts";
import { Encoder } from "./encoder.ts";
import { Mapper } from "./mapper.ts";
import { DamagedEventError, FutureEventError, MismatchedEventError, UnknownTopicError } from "./store-errors.ts";
import type { RecordedEvent } from "./stored-event.ts";
import { Topics } from "./topics.ts";
import { JsonTranscoder, NotTranscodableError } from "./transcoder.ts";

const plain = new Encoder({ transcoder: new JsonTranscoder() });
const secret = new Encoder({
  transcoder: new JsonTranscoder(),
  compressor: gzip,
  ciphers: [aes256gcm({ keyId: "k", key: randomBytes(32) })],
});

const titled = declareEvent(["Page"], "Titled", { title: z.string(), at: z.date().optional() }, {});
// The same event after three changes of shape, a rename, and a rename of its aggregate.
const evolvedTitled = declareEvent(
  ["Article", "Page"],
  "Renamed",
  evolved(
    { name: z.string().max(5), tags: z.array(z.string()), n: z.number() },
    {
      formerly: ["Titled"],
      upcast: [
        ({ title, ...rest }) => ({ ...rest, name: title }),
        ({ at: _, ...rest }) => ({ ...rest, tags: [] }),
        (data) => ({ ...data, n: 4 }),
      ],
    },
  ),
  {},
);

describe("the mapper", () => {
  it("gives back any event, with what the store adds to it", async () => {
    const anything = declareEvent(["Thing"], "Happened", { text: z.string(), value: z.unknown() }, {});
    const data = fc.record(
      { text: fc.string({ unit: "binary" }), value: fc.oneof(fc.bigInt(), fc.date(), fc.string()) },
      { noNullPrototype: true },
    );
    const metadata = fc.option(fc.dictionary(fc.string({ unit: "binary" }), fc.string(), { noNullPrototype: true }), {
      nil: undefined,
    });
    for (const encoder of [plain, secret]) {
      await fc.assert(
        fc.asyncProperty(data, metadata, async (given, meta) => {
          const mapper = mapperFor(encoder, anything);
          const event = eventOf(anything, given);
          const row = await recordedBy(mapper, event, meta);
          assert.deepStrictEqual(mapper.toDomain(row), {
            ...event,
            position: row.position,
            saveId: row.saveId,
            recordedAt: row.recordedAt,
            metadata: meta ?? {},
          });
        }),
        { numRuns: 50 },
      );
    }
  });

  it("writes plain data as plain JSON, and metadata beside it", async () => {
    const mapper = mapperFor(plain, titled);
    const event = eventOf(titled, { title: "Home" });
    assert.equal((await recordedBy(mapper, event)).state, '{"title":"Home"}');
    assert.equal((await recordedBy(mapper, event, {})).state, '{"title":"Home"}');
    const { state } = await recordedBy(mapper, event, { summary: "first" });
    assert.equal(state, '[{"title":"Home"},{"summary":"first"}]');
  });

  it("writes the key of a save beside the data, and gives it back, whatever a program before it makes of that", async () => {
    const mapper = mapperFor(plain, titled);
    const event = eventOf(titled, { title: "Home" });
    for (const [metadata, state] of [
      [undefined, '[{"title":"Home"},{},"key 1"]'],
      [{ summary: "first" }, '[{"title":"Home"},{"summary":"first"},"key 1"]'],
    ] as const) {
      const saveId = uuid7();
      const stored = await mapper.toStored(event, { saveId, metadata, idempotencyKey: "key 1" });
      assert.equal(stored.state, state);
      const row = { ...stored, originatorVersion: 1, position: 1, saveId, recordedAt: 0 };
      const { data, metadata: read, idempotencyKey } = mapper.toDomain(row);
      assert.deepEqual([data, read, idempotencyKey], [event.data, metadata ?? {}, "key 1"]);
      assert.throws(() => mapper.toDomain({ ...row, state: state.replace("key 1", "key 2") }), DamagedEventError);
    }
    assert.equal("idempotencyKey" in mapper.toDomain(await recordedBy(mapper, event)), false);
  });

  it("asks for the next version for a log's event, which has none", async () => {
    const { originatorVersion: _, ...pending } = eventOf(titled, { title: "Home" });
    const row = await mapperFor(plain, titled).toStored(pending as never, { saveId: uuid7() });
    assert.equal(row.originatorVersion, null);
  });

  it("reads an event of every older version and under every former name as one of today", async () => {
    const today = mapperFor(plain, evolvedTitled);
    for (const [topic, schemaVersion, data, expected] of [
      ["Page.Titled", 1, { title: "Home", at: new Date(0) }, { name: "Home", tags: [], n: 4 }],
      ["Page.Titled", 2, { name: "Home", at: new Date(0) }, { name: "Home", tags: [], n: 4 }],
      ["Page.Renamed", 3, { name: "Home", tags: ["a"] }, { name: "Home", tags: ["a"], n: 4 }],
      ["Article.Titled", 4, { name: "Home", tags: ["a"], n: 9 }, { name: "Home", tags: ["a"], n: 9 }],
      ["Article.Renamed", 4, { name: "Home", tags: [], n: 1 }, { name: "Home", tags: [], n: 1 }],
    ] as const) {
      const event = today.toDomain(await rowOf(topic, schemaVersion, data));
      assert.deepStrictEqual(
        { type: event.type, topic: event.topic, data: event.data },
        { type: "Renamed", topic: "Article.Renamed", data: expected },
      );
    }
    assert.equal((await recordedBy(today, eventOf(evolvedTitled, {}))).schemaVersion, 4);
  });

  it("checks the structure of what it reads, but not the limits, which may have been tightened since", async () => {
    const mapper = mapperFor(plain, evolvedTitled);
    const tooLong = await rowOf("Article.Renamed", 4, { name: "longer than five", tags: [], n: 1 });
    assert.deepStrictEqual(mapper.toDomain(tooLong).data, { name: "longer than five", tags: [], n: 1 });
    for (const data of [{ name: "Home", tags: [] }, { name: "Home", tags: [], n: 1, more: true }, {}]) {
      const row = await rowOf("Article.Renamed", 4, data);
      const error = caught(() => mapper.toDomain(row));
      assert.ok(error instanceof MismatchedEventError, JSON.stringify(data));
      assert.deepEqual([error.topic, error.schemaVersion], ["Article.Renamed", 4]);
      for (const field of Object.keys(data)) assert.match(error.message, new RegExp(field));
    }
    for (const data of [[], [5], 5, null]) {
      const row = await rowOf("Article.Renamed", 4, data);
      assert.throws(() => mapper.toDomain(row), DamagedEventError, JSON.stringify(data));
    }
  });

  it("names the row whose upcast throws", async () => {
    const broken = () => {
      throw new TypeError("no street");
    };
    const declared = declareEvent(["Page"], "Titled", evolved({ title: z.string() }, { upcast: [broken] }), {});
    const row = await rowOf("Page.Titled", 1, { title: "Home" });
    const error = caught(() => mapperFor(plain, declared).toDomain(row));
    assert.ok(error instanceof MismatchedEventError, String(error));
    assert.deepEqual([error.originatorId, error.originatorVersion], [row.originatorId, row.originatorVersion]);
    assert.match(error.message, /to version 2 threw TypeError: no street/);
  });

  it("refuses a topic that is not declared, in both directions", async () => {
    const mapper = mapperFor(plain, titled);
    const error = caught(() => mapper.toDomain({ ...someRow(), topic: "Page.Burnt" }));
    assert.ok(error instanceof UnknownTopicError, String(error));
    assert.equal(error.topic, "Page.Burnt");
    assert.throws(() => mapper.toStored(eventOf(evolvedTitled, {}), { saveId: uuid7() }), ProgrammingError);
  });

  it("refuses an event of a version that is yet to come", async () => {
    const row = await rowOf("Page.Titled", 2, { title: "Home" });
    const error = caught(() => mapperFor(plain, titled).toDomain(row));
    assert.ok(error instanceof FutureEventError, String(error));
    assert.deepEqual([error.topic, error.schemaVersion, error.supportedVersion], ["Page.Titled", 2, 1]);
  });

  it("names the row that is damaged, wherever the damage is", async () => {
    const mapper = mapperFor(secret, titled);
    const row = await recordedBy(mapper, eventOf(titled, { title: "Home" }), { summary: "first" });
    assert.deepEqual(mapper.toDomain(row).data, { title: "Home" });
    const state = Buffer.from(row.state as Uint8Array);
    state[20] = (state[20] ?? 0) ^ 1;
    for (const changed of [
      { state },
      { checksum: row.checksum ^ 1 },
      { encoding: "json+gzip" },
      { eventId: uuid7() },
      { originatorId: uuid7() },
      { saveId: uuid7() },
    ]) {
      const damaged = { ...row, ...changed };
      const error = caught(() => mapper.toDomain(damaged));
      assert.ok(error instanceof DamagedEventError, `${Object.keys(changed)}: ${String(error)}`);
      assert.deepEqual(
        [error.originatorId, error.originatorVersion, error.topic],
        [damaged.originatorId, 3, "Page.Titled"],
      );
    }
  });

  it("does not let a row pass under another topic or another version of its schema", async () => {
    const other = declareEvent(["Page"], "Moved", { title: z.string() }, {});
    const mapper = mapperFor(plain, titled, other);
    const row = await recordedBy(mapper, eventOf(titled, { title: "Home" }));
    assert.throws(() => mapper.toDomain({ ...row, topic: "Page.Moved" }), DamagedEventError);
    const today = mapperFor(plain, evolvedTitled);
    assert.throws(() => today.toDomain({ ...row, schemaVersion: 2 }), DamagedEventError);
  });

  it("refuses data without a stored form", () => {
    const odd = declareEvent(["Page"], "Odd", { value: z.unknown() }, {});
    const event = eventOf(odd, { value: () => 1 });
    assert.throws(() => mapperFor(plain, odd).toStored(event, { saveId: uuid7() }), NotTranscodableError);
  });

  it("does not take two declarations for one topic", () => {
    assert.throws(() => mapperFor(plain, titled, evolvedTitled), ProgrammingError);
  });
});

function mapperFor(encoder: Encoder, ...eventTypes: EventType[]): Mapper {
  return new Mapper(encoder, new Topics(eventTypes));
}

function eventOf({ type, topic }: EventType, data: object): DomainEvent {
  return { type, topic, id: uuid7(), originatorId: uuid7(), originatorVersion: 3, data };
}

async function recordedBy(mapper: Mapper, event: DomainEvent, metadata?: object): Promise<RecordedEvent> {
  const saveId = uuid7();
  const stored = await mapper.toStored(event, { saveId, metadata: metadata as Record<string, unknown> | undefined });
  return { ...stored, originatorVersion: 3, position: 12, saveId, recordedAt: 1_000 };
}

/** A row as a program of another time would have recorded it: with a value that today's declarations may not make. */
async function rowOf(topic: string, schemaVersion: number, data: unknown): Promise<RecordedEvent> {
  const row = { ...someRow(), topic, schemaVersion };
  const identity = [row.eventId, row.originatorId, topic, schemaVersion, row.saveId].join("\n");
  return { ...row, ...(await plain.encode(data, identity)) };
}

function someRow(): RecordedEvent {
  return {
    eventId: uuid7(),
    originatorId: uuid7(),
    originatorVersion: 3,
    topic: "Page.Titled",
    schemaVersion: 1,
    encoding: "json",
    state: "{}",
    checksum: 0,
    position: 12,
    saveId: uuid7(),
    recordedAt: 1_000,
  };
}

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
