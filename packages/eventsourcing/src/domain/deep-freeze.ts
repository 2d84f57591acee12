import { isPlain } from "./plain.ts";

// Not `Object.isFrozen`: others freeze shallowly, as `readonly()` of zod does.
const done = new WeakSet<object>();
const FEW = 16;

/**
 * Freezes a value and the plain objects and arrays in it, so that a state can be shared without copies.
 * What it has frozen before is passed over: an update that keeps most of a state costs only what is new.
 */
export function deepFreeze<T>(value: T): T {
  // A state of a few plain fields is another one each time: to look at it costs less than to remember it.
  if (isFlat(value)) Object.freeze(value);
  else freezeAll(value);
  return value;
}

function freezeAll(value: unknown): void {
  if (!isObject(value) || done.has(value) || !isPlain(value)) return;
  done.add(value);
  Object.freeze(value);
  for (const item of Object.values(value)) freezeAll(item);
}

function isFlat(value: unknown): boolean {
  if (!isObject(value) || Array.isArray(value) || !isPlain(value)) return false;
  const fields: readonly unknown[] = Object.values(value);
  return fields.length <= FEW && !fields.some(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
