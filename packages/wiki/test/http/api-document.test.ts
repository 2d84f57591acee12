import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeApi } from "../../src/http/open-api.ts";
import { listProblems } from "../../src/http/problems.ts";
import { routesOf } from "../../src/http/routes.ts";
import type { Site } from "../../src/http/site.ts";
import { startTestWiki, type TestWiki } from "./start-test-wiki.ts";

// Of the routes, nothing is asked here but what they take and answer.
const ROUTES = routesOf({ metrics: { type: "" } } as unknown as Site);

describe("the description of the API", () => {
  let wiki: TestWiki;

  beforeAll(async () => {
    wiki = await startTestWiki();
  });

  afterAll(() => wiki.stop());

  it("is an OpenAPI 3.1 document", async () => {
    const document = await (await wiki.fetch("/api/v1/openapi.json")).json();
    const result = await new Validator().validate(document);
    expect(result).toEqual({ valid: true });
    expect(document.openapi).toBe("3.1.0");
    const { paths } = document;
    expect((await new Validator().validate({ ...document, paths: { ...paths, x: 1 } })).valid).toBe(false);
  });

  it("has every route of the API, with its parameters, its body and the errors that it may answer", async () => {
    const { paths } = await (await wiki.fetch("/api/v1/openapi.json")).json();
    const described = Object.entries<object>(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, "{}")}`),
    );
    const routes = ROUTES.flatMap(({ api }) => (api === undefined ? [] : [api.replaceAll(/:\w+(\{[^}]*\})?/g, "{}")]));
    expect(described.sort()).toEqual(routes.sort());
    const patch = paths["/api/v1/pages/{slug}"].patch;
    expect(patch.parameters).toMatchObject([{ name: "slug", in: "path", required: true }]);
    expect(patch.requestBody.content["application/json"].schema.properties).toHaveProperty("body");
    expect(JSON.stringify(patch.responses[409])).toContain("EDIT_CONFLICT");
    expect(JSON.stringify(paths["/api/v1/pages/{slug}"].get.responses[404])).toContain("PAGE_NOT_FOUND");
  });

  it("names each operation once", () => {
    const ids = Object.values(describeApi(ROUTES).paths).flatMap((item) =>
      Object.values(item).map((operation) => operation?.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("explains the codes of errors where a problem says that they are explained", async () => {
    const problem = await (await wiki.fetch("/api/v1/pages/nothing-here")).json();
    expect(problem).toMatchObject({ code: "PAGE_NOT_FOUND", type: "/api#error-page-not-found" });
    const shown = await (await wiki.fetch("/api")).text();
    for (const { code } of listProblems())
      expect(shown).toContain(`id="error-${code.toLowerCase().replaceAll("_", "-")}"`);
  });

  it("is shown to people", async () => {
    const response = await wiki.fetch("/api");
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain("/api/v1/search");
    expect(html).toContain("Pages that have what is looked for, the best first");
  });
});
