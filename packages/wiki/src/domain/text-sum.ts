import type { Text } from "@codemirror/state";

/**
 * The checksum of a text: CRC-32 (IEEE 802.3, as in zip) of its UTF-16LE code units, an integer from 0 to 2³² − 1.
 * It finds mistakes and damage; it is no proof against a forger.
 */
export function sumOf(text: Text | string): number {
  const units = typeof text === "string" ? text : text.toString();
  // The text that an edit wants is summed, and then the one that its change made: to compare the two takes a tenth of that.
  if (units !== last.units) last = { units, sum: native ? nativeSumOf(native, units) : portableSumOf(units) };
  return last.sum;
}

let last = { units: "", sum: 0 };

// A part at a time: a buffer for each text would be more work for the memory than for the sum.
const PART = 32_768;

function nativeSumOf(crc32: NonNullable<typeof native>, units: string): number {
  part ??= Buffer.allocUnsafe(2 * PART);
  let sum = 0;
  for (let at = 0; at < units.length; at += PART) {
    const bytes = part.write(at === 0 && units.length <= PART ? units : units.slice(at, at + PART), "utf16le");
    sum = crc32(part.subarray(0, bytes), sum);
  }
  return sum;
}

let part: Buffer | undefined;

// Three times as fast; a browser has none, and needs none for the page it shows.
const native = globalThis.process?.getBuiltinModule?.("node:zlib")?.crc32;

/** The same in any JavaScript. */
export function portableSumOf(units: string): number {
  return ~extend(-1, units) >>> 0;
}

// Code units, not UTF-8: every string has a sum of its own, also one with lone surrogates, and nothing is encoded.
function extend(crc: number, units: string): number {
  let next = crc;
  let i = 0;
  // Four units at once ("slicing by eight"): a table for each distance of a byte from the end.
  for (const end = units.length - 3; i < end; i += 4) {
    const first = next ^ (units.charCodeAt(i) | (units.charCodeAt(i + 1) << 16));
    const third = units.charCodeAt(i + 2);
    const fourth = units.charCodeAt(i + 3);
    next =
      (at7[first & 0xff] ?? 0) ^
      (at6[(first >>> 8) & 0xff] ?? 0) ^
      (at5[(first >>> 16) & 0xff] ?? 0) ^
      (at4[first >>> 24] ?? 0) ^
      (at3[third & 0xff] ?? 0) ^
      (at2[third >>> 8] ?? 0) ^
      (at1[fourth & 0xff] ?? 0) ^
      (at0[fourth >>> 8] ?? 0);
  }
  for (; i < units.length; i += 1) {
    next ^= units.charCodeAt(i);
    next = (next >>> 16) ^ (at1[next & 0xff] ?? 0) ^ (at0[(next >>> 8) & 0xff] ?? 0);
  }
  return next;
}

const POLYNOMIAL = 0xedb88320;
const at0 = Int32Array.from({ length: 256 }, (_, byte) => shiftOut(byte));
const at1 = at0.map(shiftOut);
const at2 = at1.map(shiftOut);
const at3 = at2.map(shiftOut);
const at4 = at3.map(shiftOut);
const at5 = at4.map(shiftOut);
const at6 = at5.map(shiftOut);
const at7 = at6.map(shiftOut);

/** The remainder after one more byte of zeros. */
function shiftOut(byte: number): number {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
}
