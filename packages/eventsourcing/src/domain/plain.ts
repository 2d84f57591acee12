/** Whether an object is an array or a plain record, and not an instance of a class, which keeps its own rules. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}
