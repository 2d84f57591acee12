import { once } from "node:events";
import { readdirSync, rmSync, truncateSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PagePath } from "../../src/domain/page-path.ts";
import { Body, toTags, toTitle } from "../../src/domain/page-text.ts";
import { toSlug } from "../../src/domain/slug.ts";
import { documentOf } from "./html-document.ts";
import { READER, startTestWiki, TEST_ENGINES, type TestWiki } from "./start-test-wiki.ts";

const MAX_BYTES = 20 * 2 ** 20;
const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.from("the picture")]);
const OTHER_PNG = Buffer.concat([PNG, Buffer.from(" in colour")]);
const SVG = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;

let wiki: TestWiki;

const put = (name: string, body: BodyInit, headers: HeadersInit = {}) =>
  wiki.fetch(`/api/v1/attachments/${name}`, { method: "PUT", body, headers });
const upload = (file: { readonly content: BlobPart; readonly called: string }, name = "") => {
  const form = new FormData();
  form.append("file", new Blob([file.content]), file.called);
  form.append("name", name);
  return wiki.fetch("/attachments", { method: "POST", body: form });
};
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const json = async (path: string) => (await wiki.fetch(path)).json();

describe.each(TEST_ENGINES)("files on %s", (engine) => {
  beforeEach(async () => {
    wiki = await startTestWiki({ engine });
  });

  afterEach(async () => {
    await wiki.stop();
    expect(wiki.defects).toEqual([]);
  });

  test("a file that is uploaded in a browser is listed, shown, and served as it came", async () => {
    const saved = await upload({ content: PNG, called: "Street map (1).png" });
    expect(saved.status).toBe(303);
    const next = String(saved.headers.get("location"));
    expect(next).toBe("/attachments/Street%20map%20-1-.png?view=history");
    expect((await documentOf(await wiki.fetch(next))).texts("h1")).toEqual(["Street map -1-.png"]);
    expect((await documentOf(await wiki.fetch("/attachments"))).texts(".title")).toEqual(["Street map -1-.png"]);
    const served = await wiki.fetch("/attachments/Street%20map%20-1-.png");
    expect(served.headers.get("content-type")).toBe("image/png");
    expect(await bytesOf(served)).toEqual(PNG);
  });

  test("a new version replaces a file, and the old one stays under its number", async () => {
    const created = await put("guides/map.png", PNG);
    expect([created.status, await created.json()]).toMatchObject([201, { version: 1, mediaType: "image/png" }]);
    const replaced = await upload({ content: OTHER_PNG, called: "x.png" }, "guides/map.png");
    expect(replaced.status).toBe(303);
    expect(await bytesOf(await wiki.fetch("/attachments/guides/map.png"))).toEqual(OTHER_PNG);
    const old = await wiki.fetch("/attachments/guides/map.png?version=1");
    expect(old.headers.get("cache-control")).toContain("immutable");
    expect(await bytesOf(old)).toEqual(PNG);
    const { versions } = await json("/api/v1/attachments/guides/map.png");
    expect(versions).toMatchObject([
      { version: 2, size: OTHER_PNG.length },
      { version: 1, size: PNG.length },
    ]);
    // The same once more is no change.
    expect(await (await put("guides/map.png", OTHER_PNG)).json()).toMatchObject({ version: 2 });
    expect((await wiki.fetch("/attachments/guides/map.png?version=3")).status).toBe(404);
  });

  test("a page shows a file from when it is there, and no longer when it is deleted", async () => {
    await wiki.send("POST", "/api/v1/pages", { title: "Map", slug: "map", body: "![Here](map.png)" });
    const images = async () =>
      (await (await wiki.fetch("/wiki/map")).text()).match(/<img src="[^"]*" alt="Here"/g) ?? [];
    expect(await images()).toEqual([]);
    await put("map.png", PNG);
    await expect.poll(images).toEqual([`<img src="/attachments/map.png" alt="Here"`]);
    await wiki.fetch("/api/v1/attachments/map.png", { method: "DELETE" });
    await expect.poll(images).toEqual([]);
    await wiki.fetch("/api/v1/attachments/map.png/restore", { method: "POST" });
    // Nothing was made by it, though the file has its first version.
    expect((await wiki.fetch("/api/v1/attachments/map.png/restore", { method: "POST" })).status).toBe(200);
    await expect.poll(async () => (await images()).length).toBe(1);
  });

  test("a page that was imported finds the file beside it, whose folder is written otherwise than its own", async () => {
    await put("My Docs/Map.png", PNG);
    const { wiki: app, readModels } = wiki.parts;
    const path = PagePath.parse("My Docs/A.md");
    await app.changePages({}, async (batch) => {
      const [title, body] = [toTitle("A"), Body.parse("![Here](Map.png)")];
      batch.create({ title, slug: toSlug("my-docs/a"), body, tags: toTags([]) }).updatePath(path);
    });
    await readModels.waitFor(await app.events.recorder.head());
    const images = async () => (await (await wiki.fetch("/wiki/my-docs/a")).text()).match(/<img src="[^"]*"/g);
    await expect.poll(images).toEqual(['<img src="/attachments/My%20Docs/Map.png"']);
    const { usedBy } = await json("/api/v1/attachments/My%20Docs/Map.png");
    expect([usedBy.total, usedBy.pages.map(({ slug }: { slug: string }) => slug)]).toEqual([1, ["my-docs/a"]]);
  });

  test("a deleted file is hidden from readers, in lists, under its name and in its history, until it is restored", async () => {
    await put("secret.png", PNG);
    const reader = await wiki.serve(READER);
    const asReader = (path: string) => fetch(reader + path);
    expect((await asReader("/attachments/secret.png")).status).toBe(200);
    const deleted = await wiki.post("/attachments/secret.png/delete", {});
    expect(deleted.status).toBe(303);
    for (const path of [
      ...["/attachments/secret.png", "/attachments/secret.png?version=1", "/attachments/secret.png?view=history"],
      "/api/v1/attachments/secret.png",
    ]) {
      expect((await asReader(path)).status, path).toBe(404);
    }
    expect(await (await asReader("/api/v1/attachments")).json()).toEqual({ attachments: [], next: null });
    expect(await json("/api/v1/attachments")).toMatchObject({ attachments: [{ name: "secret.png", deleted: true }] });
    const page = await documentOf(await wiki.fetch("/attachments/secret.png?view=history"));
    await wiki.post("/attachments/secret.png/restore", page.fieldsOf("/attachments/secret.png/restore"));
    expect(await bytesOf(await asReader("/attachments/secret.png"))).toEqual(PNG);
  });

  test("the page about a file tells which pages show it, in parts, and so does the answer to its deletion", async () => {
    await put("guides/map.png", PNG);
    const pages = [
      { title: "Cellar", slug: "cellar", body: "![[guides/map.png]]" },
      { title: "Attic", slug: "guides/attic", body: "See [the map](map.png)." },
      { title: "Bath", slug: "bath", body: "See [the map](map.png), which is another one." },
      { title: "Door", slug: "door", body: "A `![[guides/map.png]]` in code." },
      { title: "Hall", slug: "hall", body: "[[guides/map.png]] and once more ![](guides/map.png)" },
    ];
    for (const page of pages) await wiki.send("POST", "/api/v1/pages", page);
    const usedBy = async (query = "", of = "guides/map.png") =>
      (await json(`/api/v1/attachments/${of}${query}`)).usedBy;
    const titles = (list: { pages: { title: string }[] }) => list.pages.map(({ title }) => title);
    const whole = await usedBy();
    expect([whole.total, titles(whole), whole.next]).toEqual([3, ["Attic", "Cellar", "Hall"], null]);
    const first = await usedBy("?limit=2");
    expect([first.total, titles(first)]).toEqual([3, ["Attic", "Cellar"]]);
    expect(titles(await usedBy(`?limit=2&after=${first.next}`))).toEqual(["Hall"]);
    expect((await wiki.fetch("/api/v1/attachments/guides/map.png?after=x")).status).toBe(422);
    const about = await documentOf(await wiki.fetch("/attachments/guides/map.png?view=history"));
    expect(about.texts(".title")).toEqual(["Attic", "Cellar", "Hall", "Version 1"]);
    expect(about.texts(".hint").join(" ")).toContain("3 pages show or link to it: where it is deleted");

    // A page that is deleted, that moves, or that shows it no longer is none of them.
    await wiki.fetch("/api/v1/pages/cellar", { method: "DELETE" });
    await wiki.send("POST", "/api/v1/rename/guides/attic", { slug: "attic" });
    expect(titles(await usedBy())).toEqual(["Hall"]);
    const reader = await wiki.serve(READER);
    expect(titles((await (await fetch(`${reader}/api/v1/attachments/guides/map.png`)).json()).usedBy)).toEqual([
      "Hall",
    ]);

    const deleted = await wiki.fetch("/api/v1/attachments/guides/map.png", { method: "DELETE" });
    expect(await deleted.json()).toMatchObject({ deleted: true, usedBy: { total: 1, pages: [{ slug: "hall" }] } });
    const gone = await documentOf(await wiki.fetch("/attachments/guides/map.png?view=history"));
    expect(gone.texts(".hint").join(" ")).toContain("1 page shows or links to it, in vain while it is deleted");
  });

  test("a list is read in parts, and none is left out or shown twice where some are deleted", async () => {
    for (let i = 0; i < 7; i++) await put(`file-${i}.txt`, `text ${i}`);
    for (const i of [1, 2, 6]) await wiki.fetch(`/api/v1/attachments/file-${i}.txt`, { method: "DELETE" });
    const reader = await wiki.serve(READER);
    const names: string[] = [];
    for (let next = ""; ; ) {
      const part = await (await fetch(`${reader}/api/v1/attachments?limit=2${next}`)).json();
      names.push(...part.attachments.map(({ name }: { name: string }) => name));
      if (part.next === null) break;
      next = `&after=${part.next}`;
    }
    expect(names).toEqual(["file-5.txt", "file-4.txt", "file-3.txt", "file-0.txt"]);
  });

  test("of two who upload one name at once, neither is lost", async () => {
    const contents = Array.from({ length: 8 }, (_, i) => `text ${i}`);
    await Promise.all(contents.map((content) => put("notes.txt", content)));
    const { versions } = await json("/api/v1/attachments/notes.txt");
    const texts = await Promise.all(
      versions.map(async ({ version }: { version: number }) =>
        (await wiki.fetch(`/attachments/notes.txt?version=${version}`)).text(),
      ),
    );
    expect(texts.sort()).toEqual(contents);
  });
});

