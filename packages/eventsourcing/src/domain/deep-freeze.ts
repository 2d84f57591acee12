import { isPlain } from "./plain.ts";

// Not `Object.isFrozen`: others freeze shallowly, as `readonly()` of zod does.
const done = new WeakSet<object>();
// To look at so few fields again costs less than to remember the object they are in.
const FEW = 16;

/**
 * Freezes a value and the plain objects and arrays in it, so that a state can be shared without copies.
 * What it has frozen before is passed over: an update that keeps most of a state costs only what is new.
 */
export function deepFreeze<T>(value: T): T {
  if (!isObject(value) || done.has(value) || !isPlain(value)) return value;
  Object.freeze(value);
  const items: readonly unknown[] = Object.values(value);
  if (items.length > FEW || items.some(isObject)) done.add(value);
  for (const item of items) deepFreeze(item);
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
