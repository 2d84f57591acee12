import { v5 } from "uuid";
import { ProgrammingError } from "./errors.ts";

declare const uuid: unique symbol;

/** A UUID in its canonical form: 36 characters, lower case. */
export type Uuid = string & { readonly [uuid]: true };

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The namespace of RFC 9562 for version-5 UUIDs of URLs. */
export const NAMESPACE_URL = "6ba7b811-9dad-11d1-80b4-00c04fd430c8" as Uuid;

let time = 0;
let count = 0;
/** What the ids of this millisecond begin with. */
let prefix = "";

// Random bytes are drawn for many ids at once: to draw them for each is most of the work of making one.
const ID_BYTES = 8;
const random = new Uint8Array(128 * ID_BYTES);
let used = random.length;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A new version-7 UUID: those of one process sort in the order they were made in. */
export function uuid7(): Uuid {
  const now = Date.now();
  // Twelve bits count within a millisecond; beyond them the time runs ahead (RFC 9562, section 6.2, method 1).
  count = now > time ? 0 : (count + 1) & 0xfff;
  if (count === 0) {
    time = Math.max(now, time + 1);
    const hex = time.toString(16).padStart(12, "0");
    prefix = `${hex.slice(0, 8)}-${hex.slice(8)}-`;
  }
  return `${prefix}${(0x7000 | count).toString(16)}-${randomHalf()}` as Uuid;
}

/** The variant of RFC 9562, and 62 random bits. */
function randomHalf(): string {
  if (used === random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  const at = used;
  used += ID_BYTES;
  const hex = (index: number) => HEX[random[at + index] ?? 0];
  const variant = HEX[((random[at] ?? 0) & 0x3f) | 0x80];
  return `${variant}${hex(1)}-${hex(2)}${hex(3)}${hex(4)}${hex(5)}${hex(6)}${hex(7)}`;
}

/** The version-5 UUID of a name: the same name in the same namespace gives the same UUID, everywhere. */
export function uuid5(namespace: Uuid, name: string): Uuid {
  return v5(name, namespace) as Uuid;
}

/** Whether a value is a UUID in canonical form. */
export function isUuid(value: unknown): value is Uuid {
  return typeof value === "string" && CANONICAL.test(value);
}

/** Answers a string as a UUID; throws `ProgrammingError` where it is none in canonical form. */
export function toUuid(value: string): Uuid {
  if (!isUuid(value)) {
    throw new ProgrammingError(`${JSON.stringify(value)} is not a UUID; pass 36 characters of lower-case hexadecimal`);
  }
  return value;
}
