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

/** A new version-7 UUID: those of one process sort in the order they were made in. */
export function uuid7(): Uuid {
  const now = Date.now();
  count = now > time ? 0 : count + 1;
  // Twelve bits count within a millisecond; beyond them the time runs ahead (RFC 9562, section 6.2, method 1).
  time = Math.max(now, time) + (count >> 12);
  count &= 0xfff;
  const hex = time.toString(16).padStart(12, "0");
  // The random bits come from a version-4 UUID, whose makers draw them in bulk: `v7` of the package `uuid` draws anew for
  // each, and that was more than half of the work of a save.
  const random = crypto.randomUUID().slice(18);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${count.toString(16).padStart(3, "0")}${random}` as Uuid;
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
