import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** Makes bytes smaller, without loss. */
export interface Compressor {
  /** Recorded with each state it made: it must never change. */
  readonly name: string;
  compress(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Throws where the bytes are damaged or grow beyond 256 MiB. */
  decompress(bytes: Uint8Array): Uint8Array;
}

// Below this the threads cost more than the work; above it the event loop would stand still (5 ms for 200 kB).
const ASYNC_FROM = 16 * 1024;
const MAX_OUTPUT = { maxOutputLength: 256 * 1024 * 1024 };

function compressor(
  name: string,
  now: (bytes: Uint8Array) => Uint8Array,
  later: (bytes: Uint8Array) => Promise<Uint8Array>,
  decompress: (bytes: Uint8Array) => Uint8Array,
): Compressor {
  return { name, compress: (bytes) => (bytes.length < ASYNC_FROM ? now(bytes) : later(bytes)), decompress };
}

// A window as large as the state is large enough; to set up the usual one takes as long as compressing a small event.
const SMALL = 4 * 1024;
const SMALL_WINDOW = { windowBits: 12, memLevel: 4 };

/** Good everywhere; the default of the wiki. */
export const gzip: Compressor = compressor(
  "gzip",
  (bytes) => zlib.gzipSync(bytes, bytes.length <= SMALL ? SMALL_WINDOW : {}),
  promisify<Uint8Array, Uint8Array>(zlib.gzip),
  (bytes) => zlib.gunzipSync(bytes, MAX_OUTPUT),
);

/** The smallest for text, and the slowest to write. */
export const brotli: Compressor = compressor(
  "brotli",
  (bytes) => zlib.brotliCompressSync(bytes),
  promisify<Uint8Array, Uint8Array>(zlib.brotliCompress),
  (bytes) => zlib.brotliDecompressSync(bytes, MAX_OUTPUT),
);

/** The fastest. */
export const zstd: Compressor = compressor(
  "zstd",
  (bytes) => zlib.zstdCompressSync(bytes),
  promisify<Uint8Array, Uint8Array>(zlib.zstdCompress),
  (bytes) => zlib.zstdDecompressSync(bytes, MAX_OUTPUT),
);

/** What new states can be compressed with. */
export type CompressorName = "gzip" | "brotli" | "zstd" | "none";

/** All that a state may have been compressed with, whatever new states use. */
export const COMPRESSORS: ReadonlyMap<string, Compressor> = new Map(
  [gzip, brotli, zstd].map((compressor) => [compressor.name, compressor]),
);
