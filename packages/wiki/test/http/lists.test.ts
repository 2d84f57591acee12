import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestWiki, TEST_ENGINES, type TestWiki } from "./start-test-wiki.ts";

describe.each(TEST_ENGINES)("the lists of a wiki on %s", (engine) => {
  let wiki: TestWiki;

  beforeAll(async () => {
    wiki = await startTestWiki({ engine });
    const pages = [
      { title: "Guides", slug: "guides", body: "All of them: [[guides/bread]], [[guides/beer]].", tags: ["index"] },
      {
        title: "Bread",
        slug: "guides/bread",
        body: "Flour and water. See [[Oven]] and [[guides]].",
        tags: ["food", "oven"],
      },
      { title: "Beer", slug: "guides/beer", body: "Barley and water. See [[Oven]].", tags: ["food"] },
      { title: "Zebra", slug: "zebra", body: "Striped.", tags: [] },
      { title: "Ash", slug: "ash", body: "What is left of a [[Zebra]]? No.", tags: [] },
    ];
    for (const page of pages) await wiki.send("POST", "/api/v1/pages", page);
    await wiki.send("PATCH", "/api/v1/pages/zebra", {
      body: "Striped, and fast.",
      basedOn: 1,
      summary: "Say how fast",
    });
    await wiki.parts.readModels.waitFor(await wiki.parts.wiki.events.recorder.head());
  });

  afterAll(() => wiki.stop());

  const read = async (path: string) => {
    const response = await wiki.fetch(path);
    expect(response.status, path).toBe(200);
    return response.json();
  };
  const text = async (path: string) => {
    const response = await wiki.fetch(path);
    expect(response.status, path).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    return response.text();
  };
  const slugsOf = ({ pages }: { readonly pages: readonly { readonly slug: string }[] }) =>
    pages.map(({ slug }) => slug);

  it("lists all pages by title, and counts them", async () => {
    const list = await read("/api/v1/pages");
    expect(slugsOf(list)).toEqual(["ash", "guides/beer", "guides/bread", "guides", "zebra"]);
    expect(list).toMatchObject({ total: 5, next: null });
    expect(await text("/pages")).toContain("5 pages");
  });

  it("lists what lies below a place, by another order", async () => {
    const list = await read("/api/v1/pages?under=guides&order=created");
    expect(slugsOf(list)).toEqual(["guides/beer", "guides/bread"]);
    expect(list.total).toBe(2);
    expect(await text("/pages?under=guides")).toContain("Pages below");
  });

  it("goes on where a part of a list ended, without a gap or a repetition", async () => {
    const found: string[] = [];
    let after = "";
    do {
      const part = await read(`/api/v1/pages?limit=2&after=${after}`);
      found.push(...slugsOf(part));
      after = part.next ?? "";
    } while (after !== "");
    expect(found).toEqual(["ash", "guides/beer", "guides/bread", "guides", "zebra"]);
  });

  it("lists the tags with their counts, and the pages of one", async () => {
    expect(await read("/api/v1/tags")).toEqual({
      tags: [
        { tag: "food", pages: 2 },
        { tag: "index", pages: 1 },
        { tag: "oven", pages: 1 },
      ],
      next: null,
    });
    expect(slugsOf(await read("/api/v1/tags/FOOD"))).toEqual(["guides/beer", "guides/bread"]);
    expect(await text("/tags")).toContain("/tags/food");
    expect(await text("/tags/food")).toContain("2 pages");
  });

  it("lists what is wanted with who wants it, and what nobody links to", async () => {
    const { missing } = await read("/api/v1/missing");
    expect(missing).toHaveLength(1);
    expect(missing[0]).toMatchObject({ slug: "oven", links: 2 });
    expect(missing[0].from.map(({ slug }: { slug: string }) => slug)).toEqual(["guides/beer", "guides/bread"]);
    expect(slugsOf(await read("/api/v1/orphans"))).toEqual(["ash"]);
    expect(await text("/missing")).toContain("2 links");
    expect(await text("/orphans")).toContain("/wiki/ash");
  });

  it("leads to a page by chance", async () => {
    const response = await wiki.fetch("/random");
    expect(response.status).toBe(302);
    expect((await wiki.fetch(response.headers.get("location") ?? "")).status).toBe(200);
    const api = await wiki.fetch("/api/v1/random");
    expect((await read(api.headers.get("location") ?? "")).slug).toBeTypeOf("string");
  });

  it("finds pages by words, tags, authors and titles, with the words marked", async () => {
    const found = await read("/api/v1/search?q=wat");
    expect(found).toMatchObject({ total: 2, isMore: false });
    expect(found.hits[0].snippet).toContainEqual({ text: "water", marked: true });
    expect((await read("/api/v1/search?q=water&tag=oven")).hits.map((hit: { slug: string }) => hit.slug)).toEqual([
      "guides/bread",
    ]);
    expect((await read("/api/v1/search?q=water&titles=only")).total).toBe(0);
    expect((await read("/api/v1/search?q=water&author=5f2f1a53-5d0c-4d4e-9b1c-0f5d1d3a7c11")).total).toBe(2);
    expect((await read("/api/v1/search?q=water&author=5f2f1a53-5d0c-4d4e-9b1c-0f5d1d3a7c12")).total).toBe(0);
    expect(await text("/search?q=water&tag=&author=")).toContain("<mark>water</mark>");
  });

  it("offers to create the page that was searched for, where there is none", async () => {
    expect(await text("/search?q=Quince")).toContain("/new?title=Quince");
    expect(await text("/search?q=Bread")).toContain("/new?title=Bread");
    expect(await text("/search?q=Zebra")).not.toContain("/new?title=Zebra");
    expect(await text("/search?q=tag:food")).not.toContain("/new?title=tag");
  });

  it("completes titles as one types", async () => {
    expect(slugsOf(await read("/api/v1/complete?typed=br"))).toEqual(["guides/bread"]);
    expect(slugsOf(await read("/api/v1/complete?typed="))).toEqual([]);
  });

  it("lists changes with filters, and shows what is wrong with one", async () => {
    const all = await read("/api/v1/changes");
    expect(all.changes).toHaveLength(6);
    expect(all.changes[0]).toMatchObject({ slug: "zebra", kinds: ["edited"], summary: "Say how fast", version: 2 });
    expect((await read("/api/v1/changes?kind=created&limit=2")).changes).toHaveLength(2);
    expect((await read("/api/v1/changes?page=zebra")).changes).toHaveLength(2);
    expect((await read("/api/v1/changes?from=2020-01-01&to=2020-01-02")).changes).toEqual([]);
    expect((await read(`/api/v1/changes?before=${all.changes[0].position}`)).changes).toHaveLength(5);
    expect(await text("/changes?author=&kind=&from=&to=")).toContain("Say how fast");
    const refused = await wiki.fetch("/changes?kind=painted&from=2020-01-01");
    expect(refused.status).toBe(422);
    const shown = await refused.text();
    expect(shown).toContain("must be one of created");
    // What is wrong is seen, whichever field it is in.
    expect(await (await wiki.fetch("/changes?before=-1")).text()).toMatch(
      /<details class="filter" open>.*before&quot; must be/s,
    );
    // It was not looked for.
    expect(shown).not.toContain("No change fits this filter");
  });

  it("tells who wrote the wiki, and how large it is", async () => {
    expect((await read("/api/v1/contributors")).contributors).toMatchObject([{ changes: 6 }]);
    expect((await read("/api/v1/contributors?page=zebra")).contributors).toMatchObject([{ changes: 2 }]);
    expect(await read("/api/v1/statistics")).toMatchObject({ pages: 5, changes: 6, contributors: 1 });
  });

  it.each([
    ["/api/v1/pages?order=size", 422, "INVALID_INPUT"],
    ["/api/v1/pages?under=a//b", 422, "INVALID_SLUG"],
    ["/api/v1/pages?after=nonsense", 422, "INVALID_INPUT"],
    ["/api/v1/pages?limit=0", 422, "INVALID_INPUT"],
    ["/api/v1/pages?limit=1&limit=2", 422, "INVALID_INPUT"],
    ["/api/v1/pages?colour=red", 422, "INVALID_INPUT"],
    ["/api/v1/tags/%00", 422, "INVALID_INPUT"],
    ["/api/v1/search?q=%00", 422, "INVALID_INPUT"],
    [`/api/v1/search?q=${"x".repeat(1_001)}`, 422, "INVALID_INPUT"],
    ["/api/v1/search?offset=1001", 422, "INVALID_INPUT"],
    ["/api/v1/search?author=me", 422, "INVALID_INPUT"],
    ["/api/v1/complete", 422, "INVALID_INPUT"],
    ["/api/v1/changes?to=yesterday", 422, "INVALID_INPUT"],
    ["/api/v1/changes?before=-1", 422, "INVALID_INPUT"],
    ["/api/v1/changes?page=nowhere", 404, "PAGE_NOT_FOUND"],
    ["/api/v1/contributors?page=nowhere", 404, "PAGE_NOT_FOUND"],
  ])("refuses %s", async (path, status, code) => {
    const response = await wiki.fetch(path);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status, code });
    expect(wiki.defects).toEqual([]);
  });
});

describe("the lists of an empty wiki", () => {
  it("are shown, and say what to do", async () => {
    const wiki = await startTestWiki();
    for (const path of ["/pages", "/changes", "/tags", "/missing", "/orphans", "/search", "/search?q=x"]) {
      const response = await wiki.fetch(path);
      expect(response.status, path).toBe(200);
    }
    expect((await wiki.fetch("/random")).headers.get("location")).toBe("/pages");
    expect((await wiki.fetch("/api/v1/random")).status).toBe(404);
    expect(await (await wiki.fetch("/api/v1/statistics")).json()).toMatchObject({ pages: 0, changes: 0 });
    await wiki.stop();
  });
});
