import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { documentOf } from "./html-document.ts";
import { startTestWiki, type TestWiki } from "./start-test-wiki.ts";

let wiki: TestWiki;

beforeEach(async () => {
  wiki = await startTestWiki();
});

afterEach(async () => {
  await wiki.stop();
  expect(wiki.defects).toEqual([]);
});

const create = (page: object) => wiki.send("POST", "/api/v1/pages", page);
const patch = (slug: string, edit: object) => wiki.send("PATCH", `/api/v1/pages/${slug}`, edit);
const read = async (slug: string) => (await wiki.fetch(`/api/v1/pages/${slug}`)).json();
const formOf = async (address: string, action = address) =>
  (await documentOf(await wiki.fetch(address))).fieldsOf(action);
const head = () => wiki.parts.wiki.events.recorder.head();

describe("the form for a new page", () => {
  test("makes the address from the title, below the path that it began with", async () => {
    const form = await formOf("/new?slug=guides/", "/new");
    const saved = await wiki.post("/new", { ...form, title: "Getting Started!" });
    expect(saved.headers.get("location")).toBe("/wiki/guides/getting-started");
  });

  test("saves once where it is sent twice, and again where it was changed", async () => {
    const form = { ...(await formOf("/new")), title: "Once", slug: "once", body: "a" };
    const answers = await Promise.all([wiki.post("/new", form), wiki.post("/new", form), wiki.post("/new", form)]);
    expect(answers.map(({ headers }) => headers.get("location"))).toEqual(["/wiki/once", "/wiki/once", "/wiki/once"]);
    const recorded = await head();
    expect((await read("once")).version).toBe(1);
    const changed = await wiki.post("/new", { ...form, body: "a and b" });
    expect(changed.status).toBe(409);
    expect((await documentOf(changed)).fieldsOf("/new")["body"]).toBe("a and b");
    expect(await head()).toBe(recorded);
  });

  test.each([
    ["a title that is missing", { title: "", slug: "x" }, 422, "title"],
    ["a title that is too long", { title: "x".repeat(256), slug: "x" }, 422, "title"],
    ["a title of which no address can be made", { title: "!!!" }, 422, "slug"],
    ["an address that is none", { title: "T", slug: "a b--c" }, 422, "slug"],
    ["an address that the wiki needs", { title: "T", slug: "login" }, 422, "slug"],
    ["an address that is taken", { title: "T", slug: "taken" }, 409, "slug"],
    ["a text with NUL", { title: "T", slug: "x", body: "\0" }, 422, "body"],
    ["a text that is too long", { title: "T", slug: "x", body: "é".repeat(2 ** 19 + 1) }, 422, "body"],
    ["a tag that is too long", { title: "T", slug: "x", tags: "y".repeat(51) }, 422, "tags"],
    ["a summary of two lines", { title: "T", slug: "x", summary: "a\nb" }, 422, "summary"],
    ["an intent that is none", { title: "T", slug: "x", intent: "publish" }, 422, "body"],
  ])("refuses %s at its field, and keeps what was typed", async (_what, typed, status, field) => {
    await create({ title: "Taken", slug: "taken" });
    const recorded = await head();
    const given = { slug: "", tags: "a, b", body: "my <b>words</b>\r\n", summary: "why", ...typed };
    const answer = await wiki.post("/new", { ...(await formOf("/new")), ...given });
    expect(answer.status).toBe(status);
    const document = await documentOf(answer);
    expect(document.links()).toContain(`#field-${field}`);
    const { title, slug, tags, body, summary } = { ...given };
    // A field of one line gets no line break in a browser, and HTML has no NUL.
    const kept = { body: body.replace("\0", "\ufffd"), summary: summary.replace("\n", "\r\n") };
    expect(document.fieldsOf("/new")).toMatchObject({ title, slug, tags, ...kept });
    expect(await head()).toBe(recorded);
  });

  test("shows a preview and saves nothing", async () => {
    await create({ title: "There", slug: "there" });
    const recorded = await head();
    const form = { ...(await formOf("/new")), title: "Pre", body: "# Look\r\n[[there]] <script>alert(1)</script>" };
    const shown = await documentOf(await wiki.post("/new", { ...form, intent: "preview" }));
    expect(shown.texts(".preview")[0]).toContain("Look");
    expect(shown.links()).toContain("/wiki/there");
    expect(shown.fieldsOf("/new")).toMatchObject(form);
    expect(await head()).toBe(recorded);
  });
});

