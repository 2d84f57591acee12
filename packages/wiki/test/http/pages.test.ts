import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Page } from "../../src/domain/page.ts";
import { documentOf } from "./html-document.ts";
import { startTestWiki, TEST_ENGINES, type TestWiki } from "./start-test-wiki.ts";

describe.each(TEST_ENGINES)("pages on %s", (engine) => {
  let wiki: TestWiki;

  beforeEach(async () => {
    wiki = await startTestWiki({ engine });
  });

  afterEach(async () => {
    await wiki.stop();
    expect(wiki.defects).toEqual([]);
  });

  const json = async (path: string) => (await wiki.fetch(path)).json();
  const create = async (page: object) => (await wiki.send("POST", "/api/v1/pages", page)).json();

  test("a page that was created in a browser is shown at once, with what it says in its history", async () => {
    const form = (await documentOf(await wiki.fetch("/new?slug=guides/start"))).fieldsOf("/new");
    expect(form["title"]).toBe("Start");
    const saved = await wiki.post("/new", { ...form, body: "# Begin\r\n\r\nHere.", tags: "A, b", summary: "first" });
    expect(saved.status).toBe(303);
    expect(saved.headers.get("location")).toBe("/wiki/guides/start");
    const shown = await documentOf(await wiki.fetch("/wiki/guides/start"));
    expect(shown.texts("h1")).toEqual(["Start"]);
    expect(await (await wiki.fetch("/wiki/guides/start.md")).text()).toBe("# Begin\n\nHere.");
    expect(await json("/api/v1/pages/guides/start")).toMatchObject({ tags: ["a", "b"], version: 1, deleted: false });
    const { changes } = await json("/api/v1/history/guides/start");
    expect(changes).toMatchObject([{ kinds: ["created"], summary: "first", versionBefore: 0, version: 1 }]);
  });

  test("a page that is sent again tells how many links lead to it now", async () => {
    await create({ title: "Much linked", slug: "linked", body: "Text." });
    await create({ title: "Linking", slug: "linking", body: "No link." });
    const edit = async (body: string) => {
      const saved = await wiki.send("PATCH", "/api/v1/pages/linking", { body });
      return { cookie: saved.headers.get("set-cookie")?.split(";")[0] ?? "" };
    };
    const show = (headers = {}) => wiki.fetch("/wiki/linked", { headers });
    const links = async (headers = {}) => /\d+ links? here/.exec(await (await show(headers)).text())?.[0];
    expect([await links(), await links()]).toEqual(["0 links here", "0 links here"]);
    // At once to whoever made the link, in a moment to others.
    const linked = await edit("[[linked]]");
    expect([await links(linked), await links()]).toEqual(["1 link here", "1 link here"]);
    const { headers } = await show();
    const linkedStill = await edit("[[linked]], again");
    expect((await show(linkedStill)).headers.get("etag")).toBe(headers.get("etag"));
    await edit("No link.");
    await expect.poll(() => links()).toBe("0 links here");
  });

  test("title, address, tags and text are edited in one save, and the old address leads on", async () => {
    await create({ title: "Old", slug: "old", body: "one\ntwo" });
    const form = (await documentOf(await wiki.fetch("/edit/old"))).fieldsOf("/edit/old");
    const edit = { ...form, title: "Fresh", slug: "fresh", tags: "x", body: "one\r\n2", summary: "all of it" };
    const saved = await wiki.post("/edit/old", edit);
    expect(saved.headers.get("location")).toBe("/wiki/fresh");
    const { changes } = await json("/api/v1/history/fresh");
    expect(changes[0]).toMatchObject({ kinds: ["edited", "retitled", "renamed", "tagged"], slugBefore: "old" });
    const moved = await wiki.fetch("/wiki/old");
    expect(moved.status).toBe(302);
    const note = await documentOf(await wiki.fetch(String(moved.headers.get("location"))));
    expect(note.texts(".redirect-note")[0]).toContain("old");
    expect((await wiki.fetch("/api/v1/pages/old")).headers.get("location")).toBe("/api/v1/pages/fresh");
    expect((await wiki.fetch("/wiki/old.md")).headers.get("location")).toBe("/wiki/fresh.md");
    expect((await wiki.fetch("/history/old?kind=edited")).headers.get("location")).toBe("/history/fresh?kind=edited");
  });

  test("a rename takes the links of other pages along in one save", async () => {
    await create({ title: "Target", slug: "target", body: "[[target]]" });
    await create({ title: "A", slug: "a", body: "[[target|words]] and `[[target]]`" });
    await create({ title: "B", slug: "b", body: "[x](/wiki/target#part)" });
    const document = await documentOf(await wiki.fetch("/rename/target"));
    const form = document.fieldsOf("/rename/target");
    expect(form["updateLinks"]).toBe("yes");
    const saved = await wiki.post("/rename/target", { ...form, slug: "goal" });
    expect([saved.status, saved.headers.get("location")]).toEqual([303, "/wiki/goal"]);
    expect(await (await wiki.fetch("/wiki/a.md")).text()).toBe("[[goal|words]] and `[[target]]`");
    expect(await (await wiki.fetch("/wiki/b.md")).text()).toBe("[x](/wiki/goal#part)");
    expect(await (await wiki.fetch("/wiki/goal.md")).text()).toBe("[[goal]]");
    const saves = await Promise.all(
      ["a", "b", "goal"].map(async (slug) => (await json(`/api/v1/history/${slug}`)).changes[0]),
    );
    expect(new Set(saves.map(({ saveId }) => saveId)).size).toBe(1);
    expect((await json("/api/v1/links/goal")).total).toBe(2);
  });

  test("a rename of a page with more links than one save takes changes all of them", async () => {
    await create({ title: "Target", slug: "target" });
    const { wiki: application, readModels } = wiki.parts;
    for (let i = 1; i <= 130; i++) await application.createPage({ title: `P${i}`, slug: `p${i}`, body: "[[target]]" });
    await readModels.waitFor(await application.events.recorder.head());
    const { total, pages } = await json("/api/v1/links/target?limit=20");
    expect([total, pages.length]).toEqual([130, 20]);
    const body = { slug: "goal", updateLinks: true };
    expect((await wiki.send("POST", "/api/v1/rename/target", body)).status).toBe(200);
    const changed = await application.getPages({ gt: 1 });
    expect(new Set(changed.map((page) => page.body))).toEqual(new Set(["[[goal]]"]));
    const histories = await Promise.all(
      changed.map(({ pageId }) => application.events.repository.history(Page, pageId)),
    );
    const edits = histories.flatMap((events) => events.slice(-1));
    expect(new Set(edits.map(({ saveId }) => saveId)).size).toBe(2);
    const [changeId, ...others] = new Set(edits.map(({ metadata }) => metadata["changeId"]));
    expect([changeId, others]).toEqual([expect.any(String), []]);
  });

  test("a page that is deleted is gone for readers, and can be seen and restored by editors", async () => {
    await create({ title: "Secret", slug: "secret", body: "marker-text" });
    await create({ title: "Other", slug: "other", body: "[[secret]]" });
    const readers = await wiki.serve({ userId: null, role: "reader" });
    const document = await documentOf(await wiki.fetch("/delete/secret"));
    expect(document.links()).toContain("/wiki/other");
    const form = document.fieldsOf("/delete/secret");
    expect((await wiki.post("/delete/secret", form)).headers.get("location")).toBe("/wiki/secret");
    for (const path of [
      "/wiki/secret",
      "/wiki/secret.md",
      "/history/secret",
      "/diff/secret",
      "/wiki/secret?version=1",
    ]) {
      const answer = await fetch(readers + path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(await answer.text()).not.toContain("marker-text");
    }
    const shown = await documentOf(await wiki.fetch("/wiki/secret"));
    expect(shown.links()).toContain("/restore/secret");
    expect((await documentOf(await wiki.fetch("/wiki/other"))).texts("nav").join()).not.toContain("Secret");
    await create({ title: "Another", slug: "secret" });
    const restore = (await documentOf(await wiki.fetch("/restore/secret"))).fieldsOf("/restore/secret");
    expect(restore["slug"]).toBe("secret-restored");
    const taken = await wiki.post("/restore/secret", { ...restore, slug: "secret" });
    expect(taken.status).toBe(409);
    expect((await documentOf(taken)).fieldsOf("/restore/secret")["slug"]).toBe("secret");
    const restored = await wiki.post("/restore/secret", restore);
    expect(restored.headers.get("location")).toBe("/wiki/secret-restored");
    expect(await (await fetch(`${readers}/wiki/secret-restored.md`)).text()).toBe("marker-text");
  });

  test("an address of another wiki leads to the page that an import makes of it", async () => {
    await create({ title: "Go 1.10 Release Party", slug: "go-1-10-release-party", body: "text" });
    for (const name of ["Go-1.10-Release-Party", "Go 1.10 Release_Party", "Go-1.10-Release-Party/"]) {
      const answer = await wiki.fetch(`/wiki/${encodeURIComponent(name).replace("%2F", "/")}`);
      expect([name, answer.status]).toEqual([name, 302]);
      expect(answer.headers.get("location")).toBe("/wiki/go-1-10-release-party");
    }
    const missing = await wiki.fetch("/wiki/Guides/Node.js");
    expect(missing.status).toBe(404);
    expect((await documentOf(missing)).links()).toContain("/new?slug=guides%2Fnode-js");
    // Programs are told what is wrong with the address; and where nothing is left to look for, so are people.
    expect((await wiki.fetch("/api/v1/pages/Go-1.11")).status).toBe(422);
    expect((await wiki.fetch("/wiki/Go-1.11.md")).status).toBe(422);
    expect((await wiki.fetch("/wiki/...")).status).toBe(422);
  });

  test("so do the addresses of its text and its data", async () => {
    await create({ title: "Go 1.12 Release Party", slug: "go-1-12-release-party", body: "text" });
    for (const [from, to] of [
      ["/wiki/Go-1.12-Release-Party.md", "/wiki/go-1-12-release-party.md"],
      ["/wiki/Go-1.12-Release-Party?version=1", "/wiki/go-1-12-release-party?version=1"],
      ["/api/v1/pages/Go-1.12-Release-Party?version=1", "/api/v1/pages/go-1-12-release-party?version=1"],
    ] as const) {
      const answer = await wiki.fetch(from);
      expect([from, answer.status, answer.headers.get("location")]).toEqual([from, 302, to]);
    }
    await wiki.parts.wiki.deletePage("go-1-12-release-party");
    await wiki.parts.readModels.waitFor(await wiki.parts.wiki.events.recorder.head());
  });

  test("where no page is but pages below are, a reader is led to these", async () => {
    await create({ title: "Maps", slug: "atlas/maps", body: "text" });
    const missing = await documentOf(await wiki.fetch("/wiki/atlas"));
    expect(missing.texts("main")[0]).toContain("1 page below it");
    expect(missing.links()).toContain("/pages?under=atlas");
    expect((await documentOf(await wiki.fetch("/wiki/other"))).links()).not.toContain("/pages?under=other");
  });

  test("home is the page of that name, else the one that the files of a repository begin with, else the list", async () => {
    const home = async () => (await wiki.fetch("/")).headers.get("location");
    expect((await wiki.fetch("/")).status).toBe(200);
    await create({ title: "Bread", slug: "bread", body: "text" });
    expect(await home()).toBe("/pages");
    const list = await documentOf(await wiki.fetch("/pages"));
    expect(list.links()).toContain("/new?slug=home&title=Home");
    await create({ title: "README", slug: "readme", body: "text" });
    expect(await home()).toBe("/wiki/readme");
    await create({ title: "Index", slug: "index", body: "text" });
    expect(await home()).toBe("/wiki/index");
    await create({ title: "Home", slug: "home", body: "text" });
    expect(await home()).toBe("/wiki/home");
    expect((await documentOf(await wiki.fetch("/pages"))).links()).not.toContain("/new?slug=home&title=Home");
  });

  test("a page without a text says so, and how to write one", async () => {
    await create({ title: "Blank", slug: "blank", body: "---\nredirect: /wiki/\n---\n" });
    const blank = await documentOf(await wiki.fetch("/wiki/blank"));
    expect(blank.texts(".empty")[0]).toContain("This page has no text yet.");
    await create({ title: "Full", slug: "full", body: "text" });
    expect((await documentOf(await wiki.fetch("/wiki/full"))).texts(".empty")).toEqual([]);
  });

  test("versions are compared, shown and brought back", async () => {
    await create({ title: "T", slug: "t", body: "one\ntwo" });
    await wiki.send("PATCH", "/api/v1/pages/t", { body: "one\n2", title: "U", summary: "why" });
    const last = await json("/api/v1/diff/t");
    expect(last).toMatchObject({
      from: { version: 1, title: "T" },
      to: { version: 3, title: "U", summary: "why" },
      changes: 1,
    });
    expect(await json("/api/v1/diff/t?from=3&to=1")).toMatchObject({ from: { version: 1 }, to: { version: 3 } });
    expect(await json("/api/v1/diff/t?from=0&to=1")).toMatchObject({ from: { version: 0 }, to: { version: 1 } });
    for (const layout of ["inline", "side"]) await documentOf(await wiki.fetch(`/diff/t?layout=${layout}`));
    const old = await documentOf(await wiki.fetch("/wiki/t?version=1"));
    const reverted = await wiki.post("/revert/t", old.fieldsOf("/revert/t"));
    expect(reverted.headers.get("location")).toBe("/wiki/t");
    expect(await json("/api/v1/pages/t")).toMatchObject({ title: "T", body: "one\ntwo", version: 5 });
    const { changes } = await json("/api/v1/history/t?limit=1");
    expect(changes).toMatchObject([{ kinds: expect.arrayContaining(["reverted"]) }]);
  });

  test("a history is read part by part, and filtered", async () => {
    await create({ title: "T", slug: "t", body: "0" });
    for (let i = 1; i <= 4; i++) await wiki.send("PATCH", "/api/v1/pages/t", { body: String(i) });
    await wiki.send("PATCH", "/api/v1/pages/t", { title: "U" });
    const first = await json("/api/v1/history/t?limit=4");
    expect(first.changes.map(({ version }: { version: number }) => version)).toEqual([6, 5, 4, 3]);
    const second = await json(`/api/v1/history/t?limit=4&before=${first.next}`);
    expect(second.changes.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    expect(second.next).toBeNull();
    expect((await json("/api/v1/history/t?kind=retitled")).changes).toHaveLength(1);
    expect((await json("/api/v1/history/t?to=2001-01-01")).changes).toHaveLength(0);
    const refused = await wiki.fetch("/history/t?from=yesterday");
    expect(refused.status).toBe(422);
    const document = await documentOf(refused);
    expect(document.texts(".field-error")[0]).toContain("from");
    expect(document.texts(".empty")).toEqual([]);
  });
});
