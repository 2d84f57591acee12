import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Element, parseXml } from "./parse-xml.ts";
import { startTestWiki, type TestWiki } from "./start-test-wiki.ts";

const TITLE = `<b>&amp; "quoted" 'title'`;

describe("the feeds of a wiki", () => {
  let wiki: TestWiki;

  beforeAll(async () => {
    wiki = await startTestWiki({ engine: "sqlite" });
    await wiki.send("POST", "/api/v1/pages", {
      title: TITLE,
      slug: "odd",
      body: "text",
      summary: "a ]]> & <i>summary</i>",
    });
    await wiki.send("POST", "/api/v1/pages", { title: "日本", slug: "日本/語", body: "text" });
    await wiki.send("PATCH", "/api/v1/pages/odd", { body: "other text", basedOn: 1 });
  });

  afterAll(() => wiki.stop());

  const atom = async (path: string) => {
    const response = await wiki.fetch(path);
    expect(response.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    return parseXml(await response.text());
  };
  const textOf = (element: Element | undefined, name: string) => element?.children.find((it) => it.name === name)?.text;

  it("says in Atom what RFC 4287 asks of a feed and of each entry", async () => {
    const feed = await atom("/feeds/changes.atom");
    expect(feed.name).toBe("feed");
    expect(feed.attributes["xmlns"]).toBe("http://www.w3.org/2005/Atom");
    for (const name of ["id", "title", "updated"])
      expect(feed.children.filter((it) => it.name === name)).toHaveLength(1);
    const self = feed.children.find((it) => it.attributes["rel"] === "self");
    expect(self?.attributes["href"]).toBe(`${wiki.address}/feeds/changes.atom`);
    const entries = feed.children.filter(({ name }) => name === "entry");
    expect(entries).toHaveLength(3);
    for (const entry of entries) {
      for (const name of ["id", "title", "updated", "published", "summary", "author"]) {
        expect(entry.children.filter((it) => it.name === name)).toHaveLength(1);
      }
      expect(textOf(entry, "id")).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
      expect(new Date(textOf(entry, "updated") ?? "").toISOString()).toBe(textOf(entry, "updated"));
      const link = entry.children.find((it) => it.name === "link");
      expect((await fetch(link?.attributes["href"] ?? "")).status).toBe(200);
    }
    expect(new Set(entries.map((entry) => textOf(entry, "id"))).size).toBe(3);
    expect(textOf(entries[2], "title")).toBe(`${TITLE}: created`);
    expect(textOf(entries[2], "summary")).toBe("a ]]> & <i>summary</i> (+4 bytes)");
  });

  it("says in JSON what JSON Feed 1.1 asks", async () => {
    const response = await wiki.fetch("/feeds/changes.json");
    expect(response.headers.get("content-type")).toBe("application/feed+json; charset=utf-8");
    const feed = await response.json();
    expect(feed).toMatchObject({
      version: "https://jsonfeed.org/version/1.1",
      title: "Changes of Test wiki",
      home_page_url: `${wiki.address}/changes`,
      feed_url: `${wiki.address}/feeds/changes.json`,
    });
    expect(feed.items).toHaveLength(3);
    for (const item of feed.items) {
      expect(item).toMatchObject({ id: expect.stringMatching(/^urn:uuid:/), url: expect.stringMatching(/^http:/) });
      expect(new Date(item.date_published).toISOString()).toBe(item.date_published);
      expect(item.content_text).toMatch(/bytes/);
      expect(item.authors).toEqual([{ name: "somebody" }]);
    }
  });

  it("gives the changes of one page, and nothing of one that is not there", async () => {
    const feed = await atom("/feeds/changes.atom?page=odd");
    expect(feed.children.filter(({ name }) => name === "entry")).toHaveLength(2);
    expect(textOf(feed, "title")).toBe(`Changes of ${TITLE} · Test wiki`);
    expect((await wiki.fetch("/feeds/changes.json?page=nowhere")).status).toBe(404);
    expect((await wiki.fetch("/feeds/changes.json?page=a//b")).status).toBe(422);
  });

  it.each(["/feeds/changes.atom", "/feeds/changes.json", "/sitemap.xml", "/robots.txt"])(
    "answers %s again only when it has changed",
    async (path) => {
      const etag = (await wiki.fetch(path)).headers.get("etag") ?? "";
      const known = await wiki.fetch(path, { headers: { "if-none-match": etag } });
      expect(known.status).toBe(304);
      expect(await known.text()).toBe("");
      expect((await wiki.fetch(path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    },
  );

  it("names all pages in the sitemap, and the sitemap for robots", async () => {
    const sitemap = parseXml(await (await wiki.fetch("/sitemap.xml")).text());
    expect(sitemap.attributes["xmlns"]).toBe("http://www.sitemaps.org/schemas/sitemap/0.9");
    const addresses = sitemap.children.map((url) => textOf(url, "loc") ?? "");
    expect(addresses.map((address) => decodeURI(new URL(address).pathname)).sort()).toEqual([
      "/wiki/odd",
      "/wiki/日本/語",
    ]);
    for (const address of addresses) expect((await fetch(address)).status).toBe(200);
    const robots = await (await wiki.fetch("/robots.txt")).text();
    expect(robots).toContain(`Sitemap: ${wiki.address}/sitemap.xml`);
    expect(robots).toContain("Disallow: /edit/");
  });

  it("uses the address of the wiki where it is told", async () => {
    const address = await wiki.serve({ userId: null, role: "reader" }, { origin: "https://wiki.example" });
    expect(await (await fetch(`${address}/feeds/changes.json`)).json()).toMatchObject({
      home_page_url: "https://wiki.example/changes",
    });
  });
});