describe("files", () => {
  beforeEach(async () => {
    wiki = await startTestWiki();
  });

  afterEach(async () => {
    await wiki.stop();
    expect(wiki.defects).toEqual([]);
  });

  test("are served in parts, and not again where they are known", async () => {
    await put("sound.wav", Buffer.from("RIFF....WAVE0123456789"));
    const get = (headers: HeadersInit, method = "GET") => wiki.fetch("/attachments/sound.wav", { method, headers });
    const whole = await get({});
    const etag = String(whole.headers.get("etag"));
    expect([whole.status, whole.headers.get("accept-ranges")]).toEqual([200, "bytes"]);
    for (const [range, contentRange, text] of [
      ["bytes=0-3", "bytes 0-3/22", "RIFF"],
      ["bytes=12-", "bytes 12-21/22", "0123456789"],
      ["bytes=-4", "bytes 18-21/22", "6789"],
      ["bytes=20-999", "bytes 20-21/22", "89"],
    ] as const) {
      const part = await get({ range });
      expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, contentRange, text]);
    }
    for (const range of ["bytes=22-", "bytes=-0"]) {
      const part = await get({ range });
      expect([part.status, part.headers.get("content-range")]).toEqual([416, "bytes */22"]);
    }
    for (const range of ["bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=x-"]) {
      expect((await get({ range })).status, range).toBe(200);
    }
    expect((await get({ range: "bytes=0-3", "if-range": etag })).status).toBe(206);
    expect((await get({ range: "bytes=0-3", "if-range": '"other"' })).status).toBe(200);
    const known = await get({ "if-none-match": etag });
    expect([known.status, await known.text()]).toEqual([304, ""]);
    const head = await get({}, "HEAD");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "22", ""]);
  });

  test("never run as a page of the wiki, whatever they are called and hold", async () => {
    const html = "<!doctype html><script>alert(1)</script>";
    const files = { "a.html": html, "a.xhtml": html, "a.js": "alert(1)", "a.png": html, "a.pdf": html, "a.svg": html };
    for (const [name, content] of Object.entries(files)) {
      await put(name, content, { "content-type": "text/html" });
      const { headers } = await wiki.fetch(`/attachments/${name}`);
      expect(headers.get("content-type"), name).toBe("application/octet-stream");
      expect(headers.get("content-disposition"), name).toMatch(/^attachment; /);
      expect(headers.get("content-security-policy"), name).toContain("sandbox");
      expect(headers.get("x-content-type-options"), name).toBe("nosniff");
    }
    await put("a.txt", html);
    expect((await wiki.fetch("/attachments/a.txt")).headers.get("content-type")).toBe("text/plain; charset=utf-8");
    await put("drawing.svg", SVG);
    const { headers } = await wiki.fetch("/attachments/drawing.svg");
    expect(headers.get("content-type")).toBe("image/svg+xml");
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';.* sandbox$/);
    await put("ünïcode name.png", PNG);
    expect((await wiki.fetch("/attachments/ünïcode name.png")).headers.get("content-disposition")).toBe(
      "inline; filename=\"_n_code name.png\"; filename*=UTF-8''%C3%BCn%C3%AFcode%20name.png",
    );
  });

  test.each([
    ["a climb out of the folder", "..%2fx.png"],
    ["a climb within", "a%2f..%2fx.png"],
    ["NUL", "a%00.png"],
    ["a control character", "a%07.png"],
    ["a turn of the direction of text", "a%e2%80%aegnp.png"],
    ["an invisible character", "a%e2%80%8bb.png"],
    ["a backslash", "a%5cb.png"],
    ["a hidden file", ".htaccess.txt"],
    ["a folder without a name", "a%2f%2fb.png"],
    ["a space at an end", "a%20%2fb.png"],
    ["no extension", "readme"],
    ["too many characters", `${"x".repeat(252)}.png`],
    ["a million marks", `a${"%cc%81".repeat(2_000)}.png`],
  ])("are not taken under a name with %s", async (_what, name) => {
    const refused = await put(name, PNG);
    expect([refused.status, await refused.json()]).toMatchObject([422, { code: "INVALID_INPUT", field: "name" }]);
    expect((await wiki.fetch(`/attachments/${name}`)).status).toBe(422);
    expect(await json("/api/v1/attachments")).toMatchObject({ attachments: [] });
  });

  test("are refused in the form with the reason, and the name that was typed stays", async () => {
    const refused = await upload({ content: PNG, called: "map.png" }, `a<"b`);
    expect(refused.status).toBe(422);
    const form = await documentOf(refused);
    expect(form.texts(".field-error")[0]).toContain("name must");
    expect(form.fieldsOf("/attachments")).toMatchObject({ name: `a<"b` });
    const empty = await upload({ content: "", called: "" });
    expect((await documentOf(empty)).texts(".field-error")[0]).toContain("file must not be empty");
  });

  test("are refused in a form that cannot be read", async () => {
    const send = (body: BodyInit, type: string) =>
      wiki.fetch("/attachments", { method: "POST", body, headers: { "content-type": type } });
    const part = (head: string, text: string) => `--b\r\ncontent-disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
    const file = part(`name="file"; filename="a.txt"`, "text");
    for (const [status, type, body] of [
      [415, "application/json", "{}"],
      [415, "application/x-www-form-urlencoded", "file=x"],
      [400, "multipart/form-data", file],
      [400, "multipart/form-data; boundary=b", file],
      [400, "multipart/form-data; boundary=b", "nothing of the kind"],
      [400, "multipart/form-data; boundary=b", ""],
      [422, "multipart/form-data; boundary=b", `${part(`name="name"`, "a.txt")}--b--\r\n`],
      [422, "multipart/form-data; boundary=b", `${part(`name="other"; filename="a.txt"`, "text")}--b--\r\n`],
      [422, "multipart/form-data; boundary=b", part(`name="other"; filename="a.txt"`, "text")],
      [422, "multipart/form-data; boundary=b", `${part(`name="name"`, "x".repeat(9_000))}${file}--b--\r\n`],
    ] as const) {
      expect((await send(body, type)).status, body.slice(0, 100)).toBe(status);
    }
    const complete = await send(`${file}--b--\r\n`, "multipart/form-data; boundary=b");
    expect(complete.headers.get("location")).toBe("/attachments/a.txt?view=history");
  });

  test("are not taken where they are too large, in a form, by length or as they come; of none anything stays", async () => {
    const tooLarge = Buffer.alloc(MAX_BYTES + 1, "x");
    expect((await put("a.txt", tooLarge)).status).toBe(413);
    const form = await upload({ content: tooLarge, called: "a.txt" });
    expect(form.status).toBe(413);
    expect((await documentOf(form)).texts(".field-error")[0]).toContain("20 MiB");
    expect(await putInChunks("a.txt", tooLarge)).toBe(413);
    expect(keptIn(wiki)).toEqual([]);
    expect((await put("a.txt", tooLarge.subarray(1))).status).toBe(201);
    expect((await put("empty.txt", "")).status).toBe(422);
  });

  test("are kept once, where two hold the same", async () => {
    await put("a.png", PNG);
    await put("b.png", PNG);
    expect(keptIn(wiki)).toHaveLength(1);
  });

  test("that break off on their way leave nothing", async () => {
    const { hostname, port } = new URL(wiki.address);
    const sent = httpRequest({ hostname, port, method: "PUT", path: "/api/v1/attachments/a.txt" });
    sent.on("error", () => {});
    sent.write("the beginning");
    await expect.poll(() => keptIn(wiki).length).toBe(1);
    sent.destroy();
    await expect.poll(() => keptIn(wiki)).toEqual([]);
    expect(await json("/api/v1/attachments")).toMatchObject({ attachments: [] });
  });

  test("whose bytes are missing or cut off are named as such, and the others are served", async () => {
    const [a, b] = [await put("a.png", PNG), await put("b.png", OTHER_PNG)];
    const pathOf = async (response: Response) => {
      const { hash } = await response.json();
      return join(wiki.parts.files.folder, hash.slice(0, 2), hash);
    };
    truncateSync(await pathOf(a), 5);
    expect(await json("/api/v1/attachments/a.png")).toMatchObject({ size: PNG.length });
    const cut = await wiki.fetch("/attachments/a.png");
    expect([cut.status, await cut.text()]).toMatchObject([503, expect.stringContaining("DAMAGED_ATTACHMENT")]);
    expect((await wiki.fetch("/attachments/b.png")).status).toBe(200);
    rmSync(await pathOf(b));
    expect((await wiki.fetch("/attachments/b.png")).status).toBe(503);
    // To upload it again mends it.
    await put("a.png", PNG);
    expect(await bytesOf(await wiki.fetch("/attachments/a.png"))).toEqual(PNG);
  });

  test("are changed by editors alone, from pages of the wiki, by the methods that there are", async () => {
    await put("a.png", PNG);
    const reader = await wiki.serve(READER);
    for (const [method, path] of [
      ...[["PUT", "/api/v1/attachments/a.png"] as const, ["DELETE", "/api/v1/attachments/a.png"] as const],
      ...[["POST", "/attachments/a.png/delete"] as const, ["POST", "/attachments"] as const],
    ]) {
      const body = method === "PUT" ? "x" : null;
      expect((await fetch(reader + path, { method, body })).status, `${method} ${path}`).toBe(403);
      const foreign = await fetch(wiki.address + path, { method, body, headers: { "sec-fetch-site": "cross-site" } });
      expect(foreign.status, `${method} ${path}`).toBe(403);
    }
    expect((await wiki.fetch("/api/v1/attachments/a.png", { method: "PATCH" })).status).toBe(405);
    expect((await wiki.fetch("/attachments/none.png")).status).toBe(404);
    expect((await wiki.fetch("/api/v1/attachments/none.png", { method: "DELETE" })).status).toBe(404);
  });
});

/** Every file in the folder for bytes, those on their way too. */
function keptIn({ parts }: TestWiki): readonly string[] {
  try {
    return readdirSync(parts.files.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith("used-by"))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Sends a body whose length is not said before. */
async function putInChunks(name: string, body: Buffer): Promise<number | undefined> {
  const { hostname, port } = new URL(wiki.address);
  const sent = httpRequest({ hostname, port, method: "PUT", path: `/api/v1/attachments/${name}` });
  // The server answers, and hears no more of it.
  sent.on("error", () => {});
  sent.end(body);
  const [response] = await once(sent, "response");
  response.resume();
  return response.statusCode;
}
