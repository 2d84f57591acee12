import type { Text } from "@codemirror/state";

/**
 * The checksum of a text: CRC-32 (IEEE 802.3, as in zip) of its UTF-16LE code units, an integer from 0 to 2³² − 1.
 * It finds mistakes and damage; it is no proof against a forger.
 */
export function sumOf(text: Text | string): number {
  let crc = -1;
  if (typeof text === "string") crc = extend(crc, text);
  else for (const piece of text) crc = extend(crc, piece);
  return ~crc >>> 0;
}

// Code units, not UTF-8: every string has a sum of its own, also one with lone surrogates, and nothing is encoded.
function extend(crc: number, units: string): number {
  let next = crc;
  for (let i = 0; i < units.length; i += 1) {
    next ^= units.charCodeAt(i);
    // Both bytes of the unit at once ("slicing by two"): a table for each distance from the end.
    next = (next >>> 16) ^ (FIRST_BYTE[next & 0xff] ?? 0) ^ (SECOND_BYTE[(next >>> 8) & 0xff] ?? 0);
  }
  return next;
}

const POLYNOMIAL = 0xedb88320;
const SECOND_BYTE = Int32Array.from({ length: 256 }, (_, byte) => shiftOut(byte));
const FIRST_BYTE = SECOND_BYTE.map((crc) => shiftOut(crc));

function shiftOut(byte: number): number {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
}
