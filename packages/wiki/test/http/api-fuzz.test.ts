import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Viewer } from "../../src/access/viewer.ts";
import type { OpenApiDocument, OpenApiOperation, OpenApiSchema } from "../../src/views/open-api.ts";
import { startTestWiki, type TestWiki } from "./start-test-wiki.ts";

const NIGHTLY = process.env["NIGHTLY"] === "1";
const RUNS = NIGHTLY ? 3_000 : 40;
const ADMINISTRATOR: Viewer = { userId: null, role: "administrator" };

// What those who wish a wiki ill would send.
const HOSTILE = [
  "",
  "\0",
  "\u202e",
  "../../etc/passwd",
  "%00",
  "%",
  "%ff",
  "a//b",
  "constructor",
  "__proto__",
  "<script>alert(1)</script>",
  "' or 1=1 --",
  '"',
  "\\",
  "\r\nset-cookie: x=1",
  "e\u0301".repeat(300),
  "x".repeat(3_000),
  "-1",
  "1e9",
  "NaN",
  "9".repeat(30),
  "null",
  "日本語",
  "\u{1f600}",
  "*",
  "a* OR NEAR(b c)",
  "2026-02-31",
];
// What the wiki knows, so that requests get beyond the first check.
const KNOWN = [
  "home",
  "guides/bread",
  "gone",
  "map.png",
  "nowhere",
  "food",
  "1",
  "2",
  "1,10",
  "head",
  "bread wat",
  "2026-11-23",
  "created",
];

// What chance comes upon too seldom: a page that is made, and one whose address is taken.
const EXAMPLES: { readonly [operation: string]: readonly FuzzRequest[] } = {
  "post /api/v1/pages": ["fresh", "home"].map((slug) => ({
    target: "/api/v1/pages",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ title: slug, slug }),
  })),
};

describe("the API", () => {
  let wiki: TestWiki;
  let address: string;
  let document: OpenApiDocument;

  beforeAll(async () => {
    wiki = await startTestWiki({ engine: "sqlite" });
    const many = { perSecond: 1e6, burst: 1e6 };
    address = await wiki.serve(ADMINISTRATOR, { limits: { reads: many, writes: many } });
    await wiki.send("POST", "/api/v1/pages", {
      title: "Home",
      slug: "home",
      body: "See [[guides/bread]].",
      tags: ["food"],
    });
    await wiki.send("POST", "/api/v1/pages", { title: "Bread", slug: "guides/bread", body: "Water.\n" });
    await wiki.send("POST", "/api/v1/pages", { title: "Gone", slug: "gone", body: "text" });
    await wiki.send("DELETE", "/api/v1/pages/gone", {});
    document = await (await wiki.fetch("/api/v1/openapi.json")).json();
  });

  afterAll(() => wiki.stop());

  it(
    "answers whatever it is sent as it is described, and never 500",
    async () => {
      const validate = validatorOf(document);
      const operations = Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
      );
      expect(operations.length).toBeGreaterThan(20);
      const seen = new Set<number>();
      for (const { method, path, operation } of operations) {
        await fc.assert(
          fc.asyncProperty(requestFor(path, operation), async ({ target, headers, body }) => {
            const response = await fetch(address + target, {
              method: method.toUpperCase(),
              redirect: "manual",
              headers,
              ...(body === undefined ? {} : { body }),
            });
            seen.add(response.status);
            const type = response.headers.get("content-type")?.split(";")[0] ?? "";
            const isStream = type === "text/event-stream";
            const text = isStream ? "" : await response.text();
            if (isStream) await response.body?.cancel();
            const what = `${method} ${target} ${body ?? ""} → ${response.status} ${text.slice(0, 300)}`;
            expect(response.status, what).not.toBe(500);
            expect(wiki.defects, what).toEqual([]);
            // An address that the encoding of a parameter takes elsewhere is no operation.
            if (response.status === 404 && text.includes('"NOT_FOUND"')) return;
            if (response.status === 405) return;
            const described = operation.responses[response.status];
            expect(described, `${what} is not described`).toBeDefined();
            const schema = described?.content?.[type]?.schema;
            if (response.status !== 302) expect(described?.content, `${type} of ${what}`).toHaveProperty([type]);
            if (schema && type.endsWith("json")) expect(validate(schema, JSON.parse(text)), what).toEqual([]);
          }),
          { numRuns: RUNS, examples: (EXAMPLES[`${method} ${path}`] ?? []).map((example) => [example]) },
        );
      }
      expect([...seen]).toEqual(expect.arrayContaining([200, 201, 302, 404, 409, 422]));
    },
    NIGHTLY ? 1_800_000 : 120_000,
  );
});

