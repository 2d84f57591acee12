import assert from "node:assert/strict";
import { uuid7 } from "../domain/uuid.ts";
import type { StoredEvent } from "../persistence/stored-event.ts";
import { anEvent, aSnapshot, type ContractCase, comparable, rowOf, saveOf, upTo } from "./contract-case.ts";

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const EVERY_CHARACTER = JSON.stringify(
  `${String.fromCharCode(...upTo(0x24f), 0)}\ud800 lone \udfff\u2028\u2029\ufeff\ufffd\uffff 日本 👩‍👩‍👧 \\ ' " $1 %s ?`,
);

const STATES: readonly { readonly what: string; readonly encoding: string; readonly state: string | Uint8Array }[] = [
  {
    what: "a JSON text with every kind of character, NUL and lone surrogates escaped",
    encoding: "json",
    state: EVERY_CHARACTER,
  },
  { what: "a JSON text that is a number", encoding: "json", state: "0" },
  { what: "a JSON text with spaces and repeated keys", encoding: "json", state: ' { "a" : 1.0, "a" : 1e2 } \r\n' },
  { what: "a JSON text of 1 MiB", encoding: "json", state: JSON.stringify("añ👍".repeat(131_072)) },
  { what: "every byte value", encoding: "json+gzip", state: EVERY_BYTE },
  { what: "bytes that look like text", encoding: "json+gzip", state: new TextEncoder().encode("{}") },
  { what: "a view into other bytes", encoding: "json+gzip", state: EVERY_BYTE.subarray(17, 40) },
  { what: "no bytes", encoding: "json+gzip", state: new Uint8Array(0) },
  {
    what: "1 MiB of bytes",
    encoding: "json+zstd+aes256gcm:k1",
    state: new Uint8Array(1_048_576).map((_, index) => index * 7),
  },
];

/** What was recorded is read back, to the byte. */
export const states: readonly ContractCase[] = [
  ...STATES.map(
    ({ what, encoding, state }): ContractCase => ({
      name: `gives back ${what}`,
      async run({ open }) {
        const recorder = await open();
        const event = anEvent({ encoding, state });
        const expected = comparable([rowOf(event, await recorder.append(saveOf([event])))]);
        assert.deepEqual(comparable(await recorder.readStream(event.originatorId)), expected);
        assert.deepEqual(
          comparable(await recorder.readStreams([{ originatorId: event.originatorId, after: 0 }])),
          expected,
        );
        assert.deepEqual(comparable(await recorder.readLog({ limit: 1 })), expected);
        const snapshot = aSnapshot({ encoding, state });
        await recorder.snapshots.write([snapshot]);
        const found = await recorder.snapshots.find([{ originatorId: snapshot.originatorId }]);
        assert.deepEqual(comparable(found), comparable([snapshot]));
      },
    }),
  ),
  {
    name: "gives back every column of every event of a save",
    async run({ open }) {
      const recorder = await open();
      const events: StoredEvent[] = [
        anEvent({ topic: "Page.Übersetzt", schemaVersion: 7, checksum: 0 }),
        anEvent({ topic: `${"Long".repeat(50)}.${"日".repeat(50)}`, checksum: 0xffff_ffff }),
        anEvent({ originatorVersion: null, schemaVersion: 32_000, encoding: "json+br", state: EVERY_BYTE }),
        anEvent({ topic: 'it\'s; "quoted" \\ $1 {a,b}', checksum: 0x8000_0000 }),
      ];
      const receipt = await recorder.append(saveOf(events, { recordedAt: 8_000_000_000_000_000 }));
      const rows = await recorder.readLog({ limit: 10 });
      assert.deepEqual(comparable(rows), comparable(events.map((event, index) => rowOf(event, receipt, index))));
      for (const { topic, position } of rows) {
        const [found] = await recorder.readLog({ limit: 10, topics: [topic] });
        assert.equal(found?.position, position);
      }
    },
  },
  {
    name: "does not change the save it was given",
    async run({ open }) {
      const recorder = await open();
      const save = saveOf([anEvent({ encoding: "json+gzip", state: Uint8Array.of(1, 2, 3) })]);
      const before = structuredClone(save);
      await recorder.append(save);
      assert.deepEqual(save, before);
    },
  },
  {
    name: "records a save of 5,000 events",
    async run({ open }) {
      const recorder = await open();
      const originatorId = uuid7();
      const events = upTo(5_000).map((originatorVersion) => anEvent({ originatorId, originatorVersion }));
      assert.equal((await recorder.append(saveOf(events))).lastPosition, 5_000);
      const rows = await recorder.readStream(originatorId);
      assert.deepEqual(
        rows.map(({ eventId }) => eventId),
        events.map(({ eventId }) => eventId),
      );
    },
  },
];