describe("the form for an edit", () => {
  test.each([
    ["LF", "a\nb\nc\n"],
    ["CR LF", "a\r\nb\r\nc\r\n"],
    ["all of them", "a\r\nb\nc\rd"],
    ["line breaks at both ends", "\n\n a\n\n"],
    ["nothing", ""],
  ])("changes nothing where nothing was typed: a text with %s", async (_name, body) => {
    await create({ title: "T", slug: "t", body });
    const recorded = await head();
    const saved = await wiki.post("/edit/t", await formOf("/edit/t"));
    expect(saved.status).toBe(303);
    expect((await read("t")).body).toBe(body);
    expect(await head()).toBe(recorded);
  });

  test("changes one line of a text with CR LF", async () => {
    await create({ title: "T", slug: "t", body: "a\r\nb\r\nc" });
    await wiki.post("/edit/t", { ...(await formOf("/edit/t")), body: "a\r\nB\r\nc" });
    expect((await read("t")).body).toBe("a\r\nB\r\nc");
    expect((await (await wiki.fetch("/api/v1/diff/t")).json()).changes).toBe(1);
  });

  test("merges what others changed elsewhere, and says so", async () => {
    await create({ title: "T", slug: "t", body: "one\ntwo\nthree" });
    const form = await formOf("/edit/t");
    await patch("t", { body: "ONE\ntwo\nthree" });
    const saved = await wiki.post("/edit/t", { ...form, body: "one\r\ntwo\r\nTHREE" });
    expect(saved.headers.get("location")).toBe("/wiki/t?saved=merged");
    expect((await read("t")).body).toBe("ONE\ntwo\nTHREE");
    const shown = await documentOf(await wiki.fetch("/wiki/t?saved=merged"));
    expect(shown.texts(".message")[0]).toContain("others changed");
  });

  test("shows a conflict with all three texts, and saves what is made of it", async () => {
    await create({ title: "T", slug: "t", body: "one\ntwo\nthree\nfour", tags: ["a"] });
    const form = await formOf("/edit/t");
    await patch("t", { body: "one\ntheir two\nthree\nfour", tags: ["a", "theirs"], slug: "moved" });
    const recorded = await head();
    const mine = { ...form, body: "one\r\nmy two\r\nthree\r\nFOUR", tags: "a, mine", summary: "mine" };
    const answer = await wiki.post("/edit/t", mine);
    expect(answer.status).toBe(409);
    const document = await documentOf(answer);
    expect(document.texts(".whole-text").join()).toMatch(/my two.*their two.*one two three/);
    const joined = document.fieldsOf("/edit/moved");
    expect(joined).toMatchObject({ slug: "moved", tags: "a, mine, theirs", summary: "mine" });
    expect(joined["body"]?.split("\r\n")).toEqual([
      "one",
      "<<<<<<< yours",
      "my two",
      "=======",
      "their two",
      ">>>>>>> theirs",
      "three",
      "FOUR",
    ]);
    expect(await head()).toBe(recorded);
    const saved = await wiki.post("/edit/moved", { ...joined, body: "one\r\nour two\r\nthree\r\nFOUR" });
    expect(saved.headers.get("location")).toBe("/wiki/moved");
    expect(await read("moved")).toMatchObject({ body: "one\nour two\nthree\nFOUR", tags: ["a", "mine", "theirs"] });
  });

  test("saves once where it is sent twice at once", async () => {
    await create({ title: "T", slug: "t", body: "a" });
    const form = { ...(await formOf("/edit/t")), body: "b", title: "U" };
    const answers = await Promise.all([wiki.post("/edit/t", form), wiki.post("/edit/t", form)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect((await read("t")).version).toBe(3);
  });

  test("reaches a page that was renamed meanwhile", async () => {
    await create({ title: "T", slug: "t", body: "a" });
    const form = await formOf("/edit/t");
    await wiki.send("POST", "/api/v1/rename/t", { slug: "u" });
    const saved = await wiki.post("/edit/t", { ...form, body: "b" });
    expect(saved.headers.get("location")).toBe("/wiki/u");
    expect((await read("u")).body).toBe("b");
  });

  test("does not touch another page that has the address by now, and keeps what was typed", async () => {
    await create({ title: "T", slug: "t", body: "a" });
    const form = await formOf("/edit/t");
    await wiki.send("DELETE", "/api/v1/pages/t", {});
    const gone = await wiki.post("/edit/t", { ...form, body: "my text" });
    expect(gone.status).toBe(404);
    expect((await documentOf(gone)).fieldsOf("/edit/t")["body"]).toBe("my text");
    await create({ title: "Another", slug: "t", body: "theirs" });
    const taken = await wiki.post("/edit/t", { ...form, body: "my text" });
    expect(taken.status).toBe(404);
    expect((await documentOf(taken)).fieldsOf("/edit/t")["body"]).toBe("my text");
    expect((await read("t")).body).toBe("theirs");
  });

  test("refuses at the field, and keeps what was typed", async () => {
    await create({ title: "T", slug: "t", body: "a" });
    await create({ title: "Taken", slug: "taken" });
    const form = { ...(await formOf("/edit/t")), body: "typed", slug: "taken" };
    const answer = await wiki.post("/edit/t", form);
    expect(answer.status).toBe(409);
    expect((await documentOf(answer)).fieldsOf("/edit/t")).toMatchObject(form);
  });
});

test.each(["/new", "/edit/t", "/rename/t"])(
  "%s keeps what was typed where the store fails, and says when to try again",
  async (path) => {
    await create({ title: "T", slug: "t", body: "a" });
    const form = { ...(await formOf(path)), title: "Typed", slug: "typed", summary: "also typed" };
    // Else they would try on, and complain.
    await wiki.parts.readModels.close();
    await wiki.parts.wiki.close();
    const answer = await wiki.post(path, form);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect((await documentOf(answer)).fieldsOf(path)).toMatchObject(form);
  },
);

test("a page that was changed meanwhile is not deleted, and the reason why is kept", async () => {
  await create({ title: "T", slug: "t", body: "a" });
  const form = { ...(await formOf("/delete/t")), summary: "no use" };
  await patch("t", { body: "b" });
  const answer = await wiki.post("/delete/t", form);
  expect(answer.status).toBe(409);
  const again = (await documentOf(answer)).fieldsOf("/delete/t");
  expect(again).toMatchObject({ summary: "no use", basedOn: "2" });
  expect((await read("t")).deleted).toBe(false);
  const answers = [await wiki.post("/delete/t", again), await wiki.post("/delete/t", again)];
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  expect((await read("t")).deleted).toBe(true);
});

test("a rename to an address that is taken shows the form with what was typed", async () => {
  await create({ title: "T", slug: "t" });
  await create({ title: "Taken", slug: "taken" });
  const form = { ...(await formOf("/rename/t")), slug: "taken", title: "New title", summary: "why" };
  const answer = await wiki.post("/rename/t", form);
  expect(answer.status).toBe(409);
  expect((await documentOf(answer)).fieldsOf("/rename/t")).toMatchObject(form);
  expect((await read("t")).title).toBe("T");
});

test("a version that is brought back onto other edits of the same lines is a conflict that loses nothing", async () => {
  await create({ title: "T", slug: "t", body: "one" });
  await patch("t", { body: "two" });
  const form = (await documentOf(await wiki.fetch("/wiki/t?version=1"))).fieldsOf("/revert/t");
  await patch("t", { body: "three" });
  const answer = await wiki.post("/revert/t", form);
  expect(answer.status).toBe(409);
  expect((await documentOf(answer)).fieldsOf("/edit/t")["body"]).toContain("three");
  expect((await read("t")).body).toBe("three");
});
