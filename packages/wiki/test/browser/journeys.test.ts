import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CHROMIUM, launchBrowser } from "../../../../tools/testing/chromium.ts";
import { startTestWiki, type TestWiki } from "../http/start-test-wiki.ts";
import { Visitor } from "./visitor.ts";

let browser: Browser;
let wiki: TestWiki;
let visitors: Visitor[];

beforeAll(async () => {
  if (CHROMIUM !== undefined) browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe.skipIf(CHROMIUM === undefined).each([
  { scripts: "on", javaScriptEnabled: true },
  { scripts: "off", javaScriptEnabled: false },
])("a visitor with scripts $scripts", ({ javaScriptEnabled }) => {
  let ana: Visitor;
  const arrive = async () => {
    const visitor = await Visitor.arrive(browser, wiki.address, { javaScriptEnabled });
    visitors.push(visitor);
    return visitor;
  };

  beforeEach(async () => {
    wiki = await startTestWiki();
    visitors = [];
    ana = await arrive();
  });

  afterEach(async () => {
    for (const visitor of visitors) await visitor.leave();
    await wiki.stop();
    expect(wiki.defects).toEqual([]);
    expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  test("writes the home page of an empty wiki", async () => {
    await ana.goto("/");
    expect(await ana.read("h1")).toBe("Welcome to Test wiki");
    await ana.follow("Write the home page");
    expect([await ana.valueOf("title"), await ana.valueOf("slug")]).toEqual(["Home", "home"]);
    await ana.type({ body: "This is **our** wiki." });
    await ana.press("Create page");
    expect(ana.at).toBe("/wiki/home");
    expect(await ana.read(".content")).toBe("This is our wiki.");
    await ana.goto("/");
    expect(ana.at).toBe("/wiki/home");
  });

  test("creates a page, and looks at it before it is saved", async () => {
    await createPage("Home", "text");
    await ana.goto("/wiki/home");
    await ana.follow("New page");
    await ana.type({ title: "Sourdough bread", body: "Water & *flour*\n\n- one\n- two", tags: "food, Baking" });
    await ana.press("Preview");
    expect(await ana.read(".preview")).toContain("Water & flour");
    expect(await ana.valueOf("body")).toBe("Water & *flour*\n\n- one\n- two");
    expect((await wiki.fetch("/wiki/sourdough-bread")).status).toBe(404);
    await ana.press("Create page");
    expect(ana.at).toBe("/wiki/sourdough-bread");
    expect(await ana.read("article")).toMatch(/^Sourdough bread .* Water & flour one two baking food/);
  });

  test("edits a page, and looks at it before it is saved", async () => {
    await createPage("Bread", "350 g water");
    await ana.goto("/wiki/bread");
    await ana.follow("Edit");
    await ana.type({ body: "375 g *water*", summary: "wetter" });
    await ana.press("Preview");
    expect(await ana.read(".preview .content")).toBe("375 g water");
    expect([await ana.valueOf("body"), await ana.valueOf("summary")]).toEqual(["375 g *water*", "wetter"]);
    await ana.press("Save");
    expect([ana.at, await ana.read(".content")]).toEqual(["/wiki/bread", "375 g water"]);
    await ana.follow("History");
    expect(await ana.read()).toContain("wetter");
  });

  test("is told at the field what was refused, and finds there what was typed", async () => {
    await createPage("Bread", "text");
    await ana.goto("/new");
    await ana.type({ title: "Other", slug: "bread", body: "many words" });
    await ana.press("Create page");
    expect(await ana.read("[role=alert]")).toContain("Another page has the address bread already");
    expect([await ana.valueOf("slug"), await ana.valueOf("body")]).toEqual(["bread", "many words"]);
    await ana.type({ slug: "other" });
    await ana.press("Create page");
    expect(ana.at).toBe("/wiki/other");
  });

  test("loses no word where two edit the same line, nor where they edit different ones", async () => {
    await createPage("Bread", "350 g water\n\nBake.\n");
    const ben = await arrive();
    for (const visitor of [ana, ben]) await visitor.goto("/edit/bread");
    await ana.type({ body: "375 g water\n\nBake.\n" });
    await ana.press("Save");
    await ben.type({ body: "400 g water\n\nBake.\n", summary: "much wetter" });
    await ben.press("Save");
    expect(await ben.read("[role=alert]")).toContain("Nothing is saved yet, and nothing is lost");
    const shown = await ben.page.content();
    for (const text of ["350 g water", "375 g water", "400 g water"]) expect(shown).toContain(text);
    expect(await ben.valueOf("summary")).toBe("much wetter");
    expect(await ben.valueOf("body")).toMatch(/400 g water\n=+\n375 g water/);
    expect(await bodyOf("bread")).toBe("375 g water\n\nBake.\n");

    await ana.goto("/edit/bread");
    await ben.type({ body: "390 g water\n\nBake.\n" });
    await ben.press("Save this");
    expect([ben.at, await bodyOf("bread")]).toEqual(["/wiki/bread", "390 g water\n\nBake.\n"]);
    await ana.type({ body: "375 g water\n\nBake for an hour.\n" });
    await ana.press("Save");
    expect(await ana.read("[role=status]")).toContain("joined with what others changed");
    expect(await bodyOf("bread")).toBe("390 g water\n\nBake for an hour.\n");
  });

  test("renames a page with the links to it, and its old address leads on", async () => {
    await createPage("Bread", "text");
    await createPage("Home", "See [[bread]] and [[bread|this]].");
    await ana.goto("/wiki/bread");
    await ana.choose("Rename or move");
    await ana.type({ title: "Good bread", slug: "recipes/good-bread" });
    await ana.press("Rename");
    expect([ana.at, await ana.read("h1")]).toEqual(["/wiki/recipes/good-bread", "Good bread"]);
    expect(await bodyOf("home")).toContain("[[recipes/good-bread");
    await ana.goto("/wiki/home");
    await ana.follow("this");
    expect(ana.at).toBe("/wiki/recipes/good-bread");
    await ana.goto("/wiki/bread");
    expect(ana.at).toMatch(/^\/wiki\/recipes\/good-bread\?/);
    expect(await ana.read()).toContain("bread is now recipes/good-bread");
  });

  test("compares two versions, line by line and side by side, and brings one back", async () => {
    await createPage("Bread", "one\n");
    for (const body of ["one two\n", "one two three\n"]) await wiki.send("PATCH", "/api/v1/pages/bread", { body });
    await ana.goto("/wiki/bread");
    await ana.follow("History");
    await ana.page.getByLabel("A: version 1").check();
    await ana.press("Compare A with B");
    expect(await ana.read("h1")).toBe("Version 1 → 3");
    expect(await ana.read(".diff.inline ins")).toBe("two three");
    await ana.follow("Side by side");
    expect(await ana.read(".diff.side ins")).toBe("two three");
    await ana.follow("Inline");
    expect(await ana.page.locator(".diff.inline").count()).toBe(1);
    await ana.page.goBack();
    await ana.follow("Version 1");
    expect(await ana.read()).toContain("This is version 1 of 3");
    await ana.press("Bring this version back");
    expect([ana.at, await bodyOf("bread")]).toEqual(["/wiki/bread", "one\n"]);
  });

  test("searches from any page", async () => {
    await createPage("Bread", "Flour, water and *yeast*.");
    await createPage("Soup", "Water and salt.");
    for (const path of [
      "/wiki/soup",
      "/history/soup",
      "/edit/soup",
      "/changes",
      "/pages",
      "/tags",
      "/missing",
      "/api",
    ]) {
      await ana.goto(path);
      await ana.search("yea");
      expect(ana.at).toBe("/search?q=yea");
      expect([await ana.read(".hits"), await ana.read("mark")]).toEqual([expect.stringContaining("Bread"), "yeast"]);
    }
    await ana.follow("Bread");
    expect(ana.at).toBe("/wiki/bread");
    await ana.search("saffron");
    await ana.follow("Create the page saffron");
    expect(await ana.valueOf("title")).toBe("saffron");
  });

  test("deletes a page, of which readers find nothing, and restores it", async () => {
    await createPage("Bread", "text");
    await createPage("Home", "See [[bread]].");
    await ana.goto("/wiki/bread");
    await ana.choose("Delete");
    expect(await ana.read()).toContain("1 page still links here");
    await ana.type({ summary: "stale" });
    await ana.press("Delete the page");
    expect(await ana.read()).toContain("This page is deleted.");
    await ana.search("text");
    expect(await ana.read()).toContain("Nothing was found");
    await ana.goto("/wiki/bread");
    await ana.follow("Restore it");
    await ana.press("Restore the page");
    expect([ana.at, await ana.read(".content")]).toEqual(["/wiki/bread", "text"]);
  });

  test("creates the page that a link missed", async () => {
    await createPage("Home", "See [[guides/Rye bread]].");
    await ana.goto("/wiki/home");
    await ana.follow("guides/Rye bread");
    expect(await ana.read("h1")).toBe("There is no page guides/rye-bread");
    await ana.follow("Create this page");
    expect([await ana.valueOf("title"), await ana.valueOf("slug")]).toEqual(["Rye bread", "guides/rye-bread"]);
    await ana.press("Create page");
    expect([ana.at, await ana.read("h1")]).toEqual(["/wiki/guides/rye-bread", "Rye bread"]);
  });
});

async function createPage(title: string, body: string): Promise<void> {
  const { status } = await wiki.send("POST", "/api/v1/pages", { title, body });
  expect(status).toBe(201);
}

async function bodyOf(slug: string): Promise<unknown> {
  return (await (await wiki.fetch(`/api/v1/pages/${slug}`)).json()).body;
}
