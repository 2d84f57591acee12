import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Viewer } from "../../src/access/viewer.ts";
import { routesOf } from "../../src/http/routes.ts";
import type { Site } from "../../src/http/site.ts";
import { ReadModels } from "../../src/read-models/read-models.ts";
import { EDITOR, READER, startTestWiki, TEST_ENGINES, type TestEngine, type TestWiki } from "./start-test-wiki.ts";

describe("answers that are kept", () => {
  let wiki: TestWiki;

  afterEach(async () => {
    await wiki.stop();
    expect(wiki.defects).toEqual([]);
  });

  // Where read models lag, as they may on a busy machine, nothing is kept.
  const shown = async () => wiki.parts.readModels.waitFor(await wiki.parts.wiki.events.recorder.head());
  const create = async (slug: string, body: string) => {
    await wiki.send("POST", "/api/v1/pages", { title: slug, slug, body });
    await shown();
  };
  const edit = async (slug: string, body: string) => {
    await wiki.send("PATCH", `/api/v1/pages/${slug}`, { body });
    await shown();
  };
  const read = async (path: string) => (await wiki.fetch(path)).text();
  /** How many answers were sent from memory, and made to be kept. */
  const counted = async () => {
    const lines = await read("/metrics");
    const count = (result: string) =>
      Number(new RegExp(`page_cache_requests_total\\{result="${result}"\\} (\\d+)`).exec(lines)?.[1] ?? 0);
    return { sent: count("hit"), made: count("miss") };
  };

  it("are sent again until their page changes, or for lists any page", async () => {
    wiki = await startTestWiki();
    await create("one", "text");
    await create("two", "text");
    const ofPage = ["/history/one", "/api/v1/history/one?limit=200", "/diff/one", "/api/v1/pages/one", "/wiki/one.md"];
    const ofAll = ["/changes", "/search?q=text", "/api/v1/search?q=text", "/pages", "/tags", "/feeds/changes.atom"];
    const readAll = () => Promise.all([...ofPage, ...ofAll].map(read));
    const first = await readAll();
    expect(await counted()).toEqual({ sent: 0, made: 11 });
    expect(await readAll()).toEqual(first);
    expect(await counted()).toEqual({ sent: 11, made: 11 });
    await edit("two", "other text");
    await readAll();
    expect(await counted()).toEqual({ sent: 16, made: 17 });
    await edit("one", "other text");
    const last = await readAll();
    expect(await counted()).toEqual({ sent: 16, made: 28 });
    expect(last[1]).toContain('"version":2');
  });

  it("of a page end with what it includes, however deep: another text, a deletion", async () => {
    wiki = await startTestWiki();
    await create("outer", "![[inner]]\n");
    await create("inner", "![[deep]]\n");
    await create("deep", "first text");
    const page = async () => {
      await read("/wiki/outer");
      const { sent } = await counted();
      const text = await read("/wiki/outer");
      expect((await counted()).sent).toBe(sent + 1);
      return text;
    };
    expect(await page()).toContain("first text");
    await edit("deep", "second text");
    expect(await page()).toContain("second text");
    await wiki.send("DELETE", "/api/v1/pages/deep", {});
    await shown();
    expect(await page()).not.toContain("second text");
    await create("deep", "third text");
    expect(await page()).toContain("third text");
  });

  it("are made once for all who ask at once", async () => {
    wiki = await startTestWiki({ engine: "sqlite" });
    await create("one", "text");
    const texts = await Promise.all(Array.from({ length: 16 }, () => read("/history/one")));
    expect(new Set(texts).size).toBe(1);
    expect(await counted()).toEqual({ sent: 15, made: 1 });
  });

  it("are the same in every encoding, with headers like those of one that was made, and are not sent to who has them", async () => {
    wiki = await startTestWiki();
    await create("one", "text");
    const ask = (encoding: string, more = {}) =>
      wiki.fetch("/history/one", { headers: { "accept-encoding": encoding, ...more } });
    const made = await ask("identity");
    const kept = await ask("identity");
    const headersOf = ({ headers }: Response) => {
      const { date, "x-request-id": _, ...others } = Object.fromEntries(headers);
      return others;
    };
    expect(headersOf(kept)).toEqual(headersOf(made));
    const text = await made.text();
    expect(await kept.text()).toBe(text);
    for (const encoding of ["br", "gzip"]) {
      const encoded = await ask(encoding);
      expect(encoded.headers.get("content-encoding")).toBe(encoding);
      // Decoded by `fetch`.
      expect(await encoded.text()).toBe(text);
    }
    const known = await ask("br", { "if-none-match": made.headers.get("etag") ?? "" });
    expect([known.status, await known.text()]).toEqual([304, ""]);
  });

  it("are sent to those alone who read", async () => {
    wiki = await startTestWiki();
    await create("one", "text");
    for (const path of ["/wiki/one", "/history/one"]) {
      const ask = async (method: string) => (await wiki.fetch(path, { method })).status;
      const refused = await ask("OPTIONS");
      expect([await ask("GET"), await ask("HEAD"), await ask("OPTIONS"), await ask("DELETE")], path).toEqual([
        ...[200, 200, refused, refused],
      ]);
      expect(refused).toBe(405);
    }
  });

  it("are not made of read models that lag behind the log", async () => {
    // In memory they are run by this thread.
    wiki = await startTestWiki();
    await create("one", "text");
    await wiki.parts.readModels.close();
    await wiki.parts.wiki.updateTitle("one", "Another");
    const paths = ["/api/v1/history/one", "/api/v1/changes", "/api/v1/search?q=another", "/api/v1/pages"];
    const stale = await Promise.all(paths.map(read));
    expect(stale[2]).toContain('"total":0');
    await using models = new ReadModels({ app: wiki.parts.wiki.events });
    models.start();
    await models.waitFor(await wiki.parts.wiki.events.recorder.head());
    const fresh = await Promise.all(paths.map(read));
    for (const text of fresh) expect(text).toContain("Another");
  });

  it("make way for those of a page that takes the address of a deleted one", async () => {
    wiki = await startTestWiki();
    await create("one", "text");
    await wiki.send("DELETE", "/api/v1/pages/one", {});
    const paths = ["/api/v1/history/one", "/history/one", "/api/v1/diff/one", "/api/v1/pages/one", "/wiki/one"];
    // Who may see deleted pages finds it under its last address.
    for (const path of paths) expect((await wiki.fetch(path)).status, path).toBe(200);
    await create("one", "another text");
    const { changes } = JSON.parse(await read("/api/v1/history/one"));
    expect(changes).toHaveLength(1);
    expect(await read("/api/v1/diff/one")).toContain("another text");
    for (const path of ["/api/v1/pages/one", "/wiki/one"]) expect(await read(path)).toContain("another text");
  });

  it("show at once what was saved here, to those too who carry no cookie", async () => {
    wiki = await startTestWiki({ engine: "sqlite" });
    await create("one", "0");
    for (let i = 1; i <= 30; i++) {
      await Promise.all(["/wiki/one", "/api/v1/pages/one", "/wiki/one.md"].map(read));
      await wiki.send("PATCH", "/api/v1/pages/one", { body: `text ${i}` });
      expect(await read("/wiki/one.md")).toBe(`text ${i}`);
      expect(await read("/api/v1/pages/one")).toContain(`"text ${i}"`);
    }
  });

  it("take no more memory than they may", async () => {
    wiki = await startTestWiki();
    await create("one", "text ".repeat(2_000));
    const address = await wiki.serve(READER, { keptBytes: 300_000 });
    const ask = async (path: string) => (await fetch(address + path)).text();
    await ask("/wiki/one.md?version=1");
    for (let i = 1; i <= 60; i++) await ask(`/api/v1/pages/one?version=1${"&".repeat(i)}`);
    const lines = await ask("/metrics");
    const bytes = Number(/palimpsest_kept_bytes (\d+)/.exec(lines)?.[1]);
    expect(bytes).toBeGreaterThan(200_000);
    expect(bytes).toBeLessThanOrEqual(300_000);
  });
});

