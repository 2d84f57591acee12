import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { crc32, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, it } from "vitest";
import { ProgrammingError } from "../domain/errors.ts";
import { aes256gcm } from "./cipher.ts";
import { brotli, COMPRESSORS, gzip, zstd } from "./compressor.ts";
import { type Encoded, Encoder } from "./encoder.ts";
import { JsonTranscoder } from "./transcoder.ts";

const transcoder = new JsonTranscoder();
const [oldKey, newKey] = [
  aes256gcm({ keyId: "old", key: randomBytes(32) }),
  aes256gcm({ keyId: "new", key: randomBytes(32) }),
];
const compressors = [undefined, gzip, brotli, zstd];
const cipherLists = [[], [oldKey], [newKey, oldKey]];
const reader = new Encoder({ transcoder, ciphers: [newKey, oldKey] });
const LONG = { body: "All work and no play makes Jack a dull boy. ".repeat(20) };

describe("the encoder", () => {
  it("gives back any value, compressed and encrypted in any way, whatever the reader itself would write", async () => {
    const value = fc.record(
      { text: fc.string({ unit: "binary", maxLength: 400 }), n: fc.double(), bytes: fc.uint8Array() },
      { noNullPrototype: true },
    );
    const options = fc.record({
      compressor: fc.constantFrom(...compressors),
      ciphers: fc.constantFrom(...cipherLists),
    });
    await fc.assert(
      fc.asyncProperty(value, options, fc.string(), async (given, { compressor, ciphers }, identity) => {
        const encoded = await new Encoder({ transcoder, compressor, ciphers }).encode(given, identity);
        assert.deepStrictEqual(reader.decode(encoded, identity), given);
      }),
    );
  });

  for (const [compressor, ciphers, encoding] of [
    [undefined, [], "json"],
    [gzip, [], "json+gzip"],
    [brotli, [], "json+brotli"],
    [zstd, [], "json+zstd"],
    [undefined, [oldKey], "json+aes256gcm:old"],
    [gzip, [newKey, oldKey], "json+gzip+aes256gcm:new"],
  ] as const) {
    it(`names how a state was written: ${encoding}`, async () => {
      const encoded = await new Encoder({ transcoder, compressor, ciphers }).encode(LONG, "id");
      assert.equal(encoded.encoding, encoding);
      assert.equal(typeof encoded.state, encoding === "json" ? "string" : "object");
      assert.deepStrictEqual(reader.decode(encoded, "id"), LONG);
    });
  }

  it("compresses large states off the thread that serves, and gives them back", async () => {
    const value = { body: "é".repeat(100_000) };
    for (const compressor of COMPRESSORS.values()) {
      const encoded = await new Encoder({ transcoder, compressor }).encode(value, "id");
      assert.ok(encoded.state.length < 1_000, `${compressor.name} left ${encoded.state.length} bytes`);
      assert.deepStrictEqual(reader.decode(encoded, "id"), value);
    }
  });

  it("keeps a compressed state only where it is smaller", async () => {
    const text = fc.string({ unit: "grapheme-ascii", minLength: 100, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(gzip, brotli, zstd), async (body, compressor) => {
        const { encoding, state } = await new Encoder({ transcoder, compressor }).encode({ body }, "id");
        const json = transcoder.encode({ body });
        if (encoding === "json") assert.equal(state, json);
        else assert.ok(state.length < Buffer.byteLength(json), `${encoding} made ${json.length} bytes ${state.length}`);
      }),
    );
    // Hardly a character twice, and no three in the same order: there is nothing to gain.
    const letters = Array.from({ length: 90 }, (_, index) => String.fromCharCode(0x23 + index));
    const distinct = { body: [...letters, ...letters.toReversed().slice(0, 45)].join("").replace("\\", " ") };
    for (const value of [{ a: 1 }, { short: "a".repeat(100) }, distinct]) {
      const { encoding, state } = await new Encoder({ transcoder, compressor: gzip }).encode(value, "id");
      assert.deepEqual([encoding, state], ["json", transcoder.encode(value)]);
    }
    assert.ok(gzipSync(transcoder.encode(distinct)).length >= Buffer.byteLength(transcoder.encode(distinct)));
  });

  it("reads what an older key wrote after a new one was added", async () => {
    const before = await new Encoder({ transcoder, ciphers: [oldKey] }).encode(LONG, "id");
    const rotated = new Encoder({ transcoder, ciphers: [newKey, oldKey] });
    assert.deepStrictEqual(rotated.decode(before, "id"), LONG);
    assert.equal((await rotated.encode(LONG, "id")).encoding, "json+aes256gcm:new");
  });

  it("never writes the same ciphertext twice, nor any of the text", async () => {
    const encoder = new Encoder({ transcoder, ciphers: [newKey] });
    const [one, other] = [await encoder.encode(LONG, "id"), await encoder.encode(LONG, "id")];
    assert.notDeepEqual(one.state, other.state);
    assert.ok(!Buffer.from(one.state as Uint8Array).includes("Jack"));
  });

  it("refuses a state whose key is not given, and says which", async () => {
    const encoded = await new Encoder({ transcoder, ciphers: [oldKey] }).encode(LONG, "id");
    const withoutIt = new Encoder({ transcoder, ciphers: [newKey] });
    assert.throws(() => withoutIt.decode(encoded, "id"), /"aes256gcm:old", which is not given/);
  });

  it("refuses a state under another key of the same id", async () => {
    const encoded = await new Encoder({ transcoder, ciphers: [oldKey] }).encode(LONG, "id");
    const impostor = aes256gcm({ keyId: "old", key: randomBytes(32) });
    assert.throws(
      () => new Encoder({ transcoder, ciphers: [impostor] }).decode(encoded, "id"),
      /unable to authenticate/,
    );
  });

  it("refuses a state that was swapped with that of another identity, also with its checksum made to fit", async () => {
    for (const { compressor, ciphers } of everyWay()) {
      const encoder = new Encoder({ transcoder, compressor, ciphers });
      const [mine, other] = [await encoder.encode({ n: 1 }, "mine"), await encoder.encode({ n: 2 }, "other")];
      assert.throws(() => encoder.decode(other, "mine"), /checksum/);
      assert.throws(() => encoder.decode({ ...other, checksum: mine.checksum }, "mine"), /checksum/);
    }
    const encoder = new Encoder({ transcoder, ciphers: [newKey] });
    const { encoding, state } = await encoder.encode({ n: 2 }, "other");
    const forged = { encoding, state, checksum: crc32(state, crc32(`mine\n${encoding}`)) };
    assert.throws(() => encoder.decode(forged, "mine"), /unable to authenticate/);
  });

  it("finds every single bit that is flipped in state, encoding, checksum or identity", async () => {
    for (const { compressor, ciphers } of everyWay()) {
      const encoder = new Encoder({ transcoder, compressor, ciphers });
      const encoded = await encoder.encode({ body: `añ👍 ${"text ".repeat(30)}` }, "identity");
      const { state, encoding, checksum } = encoded;
      const damaged: [Encoded, string][] = [
        ...flipped(Buffer.from(state)).map((bytes): [Encoded, string] => [
          { ...encoded, state: typeof state === "string" ? bytes.toString("utf8") : bytes },
          "identity",
        ]),
        ...flipped(Buffer.from(encoding)).map((bytes): [Encoded, string] => [
          { ...encoded, encoding: bytes.toString("latin1") },
          "identity",
        ]),
        ...Array.from({ length: 32 }, (_, bit): [Encoded, string] => [
          { ...encoded, checksum: (checksum ^ (1 << bit)) >>> 0 },
          "identity",
        ]),
        ...flipped(Buffer.from("identity")).map((bytes): [Encoded, string] => [encoded, bytes.toString("latin1")]),
      ];
      for (const [row, identity] of damaged) assert.throws(() => encoder.decode(row, identity), /checksum/);
      // The control: undamaged, it is read.
      encoder.decode(encoded, "identity");
    }
  });

  it("finds every byte that is changed to another", async () => {
    const encoder = new Encoder({ transcoder, compressor: gzip });
    const encoded = await encoder.encode(LONG, "id");
    const bytes = Buffer.from(encoded.state as Uint8Array);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const state = Buffer.from(bytes);
        state[at] = (state[at] ?? 0) ^ change;
        assert.throws(() => encoder.decode({ ...encoded, state }, "id"), /checksum/);
      }),
    );
  });

  it("refuses an encoding that it does not know", () => {
    const state = Buffer.from("{}");
    const checksum = crc32(state, crc32("id\njson+lzma"));
    assert.throws(() => reader.decode({ encoding: "json+lzma", state, checksum }, "id"), /"lzma", which is not given/);
  });

  it("reads back what a cipher of another make wrote, and refuses a name that could not be found again", async () => {
    const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 1);
    const own = { name: "flip:1", encrypt: flip, decrypt: flip };
    const encoder = new Encoder({ transcoder, ciphers: [own] });
    const encoded = await encoder.encode({ a: 1 }, "id");
    assert.equal(encoded.encoding, "json+flip:1");
    assert.deepEqual(encoder.decode(encoded, "id"), { a: 1 });
    for (const name of ["", "a+b", "gzip"]) {
      assert.throws(() => new Encoder({ transcoder, ciphers: [{ ...own, name }] }), ProgrammingError);
    }
  });

  it("refuses keys of the wrong length, key ids that are none, and two keys of one id", () => {
    for (const length of [0, 16, 31, 33, 64]) {
      assert.throws(() => aes256gcm({ keyId: "k", key: randomBytes(length) }), ProgrammingError);
    }
    for (const keyId of ["", "a b", "a+b", "ä", "x".repeat(41)]) {
      assert.throws(() => aes256gcm({ keyId, key: randomBytes(32) }), ProgrammingError);
    }
    assert.throws(() => new Encoder({ transcoder, ciphers: [oldKey, oldKey] }), ProgrammingError);
  });
});

describe("a compressor", () => {
  it("refuses bytes that it did not make", () => {
    for (const { name, decompress } of COMPRESSORS.values()) {
      assert.throws(() => decompress(Buffer.from("not compressed")), Error, name);
    }
  });
});

/** Every way to write, but for the plain one. */
function everyWay() {
  return compressors.flatMap((compressor) => cipherLists.map((ciphers) => ({ compressor, ciphers })));
}

/** The bytes with one bit changed, for each bit. */
function flipped(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy;
  });
}