/** What is wrong with a value, by a schema of the document. */
function validatorOf(document: OpenApiDocument): (schema: OpenApiSchema, value: unknown) => readonly unknown[] {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  formats.default(ajv);
  const compiled = new Map<OpenApiSchema, ReturnType<typeof ajv.compile>>();
  return (schema, value) => {
    const { components } = document;
    const check = compiled.get(schema) ?? ajv.compile({ ...schema, components });
    compiled.set(schema, check);
    return check(value) ? [] : (check.errors ?? ["?"]);
  };
}

interface FuzzRequest {
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

const text = () =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...KNOWN) },
    { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }).map((it) => it.toWellFormed()) },
  );

/** Requests for an operation: mostly what it takes, with anything in any place. */
function requestFor(path: string, { parameters = [], requestBody }: OpenApiOperation): fc.Arbitrary<FuzzRequest> {
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const query = fc.tuple(
    ...inQuery.map(({ name, schema, required }) =>
      mostly(required === true, anyValueOf(schema)).map(
        // In seconds: waiting is tested elsewhere.
        (value) => [name, name === "wait" && Number(value) > 1 ? 1 : value] as const,
      ),
    ),
  );
  const extra = fc.option(fc.tuple(text(), text()), { freq: 1, nil: undefined });
  const raw = fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  return fc
    .record({
      names: fc.tuple(...inPath.map(() => text())),
      query,
      extra: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: extra }),
      raw,
      body: requestBody ? bodyFor(requestBody.content["application/json"]?.schema ?? {}) : fc.constant(undefined),
    })
    .map(({ names, query, extra, raw, body }) => {
      let next = 0;
      const filled = path.replaceAll(/\{\w+\}/g, () => encode(names[next++] ?? "", raw));
      const pairs = [...query, ...(extra ? [extra] : [])].filter(([, value]) => value !== undefined);
      const search = pairs
        .map(([name, value]) => `${encodeURIComponent(name)}=${encode(String(value), raw)}`)
        .join("&");
      return {
        target: search === "" ? filled : `${filled}?${search}`,
        headers: body === undefined ? {} : { "content-type": body.type },
        body: body?.text,
      };
    });
}

/** What is asked for is given mostly; of the rest little at once, so that much of it is taken. */
function mostly(required: boolean, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const [given, left] = required ? [9, 1] : [1, 4];
  return fc.oneof({ weight: given, arbitrary: value }, { weight: left, arbitrary: fc.constant(undefined) });
}

/** Badly encoded where it is raw: what cannot stand in a request line is left out. */
function encode(value: string, raw: boolean): string {
  return raw ? value.replaceAll(/[^!-~]|[#?]/g, "") : encodeURIComponent(value).replaceAll("%2F", "/");
}

function anyValueOf(schema: OpenApiSchema = {}): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.oneof(fc.constantFrom(...schema.enum), text());
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(anyValueOf), text());
  switch (schema.type) {
    case "integer":
    case "number":
      return fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer(), fc.double(), text());
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(anyValueOf(schema.items), { maxLength: 4 });
    default:
      return text();
  }
}

function bodyFor(schema: OpenApiSchema): fc.Arbitrary<{ readonly type: string; readonly text: string }> {
  const { properties = {}, required = [] } = schema;
  const fields = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, anyValueOf(property)])),
    { requiredKeys: [...required] },
  );
  const json = (value: unknown) => ({ type: "application/json", text: JSON.stringify(value) });
  return fc.oneof(
    { weight: 8, arbitrary: fields.map(json) },
    { weight: 1, arbitrary: fields.map((it) => ({ type: "application/x-www-form-urlencoded", text: formOf(it) })) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 30 }).map(json) },
    { weight: 1, arbitrary: text().map((it) => ({ type: "application/json", text: it })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("text/plain", "multipart/form-data", "x").map((type) => ({ type, text: "x" })),
    },
  );
}

function formOf(fields: object): string {
  return new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString();
}
