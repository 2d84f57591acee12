import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { patchPage } from "../../src/http/resources/edit-page.ts";
import { pageDiff } from "../../src/http/resources/page-diff.ts";
import { pageHistory } from "../../src/http/resources/page-history.ts";
import { pageLinks } from "../../src/http/resources/page-links.ts";
import { readPage } from "../../src/http/resources/read-page.ts";
import { SECURITY_HEADERS } from "../../src/http/security.ts";
import type { Site } from "../../src/http/site.ts";
import { documentOf } from "./html-document.ts";
import { startTestWiki, type TestWiki } from "./start-test-wiki.ts";

// Resources are declared for a site; here for none, as nothing is asked of it.
const NOWHERE = {} as Site;

let wiki: TestWiki;
let head: number;

beforeAll(async () => {
  wiki = await startTestWiki();
  await wiki.send("POST", "/api/v1/pages", { title: "Page", slug: "page", body: `${"words ".repeat(500)}[[else]]` });
  await wiki.send("PATCH", "/api/v1/pages/page", { title: "The page" });
  await wiki.send("POST", "/api/v1/pages", { title: "Gone", slug: "gone", body: "x" });
  await wiki.send("DELETE", "/api/v1/pages/gone", {});
  head = await wiki.parts.wiki.events.recorder.head();
});

afterAll(async () => {
  expect(await wiki.parts.wiki.events.recorder.head()).toBe(head);
  expect(wiki.defects).toEqual([]);
  await wiki.stop();
});

const READS = [
  "/wiki/page",
  "/wiki/page?version=1",
  "/wiki/gone",
  "/new",
  "/edit/page",
  "/rename/page",
  "/delete/page",
].concat(["/restore/gone", "/history/page", "/history/gone", "/diff/page", "/diff/gone", "/links/page", "/links/else"]);
const API_READS = [
  "/api/v1/pages/page",
  "/api/v1/pages/page?version=1",
  "/api/v1/history/page",
  "/api/v1/diff/page",
].concat(["/api/v1/links/page", "/api/v1/links/else"]);
const FORMS = ["/new", "/edit/page", "/rename/page", "/delete/page", "/restore/gone", "/revert/page"];
const WRITES = [
  ["POST", "/api/v1/pages"],
  ["PATCH", "/api/v1/pages/page"],
  ["DELETE", "/api/v1/pages/page"],
  ["POST", "/api/v1/rename/page"],
  ["POST", "/api/v1/restore/gone"],
  ["POST", "/api/v1/revert/page"],
] as const;

const problemOf = async (answer: Response) => {
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  return answer.json();
};

test.each([
  ["GET", "/wiki/page"],
  // From memory, by now.
  ["GET", "/wiki/page"],
  ["HEAD", "/wiki/page"],
  ["GET", "/api/v1/pages/page"],
  ["GET", "/"],
  ["GET", "/nowhere"],
  ["GET", "/wiki/page?surprise=1"],
  ["PUT", "/wiki/page"],
  ["POST", "/api/v1/pages"],
])("%s %s is answered with what keeps foreign scripts and frames out", async (method, path) => {
  const { headers } = await wiki.fetch(path, { method, redirect: "manual" });
  expect(Object.fromEntries(headers)).toMatchObject(SECURITY_HEADERS);
});

