import { crc32 } from "node:zlib";
import { ProgrammingError } from "../domain/errors.ts";
import type { Cipher } from "./cipher.ts";
import { COMPRESSORS, type Compressor } from "./compressor.ts";
import type { State } from "./stored-event.ts";
import type { Transcoder } from "./transcoder.ts";

/** A value in its stored form. */
export interface Encoded {
  readonly encoding: string;
  readonly state: State;
  readonly checksum: number;
}

/** How states are written; what is read may have been written in any way that is known here. */
export interface EncoderOptions {
  readonly transcoder: Transcoder;
  /** Compresses new states; default none. */
  readonly compressor?: Compressor | undefined;
  /** The first encrypts new states, all decrypt old ones; default none. */
  readonly ciphers?: readonly Cipher[] | undefined;
}

// A gzip frame is 18 bytes and a text as short as this hardly repeats itself: compressing it costs 30 µs for nothing.
const COMPRESS_FROM = 128;

/**
 * Value → JSON → compressed, where that makes it smaller → encrypted; and back, checked.
 * `identity` says what the value belongs to: the checksum covers it and a cipher authenticates it.
 */
export class Encoder {
  readonly #transcoder: Transcoder;
  readonly #compressor: Compressor | undefined;
  readonly #ciphers: ReadonlyMap<string, Cipher>;
  readonly #cipher: Cipher | undefined;

  constructor(options: EncoderOptions) {
    const { transcoder, compressor, ciphers = [] } = options;
    this.#transcoder = transcoder;
    this.#compressor = compressor;
    this.#cipher = ciphers[0];
    this.#ciphers = new Map(ciphers.map((cipher) => [cipher.name, cipher]));
    if (this.#ciphers.size < ciphers.length) {
      throw new ProgrammingError("two ciphers have the same name; give each key an id of its own");
    }
    for (const { name } of ciphers) {
      // The name stands in the encoding, between signs of plus, where it must be found again.
      if (name === "" || name.includes("+") || COMPRESSORS.has(name)) {
        throw new ProgrammingError(`a cipher cannot be called "${name}"; choose another name`);
      }
    }
  }

  /** At once, unless a large state is compressed. Throws `NotTranscodableError` for a value that has no stored form. */
  encode(value: unknown, identity: string): Encoded | Promise<Encoded> {
    const json = this.#transcoder.encode(value);
    if (!this.#compressor || json.length < COMPRESS_FROM) return this.#encoded(json, undefined, identity);
    const compressed = this.#compressor.compress(Buffer.from(json));
    return compressed instanceof Promise
      ? compressed.then((bytes) => this.#encoded(json, bytes, identity))
      : this.#encoded(json, compressed, identity);
  }

  #encoded(json: string, compressed: Uint8Array | undefined, identity: string): Encoded {
    let encoding = "json";
    let state: State = json;
    if (compressed && compressed.length < Buffer.byteLength(json)) {
      encoding += `+${this.#compressor?.name}`;
      state = compressed;
    }
    if (this.#cipher) {
      encoding += `+${this.#cipher.name}`;
      state = this.#cipher.encrypt(typeof state === "string" ? Buffer.from(state) : state, `${identity}\n${encoding}`);
    }
    return { encoding, state, checksum: checksumOf(state, identity, encoding) };
  }

  /** Throws an `Error` that says what is wrong with the state. */
  decode({ encoding, state, checksum }: Encoded, identity: string): unknown {
    if (checksumOf(state, identity, encoding) !== checksum) throw new Error("its checksum does not match");
    return this.#transcoder.decode(typeof state === "string" ? state : this.#toJson(state, identity, encoding));
  }

  #toJson(state: Uint8Array, identity: string, encoding: string): string {
    let bytes = state;
    for (const step of encoding.split("+").slice(1).reverse()) {
      const compressor = COMPRESSORS.get(step);
      const cipher = this.#ciphers.get(step);
      if (compressor) bytes = compressor.decompress(bytes);
      else if (cipher) bytes = cipher.decrypt(bytes, `${identity}\n${encoding}`);
      else throw new Error(`it was written with "${step}", which is not given`);
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  }
}

function checksumOf(state: State, identity: string, encoding: string): number {
  const belongsTo = `${identity}\n${encoding}`;
  // The sum of both is the sum over both in one go, and a call costs more than joining two strings.
  return typeof state === "string" ? crc32(belongsTo + state) : crc32(state, crc32(belongsTo));
}