describe("the addresses whose answers are kept", () => {
  // Nothing else that is read follows from the log, the rights, the names and the moment alone.
  it("are all but those of forms, streams and files, and what has a clock or a chance of its own", () => {
    const routes = routesOf({ metrics: { type: "" } } as unknown as Site);
    const made = routes.filter(({ resource }) => !resource.isKept).flatMap(({ html, api }) => [html, api]);
    expect(made.filter((address) => address?.startsWith("GET ")).sort()).toEqual([
      "GET /",
      "GET /api",
      "GET /api/v1/attachments",
      "GET /api/v1/attachments/:name{.+}",
      "GET /api/v1/events",
      "GET /api/v1/log",
      "GET /api/v1/log/:section",
      "GET /api/v1/notification-log",
      "GET /api/v1/notification-log/:part",
      "GET /api/v1/openapi.json",
      "GET /api/v1/random",
      "GET /attachments",
      "GET /attachments/:name{.+}",
      "GET /delete/:page{.+}",
      "GET /edit/:page{.+}",
      "GET /health/live",
      "GET /health/ready",
      "GET /metrics",
      "GET /new",
      "GET /random",
      "GET /rename/:page{.+}",
      "GET /restore/:page{.+}",
    ]);
  });
});

/** What is done to a wiki between two readings of it. */
type Step =
  | { readonly do: "write"; readonly page: number; readonly text: string; readonly elsewhere: boolean }
  | { readonly do: "delete" | "restore"; readonly page: number }
  | { readonly do: "rename"; readonly page: number; readonly to: number }
  | { readonly do: "wait"; readonly ms: number };

