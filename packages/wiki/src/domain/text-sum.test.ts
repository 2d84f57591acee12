import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyString } from "./test-support/text-arbitraries.ts";
import { textOf } from "./text.ts";
import { portableSumOf, sumOf } from "./text-sum.ts";

test("is the CRC-32 that zlib computes of the UTF-16LE code units", () => {
  fc.assert(fc.property(anyString, (string) => portableSumOf(string) === crc32(Buffer.from(string, "utf16le"))));
});

test("is the same where the platform computes it", () => {
  fc.assert(fc.property(anyString, (string) => sumOf(string) === portableSumOf(string)));
});

test("is the same for a text as for its string", () => {
  fc.assert(fc.property(anyString, (string) => sumOf(textOf(string)) === sumOf(string)));
});

test("gives the published check value", () => {
  // "123456789" as bytes, which is how the CRC catalogues state it: here four units of two bytes, and "9" left out.
  expect(portableSumOf("\u3231\u3433\u3635\u3837")).toBe(crc32("12345678"));
});
