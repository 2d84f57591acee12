import { isPlain } from "./plain.ts";

// Not `Object.isFrozen`: others freeze shallowly, as `readonly()` of zod does.
const done = new WeakSet<object>();

/**
 * Freezes a value and the plain objects and arrays in it, so that a state can be shared without copies.
 * What it has frozen before is passed over: an update that keeps most of a state costs only what is new.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || done.has(value) || !isPlain(value)) return value;
  done.add(value);
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}
