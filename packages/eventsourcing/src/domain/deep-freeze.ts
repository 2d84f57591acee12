/**
 * Freezes a value and the plain objects and arrays in it, so that a state can be shared without copies.
 * What is frozen already is taken as frozen to its depth: an update that keeps most of a state costs only what is new.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Instances of classes (Map, Date, CodeMirror's Text) keep their own rules.
  if (prototype !== Object.prototype && prototype !== null && !Array.isArray(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}