test.each(READS)("%s is a document in which nothing runs", async (path) => {
  const answer = await wiki.fetch(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect((await documentOf(answer)).texts("h1")).toHaveLength(1);
});

test.each([...READS, ...API_READS, "/wiki/page.md"])(
  "%s takes HEAD, refuses other methods and unknown fields",
  async (path) => {
    const [answer, headers] = [await wiki.fetch(path), await wiki.fetch(path, { method: "HEAD" })];
    expect(headers.status).toBe(200);
    expect(await headers.text()).toBe("");
    expect(headers.headers.get("content-type")).toBe(answer.headers.get("content-type"));
    await answer.body?.cancel();
    const wrong = await wiki.fetch(path, { method: "PUT", body: "x" });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toContain("GET");
    const unknown = await wiki.fetch(`${path}${path.includes("?") ? "&" : "?"}surprise=1`);
    expect(unknown.status).toBe(422);
    const twice = await wiki.fetch(`${path}${path.includes("?") ? "&" : "?"}a=1&a=2`);
    expect(twice.status).toBe(422);
  },
);

test.each(READS.filter((path) => !/^\/(?:new|edit)/.test(path)).concat(API_READS))(
  "%s has an entity tag, and answers 304 to who has it",
  async (path) => {
    const first = await wiki.fetch(path);
    const etag = String(first.headers.get("etag"));
    await first.body?.cancel();
    expect(etag).toMatch(/^"[\w-]+"$/);
    const again = await wiki.fetch(path, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  },
);

test.each([
  ["br, gzip", "br"],
  ["gzip", "gzip"],
  ["identity", null],
])("a client that takes %j gets it", async (accepted, encoding) => {
  for (const path of ["/wiki/page", "/wiki/page", "/history/page", "/api/v1/pages/page"]) {
    const answer = await wiki.fetch(path, { headers: { "accept-encoding": accepted } });
    expect([path, answer.headers.get("content-encoding")]).toEqual([path, encoding]);
    expect(await answer.text()).toContain("page");
  }
});

test.each([
  ["GET", "/api/v1/pages/page", readPage],
  ["GET", "/api/v1/pages/gone", readPage],
  ["GET", "/api/v1/history/page", pageHistory],
  ["GET", "/api/v1/diff/page", pageDiff],
  ["GET", "/api/v1/diff/page?from=0&to=1", pageDiff],
  ["GET", "/api/v1/links/else", pageLinks],
  ["PATCH", "/api/v1/pages/page", patchPage],
])("%s %s answers what its description says, and nothing else", async (method, path, declare) => {
  const answer = method === "GET" ? await wiki.fetch(path) : await wiki.send(method, path, {});
  const data = await answer.json();
  expect(declare(NOWHERE).output.parse(data)).toEqual(data);
});

describe("a page that is not there", () => {
  test("is offered for writing, with what is called nearly so", async () => {
    const answer = await wiki.fetch("/wiki/the");
    expect(answer.status).toBe(404);
    const document = await documentOf(answer);
    expect(document.links()).toContain("/new?slug=the");
    expect(document.links()).toContain("/wiki/page");
  });

  test.each([
    "/wiki/no",
    "/edit/no",
    "/rename/no",
    "/delete/no",
    "/restore/page",
    "/history/no",
    "/diff/no",
    "/wiki/no.md",
  ])("is 404 at %s", async (path) => {
    expect((await wiki.fetch(path)).status).toBe(404);
  });

  test.each(["/api/v1/pages/no", "/api/v1/history/no", "/api/v1/diff/no"])("is a problem at %s", async (path) => {
    const answer = await wiki.fetch(path);
    expect(answer.status).toBe(404);
    expect(await problemOf(answer)).toMatchObject({ code: "PAGE_NOT_FOUND", slug: "no" });
  });
});

test.each(["a--b", "-", "a//b", "login", "%00", "a%E2%80%8Bb", "x".repeat(201), "%E0%A4%A", "a%5Cb", "..%2f..%2fetc"])(
  "the slug %j is refused, or leads nowhere",
  async (slug) => {
    for (const path of ["/wiki/", "/edit/", "/history/", "/diff/", "/links/", "/api/v1/pages/", "/api/v1/links/"]) {
      const { status } = await wiki.fetch(path + slug);
      expect([path, status]).toEqual([path, expect.toBeOneOf([400, 404, 422])]);
    }
  },
);

test("an address in another form leads to the one of the page", async () => {
  expect((await wiki.fetch("/wiki/Page")).headers.get("location")).toBe("/wiki/page");
});

test.each([
  ["/wiki/page?version=99", 404],
  ["/wiki/page?version=0", 422],
  ["/wiki/page?version=-1", 422],
  ["/wiki/page?version=1e3", 422],
  ["/wiki/page?version=9007199254740993", 422],
  ["/diff/page?from=99", 404],
  ["/diff/page?from=1&to=99", 404],
  ["/diff/page?to=0", 422],
  ["/diff/page?layout=upside", 422],
  ["/history/page?kind=burnt", 422],
  ["/history/page?author=nobody", 422],
  ["/history/page?from=2026-13-40", 422],
  ["/history/page?before=x", 422],
  ["/history/page?limit=501", 422],
  ["/links/page?after=forged", 422],
  ["/restore/page", 404],
  ["/new?title=%00", 422],
])("%s answers %i", async (path, status) => {
  const answer = await wiki.fetch(path);
  expect(answer.status).toBe(status);
  await documentOf(answer);
});

test("a note of where a reader came from is shown where it is true alone", async () => {
  const document = await documentOf(await wiki.fetch("/wiki/page?redirectedFrom=call-0900-123"));
  expect(document.texts(".redirect-note")).toEqual([]);
});

test.each(FORMS)("%s refuses what does not come from its own site", async (path) => {
  for (const headers of [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://evil.test" },
  ]) {
    const answer = await wiki.fetch(path, { method: "POST", body: new URLSearchParams({ title: "x" }), headers });
    expect(answer.status).toBe(403);
  }
});

test.each(FORMS)("%s refuses bodies of other types, and such as are too large", async (path) => {
  expect(
    (await wiki.fetch(path, { method: "POST", body: "x", headers: { "content-type": "text/plain" } })).status,
  ).toBe(415);
  const large = await wiki.post(path, { body: "x".repeat(4 * 2 ** 20) });
  expect(large.status).toBe(413);
  const unknown = await wiki.post(path, { surprise: "1", title: "T", summary: "s" });
  expect(unknown.status).toBe(422);
});

test.each(WRITES)(
  "%s %s refuses what is no JSON, too deep, too large, unknown or of another type",
  async (method, path) => {
    const send = (body: string, type = "application/json") =>
      wiki.fetch(path, { method, body, headers: { "content-type": type } });
    expect((await send("{")).status).toBe(400);
    expect((await send("[]")).status).toBe(400);
    expect((await send(`${"[".repeat(21)}${"]".repeat(21)}`)).status).toBe(400);
    expect((await send(`{"a":${"[".repeat(100_000)}`)).status).toBe(400);
    expect((await send("\xff", "text/html")).status).toBe(415);
    expect((await send(`{"body":"${"x".repeat(4 * 2 ** 20)}"}`)).status).toBe(413);
    const unknown = await send('{"surprise":1}');
    expect(unknown.status).toBe(422);
    expect(await problemOf(unknown)).toMatchObject({ code: "INVALID_INPUT", field: expect.any(String) });
    expect((await send('{"__proto__":{"title":"x"},"constructor":1}')).status).toBe(422);
  },
);

test.each([
  ["POST", "/api/v1/pages", { title: 1 }, 422, "title"],
  ["POST", "/api/v1/pages", { title: "T", slug: "page" }, 409, undefined],
  ["POST", "/api/v1/pages", { title: "T", slug: "z", tags: [1] }, 422, "tags"],
  ["POST", "/api/v1/pages", { title: "T", slug: "z", body: "\ud800" }, 422, "body"],
  ["POST", "/api/v1/pages", { title: "T", slug: "z", idempotencyKey: "k".repeat(201) }, 422, "idempotencyKey"],
  ["PATCH", "/api/v1/pages/page", { title: "" }, 422, "title"],
  ["PATCH", "/api/v1/pages/page", { body: "x", basedOn: 99 }, 404, undefined],
  ["PATCH", "/api/v1/pages/page", { body: "x", basedOn: 0 }, 422, undefined],
  ["PATCH", "/api/v1/pages/page", { body: "x", basedOn: 1.5 }, 422, "basedOn"],
  ["PATCH", "/api/v1/pages/page", { body: "x", pageId: "forged" }, 404, undefined],
  ["PATCH", "/api/v1/pages/no", { body: "x" }, 404, undefined],
  ["DELETE", "/api/v1/pages/page", { basedOn: 1 }, 409, undefined],
  ["DELETE", "/api/v1/pages/gone", {}, 404, undefined],
  ["POST", "/api/v1/rename/page", {}, 422, "slug"],
  ["POST", "/api/v1/rename/page", { slug: "login" }, 422, undefined],
  ["POST", "/api/v1/rename/page", { slug: "x", updateLinks: "maybe" }, 422, "updateLinks"],
  ["POST", "/api/v1/restore/no", {}, 404, undefined],
  ["POST", "/api/v1/restore/gone", { slug: "page" }, 409, undefined],
  ["POST", "/api/v1/restore/gone", { basedOn: 1 }, 409, undefined],
  ["POST", "/api/v1/revert/page", { version: 0 }, 422, "version"],
  ["POST", "/api/v1/revert/page", { version: 99 }, 404, undefined],
  ["POST", "/api/v1/revert/page", {}, 422, "version"],
])("%s %s with %j answers %i", async (method, path, body, status, field) => {
  const answer = await wiki.send(method, path, body);
  const problem = await problemOf(answer);
  expect([answer.status, problem]).toEqual([status, expect.objectContaining({ status, detail: expect.any(String) })]);
  if (field !== undefined) expect(problem.field).toBe(field);
});

test("a reader may change nothing, nor see the forms", async () => {
  const readers = await wiki.serve({ userId: null, role: "reader" });
  for (const path of ["/new", "/edit/page", "/rename/page", "/delete/page", "/restore/gone"]) {
    expect([path, (await fetch(readers + path)).status]).toEqual([path, 403]);
  }
  for (const path of FORMS) {
    const body = new URLSearchParams({
      title: "T",
      slug: "x",
      body: "b",
      summary: "",
      pageId: "p",
      basedOn: "1",
      version: "1",
    });
    const { status } = await fetch(readers + path, { method: "POST", body, redirect: "manual" });
    expect([path, status]).toEqual([path, expect.toBeOneOf([403, 422])]);
  }
  for (const [method, path] of WRITES) {
    const body = JSON.stringify(
      path.includes("revert")
        ? { version: 1 }
        : path.endsWith("pages")
          ? { title: "T" }
          : path.includes("rename")
            ? { slug: "x" }
            : {},
    );
    const answer = await fetch(readers + path, { method, body, headers: { "content-type": "application/json" } });
    expect([path, answer.status]).toEqual([path, 403]);
  }
});

test("a page is deleted by a request without a body", async () => {
  const answer = await wiki.fetch("/api/v1/pages/no", { method: "DELETE" });
  expect(answer.status).toBe(404);
});

test("a page that is there is not restored, and nothing is recorded", async () => {
  const answer = await wiki.send("POST", "/api/v1/restore/page", {});
  expect([answer.status, await answer.json()]).toMatchObject([200, { slug: "page", deleted: false }]);
});

test("a request line that is no address is refused", async () => {
  const { hostname, port } = new URL(wiki.address);
  const status = await new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: "//\\\\evil", method: "GET" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("error", reject).end();
  });
  expect(status).toBe(400);
});
