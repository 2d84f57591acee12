import { ProgrammingError } from "./errors.ts";
import type { Shape } from "./schema.ts";

/** What a declaration must have, whatever the compiler was told: JavaScript has none. */
interface Declared {
  readonly name: string;
  readonly formerly?: readonly string[];
  readonly events: object;
  readonly create: unknown;
  readonly apply: object;
}

/**
 * Throws `ProgrammingError` where a declaration is not whole: what is missing from it would come to light in a command, or,
 * worse, when what was recorded is read.
 */
export function assertDeclaration({ name, formerly, events, create, apply }: Declared): void {
  assertName(name);
  if (formerly !== undefined) assertList(formerly, `"formerly" of ${name}`);
  if (!isObject(events)) throw new ProgrammingError(`${name} declares no events; give them by name, "Created" first`);
  for (const type of Object.keys(events)) assertName(type);
  if (!Object.hasOwn(events, "Created")) {
    throw new ProgrammingError(`${name} declares no event "Created"; the first event of every aggregate has that name`);
  }
  if (typeof create !== "function") {
    throw new ProgrammingError(`"create" of ${name} is no function; give one that answers the first state`);
  }
  assertApplied(name, Object.keys(events), apply);
}

function assertApplied(name: string, types: readonly string[], apply: object): void {
  const later = types.filter((type) => type !== "Created");
  const cases = isObject(apply) ? apply : {};
  const missing = later.find((type) => typeof cases[type] !== "function");
  if (missing !== undefined) {
    throw new ProgrammingError(`"apply.${missing}" of ${name} is missing; give a function that answers the next state`);
  }
  const extra = Object.keys(cases).find((type) => !later.includes(type));
  if (extra === undefined) return;
  const advice = extra === "Created" ? 'what it does is in "create"' : `give one of "${later.join('", "')}"`;
  throw new ProgrammingError(`"apply.${extra}" of ${name} belongs to no event; ${advice}`);
}

/** Throws `ProgrammingError` where the fields of an event have no schemas. */
export function assertShape(topic: string, shape: Shape): void {
  if (isSchema(shape)) {
    throw new ProgrammingError(`${topic} is one schema; give an object of fields, each with a schema of its own`);
  }
  if (!isObject(shape)) {
    throw new ProgrammingError(`${topic} is no object of fields; give one, each field with a schema, or {}`);
  }
  for (const [field, schema] of Object.entries(shape)) {
    if (!isSchema(schema)) {
      throw new ProgrammingError(
        `"${field}" of ${topic} is no schema; give one of a library that speaks Standard Schema, such as zod`,
      );
    }
  }
}

/** Throws `ProgrammingError` for what is no list: a text would pass for the list of its letters. */
export function assertList(value: unknown, what: string): void {
  if (!Array.isArray(value)) throw new ProgrammingError(`${what} is no list; put it into []`);
}

/** Names stand in topics, joined by a dot. */
function assertName(name: string): void {
  if (typeof name !== "string" || !/^\p{L}[\p{L}\p{N}_-]*$/u.test(name)) {
    throw new ProgrammingError(`"${name}" is no name for an aggregate or an event; use letters, digits, "_" and "-"`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Schemas of some libraries are functions. */
function isSchema(value: unknown): boolean {
  if (!isObject(value) && typeof value !== "function") return false;
  const standard: unknown = (value as { readonly "~standard"?: unknown })["~standard"];
  return isObject(standard) && typeof standard["validate"] === "function";
}
