import { z } from "zod";
import type { OpenApiDocument, OpenApiOperation, OpenApiPath, OpenApiSchema } from "../views/open-api.ts";
import { statusOf } from "./problems.ts";
import type { Resource } from "./resource.ts";
import type { Route } from "./route.ts";

/** An OpenAPI 3.1 document. */
export interface ApiDocument extends OpenApiDocument {
  readonly openapi: "3.1.0";
}

// What any request can meet, whatever it asks for.
const COMMON = ["UNREADABLE_REQUEST", "NOT_PERMITTED", "INVALID_INPUT", "TOO_MANY_REQUESTS", "OVERLOADED"] as const;
const OF_THE_STORE = [
  "DAMAGED_EVENT",
  "FUTURE_EVENT",
  "MISMATCHED_EVENT",
  "NEWER_PROJECTION",
  "PROJECTION_FAILED",
  "PROJECTION_TIMEOUT",
  "STORE_CLOSED",
  "STORE_UNAVAILABLE",
  "TEXT_CHANGE_MISMATCH",
  "UNKNOWN_HOST",
  "UNKNOWN_TOPIC",
] as const;
const OF_CHANGES = [
  "AGGREGATE_BUSY",
  "BODY_TOO_LARGE",
  "BODY_TOO_SLOW",
  "CLOCK_SKEW",
  "CROSS_SITE_REQUEST",
  "OUTCOME_UNKNOWN",
  "STORE_FULL",
  "UNSUPPORTED_MEDIA_TYPE",
] as const;

const DESCRIPTION = `What browsers read as pages, programs get as JSON. Errors are problem details (RFC 9457) with a \`code\`.
Answers carry an ETag: ask again with If-None-Match. A change answers a cookie, \`seen\`; sent along, it makes every node show that change.`;

/** Describes all addresses for programs, from the schemas that check what they are sent. */
export function describeApi(routes: readonly Route[]): ApiDocument {
  const paths: Record<string, OpenApiPath> = {};
  const known = new Map<string, string>();
  for (const { api, resource } of routes) {
    if (api === undefined) continue;
    const [method = "", address = ""] = api.split(" ");
    const names = [...address.matchAll(PARAMETER)].map(([, name = ""]) => name);
    // What differs in the names of parameters alone is one path, with the names that it had first.
    const shape = address.replaceAll(PARAMETER, "{}");
    const path = known.get(shape) ?? address.replaceAll(PARAMETER, "{$1}");
    known.set(shape, path);
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation({ method, path, names }, resource) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Palimpsest", version: "1", description: DESCRIPTION },
    paths,
    components: { schemas: { Problem: PROBLEM } },
  };
}

/** `:slug{.+}` in `GET /api/v1/pages/:slug{.+}` */
const PARAMETER = /:(\w+)(?:\{[^}]*\})?/g;

interface Address {
  readonly method: string;
  /** `/api/v1/pages/{slug}` */
  readonly path: string;
  /** What the resource calls the parameters of the path, in their order. */
  readonly names: readonly string[];
}

function describeOperation({ method, path, names }: Address, resource: Resource): OpenApiOperation {
  const { properties = {}, required = [] } = schemaOf(resource.input, "input");
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""], i) => ({ name, of: names[i] ?? name }));
  const others = Object.keys(properties).filter((name) => !names.includes(name));
  const isRead = method === "GET";
  return {
    operationId: `${method.toLowerCase()}${path
      .replace("/api/v1", "")
      .replaceAll(/[^\w]+/g, "_")
      .replace(/_$/, "")}`,
    summary: resource.summary,
    parameters: [
      ...inPath.map(({ name, of }) => ({ name, in: "path", required: true, ...describe(properties[of]) })),
      ...(isRead ? others : []).map((name) => ({
        name,
        in: "query",
        required: required.includes(name),
        ...describe(properties[name]),
      })),
    ],
    ...(isRead ? {} : requestBodyOf(resource, properties, required, others)),
    responses: {
      ...(isRead && inPath.length > 0 ? MOVED : {}),
      ...answersOf(resource),
      ...problemsOf(resource, isRead),
    },
  };
}

function describe(schema: OpenApiSchema = {}): { readonly schema: OpenApiSchema; readonly description?: string } {
  const { description, ...rest } = schema;
  return { schema: rest, ...(description === undefined ? {} : { description }) };
}

type Properties = { readonly [name: string]: OpenApiSchema };

function requestBodyOf(
  { bodyType }: Resource,
  properties: Properties,
  required: readonly string[],
  names: readonly string[],
): Pick<OpenApiOperation, "requestBody"> {
  if (bodyType !== undefined) return { requestBody: { required: true, content: { [bodyType]: {} } } };
  return names.length === 0 ? {} : { requestBody: bodyOf(properties, required, names) };
}

function bodyOf(properties: Properties, required: readonly string[], names: readonly string[]) {
  const schema: OpenApiSchema = {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, properties[name] ?? {}])),
    required: required.filter((name) => names.includes(name)),
    additionalProperties: false,
  };
  return {
    required: schema.required?.length !== 0,
    content: { "application/json": { schema }, "application/x-www-form-urlencoded": { schema } },
  };
}

// A page keeps its former addresses.
const MOVED = { 302: { description: "It is under the address in the header Location" } } as const;

function answersOf({ output, answers = {} }: Resource): OpenApiOperation["responses"] {
  const { status = 200, type = "application/json" } = answers;
  if (status === 302) return MOVED;
  const [mediaType = ""] = type.split(";");
  const content = { [mediaType]: { schema: schemaOf(output, "output") } };
  const answer = { description: "What was asked for", content };
  return { [status]: answer, ...(answers.mayCreate ? { 201: { description: "It was made", content } } : {}) };
}

function problemsOf({ errors = [] }: Resource, isRead: boolean): OpenApiOperation["responses"] {
  const codes = [...COMMON, ...OF_THE_STORE, ...(isRead ? [] : OF_CHANGES), ...errors];
  const byStatus = Map.groupBy([...new Set(codes)].sort(), (code) => statusOf(code) ?? 500);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => {
      const schema = {
        allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: ofStatus } } }],
      };
      return [status, { description: ofStatus.join(", "), content: { "application/problem+json": { schema } } }];
    }),
  );
}

const PROBLEM: OpenApiSchema = {
  type: "object",
  description: "What went wrong, as RFC 9457 has it; further fields tell the values involved",
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What happened, and what to do" },
    code: { type: "string", description: "The same for ever: see the list of errors" },
  },
  required: ["type", "title", "status", "detail", "code"],
};

function schemaOf(schema: z.ZodType, io: "input" | "output"): OpenApiSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  // A JSON schema as it is shown is one.
  return rest as OpenApiSchema;
}
