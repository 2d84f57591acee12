import { v5, v7 } from "uuid";
import { ProgrammingError } from "./errors.ts";

declare const uuid: unique symbol;

/** A UUID in its canonical form: 36 characters, lower case. */
export type Uuid = string & { readonly [uuid]: true };

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The namespace of RFC 9562 for version-5 UUIDs of URLs. */
export const NAMESPACE_URL = "6ba7b811-9dad-11d1-80b4-00c04fd430c8" as Uuid;

/** A new version-7 UUID: it sorts by the time it was made. */
export function uuid7(): Uuid {
  return v7() as Uuid;
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
