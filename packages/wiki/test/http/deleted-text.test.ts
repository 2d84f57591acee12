import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { noteRun } from "../../../../tools/reliability/run.ts";
import type { Route } from "../../src/http/route.ts";
import { routesOf } from "../../src/http/routes.ts";
import type { Site } from "../../src/http/site.ts";
import { READER, startTestWiki, type TestWiki } from "./start-test-wiki.ts";

/** Words that stand in the deleted page alone, each in another place. */
const MARKERS = {
  title: "titlemark7731",
  formerTitle: "formertitlemark7731",
  slug: "slugmark7731",
  formerSlug: "formerslugmark7731",
  body: "bodymark7731",
  formerBody: "formerbodymark7731",
  tag: "tagmark7731",
  link: "linkmark7731",
  summary: "summarymark7731",
  lastSummary: "lastsummarymark7731",
  file: "filemark7731",
  fileText: "filetextmark7731",
} as const;

/** What to send in each field: for a new one, say here what could bring the deleted page to light. */
const VALUES: { readonly [field: string]: readonly string[] } = {
  slug: ["living", MARKERS.slug, MARKERS.formerSlug],
  page: ["living", MARKERS.slug, MARKERS.formerSlug],
  under: ["living", MARKERS.slug, "formerslugmark"],
  title: ["x"],
  q: [
    "titlemark",
    "bodymark",
    "formerbodymark",
    `"${MARKERS.body}"`,
    "title:titlemark",
    `tag:${MARKERS.tag}`,
    "text -living",
    // Nearly so, for what could be suggested instead.
    "titlemrk7731",
    "formertitelmark7731 living",
    "tagmark731",
  ],
  typed: ["titlem", "formert", "l", "titlemrk7731"],
  tag: [MARKERS.tag, "alive"],
  titles: ["only"],
  author: ["5f2f1a53-5d0c-4d4e-9b1c-0f5d1d3a7c11"],
  kind: ["created", "edited", "retitled", "renamed", "tagged", "deleted", "restored", "reverted"],
  order: ["title", "slug", "modified", "created"],
  layout: ["inline", "side"],
  from: ["1", "2020-01-01"],
  to: ["2", "4", "2050-01-01"],
  version: ["1", "3"],
  before: ["500"],
  after: ["0"],
  limit: ["1", "500"],
  offset: ["0", "1"],
  section: ["1,500", "3,9"],
  part: ["head", "1,10"],
  start: ["1"],
  stop: ["50"],
  beyond: ["0"],
  wait: ["0"],
  topic: ["Page.Created"],
  epoch: [],
  redirectedFrom: ["living"],
  saved: ["merged"],
  name: [`${MARKERS.file}.txt`, "living.txt"],
  view: ["history"],
  // Of forms that change something, of which a reader is refused each.
  ...Object.fromEntries(
    ["body", "tags", "summary", "basedOn", "pageId", "idempotencyKey", "as", "relink", "intent", "updateLinks"].map(
      (name) => [name, ["1"]],
    ),
  ),
};

