import { CodedError, ProgrammingError } from "../domain/errors.ts";
import { isPlain } from "../domain/plain.ts";
import { parseJson } from "./parse-json.ts";

/** A value cannot be put into JSON, and no transcoding is registered for it. */
export class NotTranscodableError extends CodedError {
  readonly code = "NOT_TRANSCODABLE";
  /** Where in the value: `$.lines[3].at`. */
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`the value at ${path} cannot be stored: ${reason}; register a transcoding for it or change the value`);
    this.path = path;
  }
}

/**
 * How values of one class, and of its subclasses that have no transcoding of their own, are put into JSON and back.
 * What `encode` answers may hold further custom values.
 */
export interface Transcoding<T> {
  /** Recorded with each value: it must never change. */
  readonly name: string;
  readonly type: abstract new (
    // biome-ignore lint/suspicious/noExplicitAny: any constructor will do, also a private one.
    ...args: any[]
  ) => T;
  encode(value: T): unknown;
  decode(data: unknown): T;
}

/** Turns values into JSON text and back, exactly. */
export interface Transcoder {
  /** Throws `NotTranscodableError`. */
  encode(value: unknown): string;
  /** Throws `SyntaxError` for what is no JSON, `NotTranscodableError` for a type that is not registered. */
  decode(text: string): unknown;
}

const TAG = "$type";
// Names that stand for values of no class.
const PRIMITIVES = ["bigint", "number", "undefined"];
// Far beyond what people nest, far below where recursion ends.
const MAX_DEPTH = 200;

/**
 * JSON with tagged objects for what JSON lacks: `{"$type":"date","value":1767225600000}`.
 * Dates, bigints, bytes, Map, Set and the numbers that JSON turns into null are built in; others are registered.
 * A key that starts with `$` is written with one more.
 */
export class JsonTranscoder implements Transcoder {
  readonly #byName = new Map<string, Transcoding<unknown>>();
  readonly #byPrototype = new Map<unknown, Transcoding<unknown>>();

  constructor(transcodings: readonly Transcoding<never>[] = []) {
    for (const transcoding of [...BUILT_IN, ...(transcodings as readonly Transcoding<unknown>[])]) {
      if (this.#byName.has(transcoding.name) || PRIMITIVES.includes(transcoding.name)) {
        throw new ProgrammingError(`two transcodings are called "${transcoding.name}"; rename one`);
      }
      this.#byName.set(transcoding.name, transcoding);
      this.#byPrototype.set(transcoding.type.prototype, transcoding);
    }
  }

  encode(value: unknown): string {
    return JSON.stringify(this.#toJson(value, "$", 0));
  }

  decode(text: string): unknown {
    const parsed = parseJson(text);
    // Only a key that starts with `$` needs the slow path, and most texts hold no such characters at all.
    return text.includes('"$') ? this.#fromJson(parsed, "$") : parsed;
  }

  /** Answers the value itself where JSON keeps it as it is, so that the common case copies nothing. */
  #toJson(value: unknown, path: string, depth: number): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0) ? value : tagged("number", specialName(value));
      case "bigint":
        return tagged("bigint", value.toString());
      case "undefined":
        return tagged("undefined", null);
      case "object":
        return value === null ? null : this.#objectToJson(value, path, depth + 1);
      default:
        throw new NotTranscodableError(path, `a ${typeof value} has no stored form`);
    }
  }

  #objectToJson(value: object, path: string, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new NotTranscodableError(path, `it is nested deeper than ${MAX_DEPTH}, or in itself`);
    if (Array.isArray(value)) {
      let copy: unknown[] | undefined;
      for (let i = 0; i < value.length; i++) {
        const item = this.#toJson(value[i], `${path}[${i}]`, depth);
        if (item !== value[i]) copy ??= value.slice();
        if (copy) copy[i] = item;
      }
      return copy ?? value;
    }
    if (!isPlain(value)) {
      const transcoding = this.#transcodingFor(Object.getPrototypeOf(value));
      if (!transcoding) throw new NotTranscodableError(path, `${nameOf(value)} is not registered`);
      return tagged(transcoding.name, this.#toJson(transcoding.encode(value), path, depth));
    }
    return this.#recordToJson(value as Record<string, unknown>, path, depth);
  }

  #transcodingFor(prototype: unknown): Transcoding<unknown> | undefined {
    for (let at = prototype; at !== null; at = Object.getPrototypeOf(at)) {
      const transcoding = this.#byPrototype.get(at);
      if (transcoding) return transcoding;
    }
    return undefined;
  }

  #recordToJson(value: Record<string, unknown>, path: string, depth: number): unknown {
    const entries: [string, unknown][] = [];
    let same = true;
    for (const [key, item] of Object.entries(value)) {
      // An absent field and one that is undefined are the same to every reader.
      if (item === undefined) continue;
      const stored = this.#toJson(item, `${path}.${key}`, depth);
      same &&= stored === item && !key.startsWith("$");
      entries.push([key.startsWith("$") ? `$${key}` : key, stored]);
    }
    // fromEntries defines own properties, so that a key "__proto__" is data like any other.
    return same ? value : Object.fromEntries(entries);
  }

  #fromJson(value: unknown, path: string): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item, index) => this.#fromJson(item, `${path}[${index}]`));
    const record = value as Record<string, unknown>;
    const name = Object.hasOwn(record, TAG) ? record[TAG] : undefined;
    if (name === undefined) {
      return Object.fromEntries(
        Object.entries(record).map(([key, item]) => [
          key.startsWith("$$") ? key.slice(1) : key,
          this.#fromJson(item, `${path}.${key}`),
        ]),
      );
    }
    const data = this.#fromJson(record["value"], path);
    if (name === "bigint") return BigInt(String(data));
    if (name === "undefined") return undefined;
    if (name === "number") return Number(data);
    const transcoding = this.#byName.get(String(name));
    if (!transcoding) throw new NotTranscodableError(path, `type "${String(name)}" is not registered`);
    return transcoding.decode(data);
  }
}

function nameOf(value: object): string {
  return "constructor" in value && typeof value.constructor === "function"
    ? `class ${value.constructor.name}`
    : "an object with a prototype of its own";
}

function tagged(name: string, value: unknown) {
  return { [TAG]: name, value };
}

function specialName(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

const BUILT_IN: readonly Transcoding<unknown>[] = [
  transcoding<Date>({
    name: "date",
    type: Date,
    encode: (date) => date.getTime(),
    decode: (time) => new Date(time as number),
  }),
  transcoding<Uint8Array>({
    name: "bytes",
    type: Uint8Array,
    encode: (bytes) => Buffer.from(bytes).toString("base64"),
    decode: (text) => new Uint8Array(Buffer.from(text as string, "base64")),
  }),
  transcoding<Map<unknown, unknown>>({
    name: "map",
    type: Map,
    encode: (map) => [...map],
    decode: (entries) => new Map(entries as [unknown, unknown][]),
  }),
  transcoding<Set<unknown>>({
    name: "set",
    type: Set,
    encode: (set) => [...set],
    decode: (items) => new Set(items as unknown[]),
  }),
];

/** Registers how a class is stored; a list of these goes into the application's options. */
export function transcoding<T>(spec: Transcoding<T>): Transcoding<unknown> & Transcoding<never> {
  return spec as Transcoding<unknown> & Transcoding<never>;
}
