import { expect, test } from "vitest";
import { describeReadModels } from "./describe-read-models.ts";

const ALL = { deleted: false };

const PAGES = [
  { slug: "go", title: "Go", body: "A language. Gophers like channels." },
  { slug: "channels", title: "Channels in Go", body: "Send and receive on channels. Buffered channels wait less." },
  { slug: "cafe", title: "Café menu", body: "Crème brûlée, Straße, naïve smörgåsbord", tags: ["food"] },
  { slug: "japanese", title: "日本語の入力", body: "東京都に住んでいます。データベースを検索する。", tags: ["言語"] },
  { slug: "thai", title: "Thai", body: "ภาษาไทยเป็นภาษาที่สวยงาม" },
  { slug: "node", title: "Node.js notes", body: "Use node.js 24.1 with `foo/bar_baz`; don't-panic. C++ too." },
  { slug: "menu", title: "Menu", body: "Nothing about coffee", tags: ["food", "plain words"] },
];

describeReadModels("search", (current) => {
  const fill = async () => {
    for (const page of PAGES) await current().wiki.createPage(page);
    return current().caughtUp();
  };
  const find = async (text: string, rest: object = {}) =>
    (await current().models.search(ALL, { text, ...rest })).hits.map(({ slug }) => slug);

  test("finds the same pages in the same order on every database", async () => {
    await fill();
    const cases: { readonly [text: string]: readonly string[] } = {
      // The exact title first, then those with all words in their titles.
      go: ["go", "channels"],
      "menu ": ["menu", "cafe"],
      channels: ["channels", "go"],
      chan: ["channels", "go"],
      "chan ": [],
      "go channels": ["channels", "go"],
      '"channels wait"': ["channels"],
      '"wait channels"': [],
      "channels -buffered": ["go"],
      "-channels go": [],
      "cafe creme": ["cafe"],
      CAFÉ: ["cafe"],
      "strasse smorgas": ["cafe"],
      "tag:food": ["cafe", "menu"],
      "tag:food coffee": ["menu"],
      'tag:"plain words"': ["menu"],
      "menu -tag:plain": ["menu", "cafe"],
      'menu -tag:"plain words"': ["cafe"],
      "title:go channels": ["channels", "go"],
      "title:channels": ["channels"],
      日本: ["japanese"],
      本語: ["japanese"],
      東京: ["japanese"],
      検索: ["japanese"],
      京都: ["japanese"],
      言語: ["japanese"],
      力: ["japanese"],
      大阪: [],
      ภาษา: ["thai"],
      สวยงาม: ["thai"],
      "node.js": ["node"],
      "24.1": ["node"],
      "bar baz": ["node"],
      "don't": ["node"],
      nothing: ["menu"],
    };
    for (const [text, expected] of Object.entries(cases)) {
      const found = await find(text);
      expect([text, ...found]).toEqual([text, ...expected]);
    }
    expect(await find("channels", { titleOnly: true })).toEqual(["channels"]);
    expect(await find("menu", { tag: "food", limit: 1 })).toEqual(["menu"]);
    expect(await find("menu", { limit: 1, offset: 1 })).toEqual(["cafe"]);
    expect((await current().models.search(ALL, { text: "menu", limit: 1 })).total).toBe(2);
  });

  test("takes any text for a query", async () => {
    const models = await fill();
    for (const text of [
      "",
      " ",
      '"',
      "'",
      "-",
      "*",
      "(",
      "NEAR(a b)",
      "AND",
      "a AND OR NOT b",
      "title:",
      "tag:",
      '-"',
      ":*",
      "a:*&|!",
      "\\",
      "{title}",
      "^go",
      "go \0",
      "go \ud800",
      "a".repeat(10_000),
      `${"go ".repeat(5_000)}`,
      "👍",
      "a\u0301".repeat(300),
      "\u0301".repeat(10_000),
      "ﷺ".repeat(200),
      "go' --",
      "<->",
      "日".repeat(600),
    ]) {
      const { total } = await models.search(ALL, { text });
      expect(total).toBeGreaterThanOrEqual(0);
      expect((await models.completeTitles(ALL, text)).length).toBeGreaterThanOrEqual(0);
    }
  });

  test("indexes any text", async () => {
    const models = await fill();
    const bodies = [
      "ﷺ".repeat(300),
      "a\u0301\u0302".repeat(50_000),
      `x${"\u3099".repeat(100_000)}`,
      "日本語".repeat(20_000),
      Array.from({ length: 90_000 }, (_, i) => `w${i.toString(36)}`).join(" "),
    ];
    for (const [i, body] of bodies.entries())
      await current().wiki.createPage({ slug: `page-${"abcdefg"[i]}`, title: `Odd ${i}`, body: `${body} lastword` });
    await current().caughtUp();
    expect((await models.search(ALL, { text: "title:odd" })).total).toBe(5);
  });

  test("marks what was looked for in a part of the text that has most of it", async () => {
    const models = await fill();
    const long = `${"Filler text before. ".repeat(50)}Here stands the Crème, and the bread beside it. ${"Filler text after. ".repeat(50)}`;
    await current().wiki.createPage({ slug: "long", title: "A crème page", body: `creme alone\n\n${long}` });
    await current().caughtUp();
    const { hits } = await models.search(ALL, { text: "creme bread" });
    const [hit] = hits;
    expect(hit?.titleMarks).toEqual([
      { text: "A ", marked: false },
      { text: "crème", marked: true },
      { text: " page", marked: false },
    ]);
    const text = hit?.snippet.map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join("");
    expect(text).toMatch(/^… .*Here stands the \[Crème\], and the \[bread\] beside it\..* …$/);
    expect(text?.length).toBeLessThan(300);
    const [japanese] = (await models.search(ALL, { text: "データベース" })).hits;
    expect(japanese?.snippet).toContainEqual({ text: "データベース", marked: true });
  });

  test("completes titles: those that begin so first, then those with such words", async () => {
    const models = await fill();
    const complete = async (typed: string) => (await models.completeTitles(ALL, typed)).map(({ slug }) => slug);
    expect(await complete("me")).toEqual(["menu", "cafe"]);
    expect(await complete("cafe m")).toEqual(["cafe"]);
    expect(await complete("日")).toEqual(["japanese"]);
    expect(await complete("nothing like it")).toEqual([]);
  });

  test("answers the same search anew as soon as a page has changed", async () => {
    const models = await fill();
    const count = async () => (await models.search(ALL, { text: "gophers" })).total;
    expect([await count(), await count()]).toEqual([1, 1]);
    await current().wiki.updateBody("menu", "Gophers");
    await current().caughtUp();
    expect(await count()).toBe(2);
    await current().wiki.deletePage("menu");
    await current().caughtUp();
    expect(await count()).toBe(1);
    expect((await models.search({ deleted: true }, { text: "gophers" })).total).toBe(2);
  });

  test("completes misspelt titles where PostgreSQL has pg_trgm", async () => {
    const models = await fill();
    const complete = async () => (await models.completeTitles(ALL, "chnels in goo")).map(({ slug }) => slug);
    expect(await complete()).toEqual([]);
    const { readModels } = current().recorder;
    if (readModels.reader.dialect !== "postgres") return;
    await readModels.transaction((sql) => sql.query("create extension pg_trgm"));
    await models.rebuild("search");
    expect(await complete()).toEqual(["channels"]);
    await current().wiki.deletePage("channels");
    await current().caughtUp();
    expect(await complete()).toEqual([]);
  });

  test("suggests a near spelling where little is found, of what pages are called that the viewer may see", async () => {
    await fill();
    const { wiki, models } = current();
    await wiki.createPage({ title: "Concurrency", slug: "concurrency", body: "menu menus" });
    await wiki.createPage({ title: "Xylophones", slug: "secret", body: "text", tags: ["zitherlike"] });
    await wiki.deletePage("secret");
    await current().caughtUp();
    const suggested = async (text: string, visibility = { deleted: false }) =>
      (await models.search(visibility, { text })).suggestion;
    const titles = async (typed: string, visibility = { deleted: false }) =>
      (await models.completeTitles(visibility, typed)).map(({ slug }) => slug);
    expect(await suggested("concurency")).toBe("concurrency");
    expect(await suggested("Cnocurrency menu")).toBe("concurrency menu");
    expect(await suggested("chanels -concurency tag:fodo")).toBeUndefined();
    expect(await suggested("cafe chanels")).toBeUndefined();
    // What is found, or near to nothing.
    for (const text of ["concurrency", "concurr", "menu", "", "go", "日本誤", "qqqqqq", "x".repeat(5_000)]) {
      expect([text, await suggested(text)]).toEqual([text, undefined]);
    }
    for (const text of ["xylophonse", "zitherlik"]) {
      expect([await suggested(text), await titles(text)]).toEqual([undefined, []]);
      expect(await suggested(text, { deleted: true })).toBe(text === "zitherlik" ? undefined : "xylophones");
    }
    expect(await titles("concurency")).toEqual(["concurrency"]);
    expect(await titles("chanels go")).toEqual(["channels"]);
    expect(await titles("xylophonse", { deleted: true })).toEqual(["secret"]);
    await wiki.updateTitle("concurrency", "Parallel work");
    await current().caughtUp();
    expect(await suggested("concurency")).toBeUndefined();
  });
});