describe("the text of a deleted page", () => {
  let wiki: TestWiki;
  let forReaders: string;
  let head: number;

  beforeAll(async () => {
    wiki = await startTestWiki({ engine: "sqlite" });
    const send = async (method: string, path: string, body: unknown) => {
      const response = await wiki.send(method, path, body);
      expect(response.status, `${method} ${path} ${await response.clone().text()}`).toBeLessThan(300);
    };
    await send("POST", "/api/v1/pages", { title: "Living", slug: "living", body: "some text", tags: ["alive"] });
    await send("POST", "/api/v1/pages", {
      title: MARKERS.formerTitle,
      slug: MARKERS.formerSlug,
      body: `some text, ${MARKERS.formerBody}\n`,
      tags: [],
      summary: MARKERS.summary,
    });
    const file = `/api/v1/attachments/${MARKERS.file}.txt`;
    expect((await wiki.fetch(file, { method: "PUT", body: MARKERS.fileText })).status).toBe(201);
    await send("DELETE", file, {});
    const { wiki: application } = wiki.parts;
    await application.updateTitle(MARKERS.formerSlug, MARKERS.title);
    await application.updateBody(
      MARKERS.formerSlug,
      `some text, ${MARKERS.body} and [[${MARKERS.link}]], [[living]]\n`,
    );
    await application.updateTags(MARKERS.formerSlug, [MARKERS.tag, "alive"]);
    await application.updateSlug(MARKERS.formerSlug, MARKERS.slug);
    await application.deletePage(MARKERS.slug, { summary: MARKERS.lastSummary });
    head = await application.events.recorder.head();
    await wiki.parts.readModels.waitFor(head);
    forReaders = await wiki.serve(READER);
  });

  afterAll(() => wiki.stop());

  // Of the routes, nothing is asked here but where they are and what they take.
  const routes = routesOf({ metrics: { type: "" } } as unknown as Site);
  const requests = routes.flatMap(requestsOf);

  it.each(requests.map((request) => [`${request.method} ${request.address}`, request] as const))(
    "is not in what a reader gets for %s",
    async (_name, request) => {
      const { status, text } = await answerTo(forReaders, request);
      expect(status).toBeLessThan(500);
      const asked = decodeURIComponent(request.address) + (request.body ?? "");
      for (const marker of Object.values(MARKERS)) {
        // What was asked for is often repeated.
        if (!asked.includes(marker)) expect(text.toLowerCase()).not.toContain(marker);
      }
    },
  );

  it("is counted nowhere for a reader", async () => {
    const read = async (path: string) => (await fetch(forReaders + path)).json();
    expect(await read("/api/v1/pages")).toMatchObject({ total: 1 });
    expect(await read("/api/v1/tags")).toEqual({ tags: [{ tag: "alive", pages: 1 }], next: null });
    expect(await read("/api/v1/tags/alive")).toMatchObject({ total: 1 });
    expect(await read(`/api/v1/tags/${MARKERS.tag}`)).toMatchObject({ total: 0 });
    expect(await read("/api/v1/search?q=text")).toMatchObject({ total: 1 });
    expect(await read("/api/v1/missing")).toEqual({ missing: [], next: null });
    expect(await read("/api/v1/statistics")).toMatchObject({ pages: 1, changes: 1, contributors: 1 });
    expect((await read("/api/v1/contributors")).contributors).toMatchObject([{ changes: 1 }]);
    expect((await read("/api/v1/orphans")).pages).toHaveLength(1);
  });

  it("is found by the same requests of an editor: they would find it", async () => {
    const found = new Set<string>();
    for (const request of requests) {
      if (request.method !== "GET") continue;
      const { text } = await answerTo(wiki.address, request);
      const asked = decodeURIComponent(request.address);
      for (const marker of Object.values(MARKERS)) {
        if (!asked.includes(marker) && text.toLowerCase().includes(marker)) found.add(marker);
      }
    }
    expect([...found].sort()).toEqual(Object.values(MARKERS).sort());
    noteRun({
      promises: [17],
      store: "SQLite",
      what: "a reader asks every route, with each value of each field, for words of a deleted page and a deleted file",
      figures: { requests: requests.length, words: found.size, "words that were told": 0 },
      control: `the same requests of an editor, who may see them, tell all ${found.size}`,
    });
  });

  async function answerTo(server: string, { method, address, type, body }: TestRequest) {
    const response = await fetch(server + address, {
      method,
      redirect: "manual",
      ...(body === undefined ? {} : { body, headers: { "content-type": type } }),
    });
    const headers = [...response.headers].join();
    const isStream = response.headers.get("content-type") === "text/event-stream";
    return {
      status: response.status,
      text: headers + (isStream ? await readStream(response, head) : await response.text()),
    };
  }
});

interface TestRequest {
  readonly method: string;
  readonly address: string;
  readonly type: string;
  readonly body?: string;
}

/** Requests for all that a route takes: each field with each of its values, the others as they must be. */
function requestsOf(route: Route): readonly TestRequest[] {
  const { properties = {}, required = [] } = z.toJSONSchema(route.resource.input, {
    io: "input",
    unrepresentable: "any",
  });
  const names = Object.keys(properties);
  for (const name of names) {
    if (VALUES[name] === undefined) throw new Error(`"${name}" is a new field: add values for it to this test`);
  }
  const least = new Map(required.map((name) => [name, VALUES[name]?.[0] ?? ""]));
  const choices = names.flatMap((name) => (VALUES[name] ?? []).map((value) => new Map(least).set(name, value)));
  // Two fields at once, as the versions that are compared.
  const pairs = choices.flatMap((choice) =>
    required.flatMap((name) => (VALUES[name] ?? []).map((value) => new Map(choice).set(name, value))),
  );
  const all = new Map([least, ...choices, ...pairs].map((fields) => [JSON.stringify([...fields].sort()), fields]));
  const addresses = [route.html, route.api, route.markdown].filter((address) => address !== undefined);
  return addresses.flatMap((address) => [...all.values()].map((fields) => toRequest(address, fields)));
}

function toRequest(address: string, given: ReadonlyMap<string, string>): TestRequest {
  const [method = "", pattern = ""] = address.split(" ");
  const fields = new Map(given);
  const path = pattern.replaceAll(/:(\w+)(\{[^}]*\})?/g, (_, name: string, rule = "") => {
    const value = fields.get(name) ?? VALUES[name]?.[0] ?? "";
    fields.delete(name);
    return encodeURI(value) + (rule.includes(".md") ? ".md" : "");
  });
  const query = new URLSearchParams([...fields]).toString();
  if (method === "GET") return { method, address: query === "" ? path : `${path}?${query}`, type: "" };
  const isApi = path.startsWith("/api/");
  const body = isApi ? JSON.stringify(Object.fromEntries(fields)) : query;
  return { method, address: path, type: isApi ? "application/json" : "application/x-www-form-urlencoded", body };
}

async function readStream(response: Response, head: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const enough = AbortSignal.timeout(300);
  const reader = response.body?.getReader();
  while (reader && !text.includes(`.${head}\n`) && !enough.aborted) {
    const late = new Promise<undefined>((resolve) => enough.addEventListener("abort", () => resolve(undefined)));
    const part = await Promise.race([reader.read(), late]);
    if (part?.value) text += decoder.decode(part.value, { stream: true });
    if (!part || part.done) break;
  }
  await reader?.cancel();
  return text;
}