const SLUGS = ["a", "b", "c"];
const PAGE = fc.nat({ max: SLUGS.length - 1 });
const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      page: PAGE,
      text: fc.constantFrom("word", "word [[b]]", "other\n\n![[c]]\n", "[[c]] and [[d]]", ""),
      elsewhere: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constantFrom("delete" as const, "restore" as const), page: PAGE }),
  fc.record({ do: fc.constant("rename" as const), page: PAGE, to: PAGE }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1_000, 50_000, 3_600_000, 90_000_000) }),
);

const READ = [
  ...SLUGS.flatMap((slug) => [
    ...[`/wiki/${slug}`, `/wiki/${slug}.md`, `/wiki/${slug}?version=1`, `/history/${slug}`, `/diff/${slug}`],
    ...[`/diff/${slug}?from=0&to=1`, `/links/${slug}`, `/api/v1/pages/${slug}`, `/api/v1/history/${slug}?limit=2`],
    `/changes?page=${slug}`,
  ]),
  ...["/pages", "/changes", "/search?q=word", "/api/v1/search?q=wor", "/tags", "/missing", "/orphans"],
  ...["/feeds/changes.json", "/sitemap.xml", "/api/v1/statistics", "/api/v1/contributors", "/api/v1/complete?typed=a"],
];

const VIEWER = fc.constantFrom(EDITOR, READER);
const RUNS = { memory: 20, sqlite: 6, postgres: 2 };

// In milliseconds. On a machine that is busy, fewer are tried.
const TIME = 10_000;

describe.each(TEST_ENGINES)("answers that are kept on %s", (engine) => {
  it("are those of a server that keeps none, whatever is written and read in between", async () => {
    const end = performance.now() + TIME;
    let tried = 0;
    const steps = fc.array(fc.tuple(STEP, fc.subarray(READ, { maxLength: 12 })), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(VIEWER, steps, async (viewer, taken) => {
        if (tried > 0 && performance.now() > end) return;
        tried += 1;
        await compareServers(engine, viewer, taken);
      }),
      { numRuns: RUNS[engine] },
    );
  });
});

/** Reads the same of a server that keeps answers and of one that keeps none. */
async function compareServers(
  engine: TestEngine,
  viewer: Viewer,
  steps: readonly (readonly [Step, readonly string[]])[],
): Promise<void> {
  const wiki = await startTestWiki({ engine });
  try {
    let now = Date.now();
    const limits = { reads: { perSecond: 1e6, burst: 1e6 } };
    const options = { clock: () => now, limits, origin: "https://wiki.test" };
    const keeps = await wiki.serve(viewer, options);
    const makes = await wiki.serve(viewer, { ...options, keptBytes: 0 });
    for (const [step, paths] of steps) {
      if (step.do === "wait") now += step.ms;
      const cookie = await doStep(wiki, step);
      for (const path of paths) {
        const ask = async (address: string) => {
          const response = await fetch(address + path, { redirect: "manual", headers: { cookie } });
          return [response.status, response.headers.get("etag"), await response.text()];
        };
        const made = await ask(makes);
        // Twice: the second time it is sent from memory.
        expect(await ask(keeps), path).toEqual(made);
        expect(await ask(keeps), path).toEqual(made);
      }
    }
    expect(wiki.defects).toEqual([]);
  } finally {
    await wiki.stop();
  }
}

/** Answers the cookie of who did it. Many steps are refused, such as to delete what is deleted. */
async function doStep({ parts, address }: TestWiki, step: Step): Promise<string> {
  const { wiki, readModels } = parts;
  const slug = "page" in step ? (SLUGS[step.page] ?? "") : "";
  const send = (method: string, path: string, body: object) =>
    fetch(address + path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  switch (step.do) {
    case "write": {
      const { text: body, elsewhere } = step;
      if (elsewhere) await wiki.updateBody(slug, body).catch(() => {});
      else if ((await send("PATCH", `/api/v1/pages/${slug}`, { body })).status === 404) {
        await send("POST", "/api/v1/pages", { slug, title: slug, body });
      }
      break;
    }
    case "delete":
      await send("DELETE", `/api/v1/pages/${slug}`, {});
      break;
    case "restore":
      await send("POST", `/api/v1/restore/${slug}`, {});
      break;
    case "rename":
      await send("POST", `/api/v1/rename/${slug}`, { slug: SLUGS[step.to] });
      break;
    case "wait":
      break;
  }
  const head = await wiki.events.recorder.head();
  await readModels.waitFor(head);
  return `seen=${wiki.events.recorder.log.epoch}.${head}`;
}
