import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { ContentHash } from "../src/domain/attachment-content.ts";
import { palimpsest } from "./palimpsest-process.ts";
import { RepositoryBuilder } from "./repository-builder.ts";

// Each command is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: 120_000 });

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "palimpsest-markdown-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

const run = (...args: readonly string[]) => palimpsest(args, { cwd: directory });

function write(files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

const openWiki = () => WikiApplication.open({ store: `sqlite:${join(directory, "wiki.db")}`, env: {} });

async function importNotes(...more: string[]) {
  const { status, stdout, stderr } = await run("import", "markdown", "notes", "--json", "--user", "Ana", ...more);
  return { status, stderr, ...JSON.parse(stdout || "{}") };
}

function filesBelow(folder: string): { readonly [path: string]: string } {
  const paths = readdirSync(join(directory, folder), { recursive: true, encoding: "utf8", withFileTypes: true });
  return Object.fromEntries(
    paths
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(join(directory, folder).length + 1), readFileSync(path, "utf8")]),
  );
}

describe("import markdown", () => {
  const NOTES = {
    "notes/Home.md": "hello\r\n",
    "notes/guides/Getting Started.md": "---\ntitle: Let's go\ntags: [b, A]\n---\n\none\ntwo\nthree\n",
    "notes/odd.md": "---\nlayout: post\ntitle: Kept\n---\ntext\n",
    "notes/list.md": "---\ntags:\n  - x\n  - y\n---\ntext\n",
    "notes/.hidden/secret.md": "no",
    "notes/guides/Street map.gif": "GIF89a",
    "notes/empty.png": "",
    "notes/Makefile": "x",
    "notes/mixed.md": "---\r\naliases: [a]\r\ntitle: 'It''s'\r\ntags: [plain, \"two words\", 'x']\r\n---\r\ntext\n",
    "notes/nul.md": "\0",
  };

  test("makes a page of each file, with its title, tags, path and time, and finds nothing new then", async () => {
    write(NOTES);
    symlinkSync("/etc/hostname", join(directory, "notes/link.md"));
    const tried = await importNotes("--dry-run");
    expect(tried).toMatchObject({ status: 0, created: 5, dryRun: true });
    expect(existsSync(join(directory, "wiki.db"))).toBe(false);
    const done = await importNotes();
    expect(done).toMatchObject({ status: 0, created: 5, updated: 0, unchanged: 0, interrupted: false });
    expect(done.attachments).toEqual({ attached: 1, replaced: 0, unchanged: 0 });
    expect(done.leftOut).toEqual(
      expect.arrayContaining([
        { path: "empty.png", reason: "is empty" },
        { path: "Makefile", reason: "has a name that must end with an extension such as .png" },
        { path: "link.md", reason: "is a symbolic link" },
        { path: "nul.md", reason: "must not contain NUL characters" },
      ]),
    );
    expect(await importNotes()).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 5,
      attachments: { attached: 0, replaced: 0, unchanged: 1 },
    });
    await using wiki = await openWiki();
    expect(await wiki.getPageDetails("home")).toMatchObject({ title: "Home", body: "hello\r\n", path: "Home.md" });
    expect(await wiki.getPageDetails("guides/getting-started")).toMatchObject({
      ...{ title: "Let's go", tags: ["a", "b"], body: "one\ntwo\nthree\n", path: "guides/Getting Started.md" },
    });
    expect(await wiki.getPageDetails("odd")).toMatchObject({ title: "Kept", body: NOTES["notes/odd.md"] });
    expect(await wiki.getPageDetails("mixed")).toMatchObject({
      ...{ title: "It's", tags: ["plain", "two words", "x"], body: NOTES["notes/mixed.md"] },
    });
    expect(await wiki.attachments.get("guides/Street map.gif")).toMatchObject({ size: 6, type: "image/gif" });
    expect(await wiki.getPageDetails("list")).toMatchObject({ tags: ["x", "y"], body: "text\n" });
    const [first] = await wiki.getPageHistory("home");
    expect(first?.userId).not.toBeNull();
    expect(Math.abs((first?.recordedAt ?? 0) - Date.now())).toBeLessThan(3_600_000);
  });

  test("brings what changed in the files, and keeps what was edited in the wiki, run after run", async () => {
    write(NOTES);
    await importNotes();
    {
      await using wiki = await openWiki();
      await wiki.editPage("guides/getting-started", { title: "Mine", body: "one, edited here\ntwo\nthree\n" });
      await wiki.updateBody("list", "changed here\n");
      await wiki.deletePage("odd");
    }
    expect(await importNotes()).toMatchObject({ updated: 0, unchanged: 4, deleted: ["odd.md"] });
    const front = "---\ntitle: Let's go\ntags: [b, A]\n---\n\n";
    write({ "notes/guides/Getting Started.md": `${front}one\ntwo\nthree, edited there\n` });
    expect(await importNotes()).toMatchObject({ updated: 1, unchanged: 3, conflicts: [] });
    // What was merged stays, also where the file goes on.
    expect(await importNotes()).toMatchObject({ updated: 0, unchanged: 4 });
    write({
      "notes/guides/Getting Started.md": `${front}one\ntwo\nthree, edited there\nfour\n`,
      "notes/list.md": "other\n",
    });
    const last = await importNotes();
    expect(last).toMatchObject({ updated: 2, conflicts: [{ path: "list.md", slug: "list", version: 3 }] });
    await using wiki = await openWiki();
    expect(await wiki.getPageDetails("guides/getting-started")).toMatchObject({
      ...{ title: "Mine", body: "one, edited here\ntwo\nthree, edited there\nfour\n" },
    });
    expect(await wiki.getPageDetails("list")).toMatchObject({ body: "other\n", tags: [] });
    expect((await wiki.getPageDetails("list", { version: 3 })).body).toBe("changed here\n");
  });

  test("brings files that changed, keeps what was replaced or deleted in the wiki, and tells where both did", async () => {
    const names = ["both.txt", "here.txt", "gone.txt", "there.txt"];
    write(Object.fromEntries(names.map((name) => [`notes/${name}`, "first"])));
    await importNotes();
    const sizesOf = async (wiki: WikiApplication) =>
      Promise.all(names.map(async (name) => (await wiki.attachments.get(name)).size));
    {
      await using wiki = await openWiki();
      const { type } = await wiki.attachments.get("both.txt");
      const content = { type, size: 6, hash: ContentHash.parse("a".repeat(64)) };
      for (const name of ["both.txt", "here.txt"]) await wiki.attachments.put(name, content);
      await wiki.attachments.delete("gone.txt");
    }
    write({ "notes/both.txt": "changed", "notes/there.txt": "changed", "notes/gone.txt": "changed" });
    const expected = {
      attachments: { attached: 0, replaced: 2, unchanged: 1 },
      attachmentConflicts: [{ path: "both.txt", version: 2 }],
      deleted: ["gone.txt"],
    };
    expect(await importNotes("--dry-run")).toMatchObject(expected);
    expect(await importNotes()).toMatchObject(expected);
    expect(await importNotes()).toMatchObject({ attachments: { attached: 0, replaced: 0, unchanged: 3 } });
    await using wiki = await openWiki();
    expect(await sizesOf(wiki)).toEqual([7, 6, 5, 7]);
    expect((await wiki.attachments.get("both.txt", 2)).size).toBe(6);
  });

  test("refuses what is no folder", async () => {
    write(NOTES);
    for (const [args, status, code] of [
      [["import", "markdown"], 2, "INVALID_USAGE"],
      [["import", "markdown", "a", "b"], 2, "INVALID_USAGE"],
      [["import", "markdown", "missing"], 1, "PATH_NOT_FOUND"],
      [["import", "markdown", "notes/Home.md"], 1, "PATH_NOT_FOUND"],
    ] as const) {
      const ended = await run(...args);
      expect([args, ended.status, ended.stderr]).toEqual([args, status, expect.stringContaining(`[${code}]\n`)]);
    }
  });
});

describe("export markdown", () => {
  test("gives the files of an imported repository back byte for byte", async () => {
    const repository = new RepositoryBuilder();
    const files: [string, string][] = [
      ["Home.md", "hello\r\n"],
      ["a b/Ünï.markdown", "---\ntitle: x\n---\ntext without a last line end"],
      ["a-b/page.md", "\ufeffmark"],
      ["a b/page.md", ""],
      ["a b/Map 1.gif", "GIF89a"],
      ["data.csv", "1,2\r\n"],
    ];
    repository.commit({ files }).write();
    try {
      expect((await run("import", "git", repository.directory)).status).toBe(0);
    } finally {
      repository.remove();
    }
    const { status, stdout } = await run("export", "markdown", "out", "--json");
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      { pages: 4, attachments: 2, position: expect.any(Number), renamed: [], leftOut: [] },
    ]);
    expect(filesBelow("out")).toEqual(Object.fromEntries(files));
  });

  test("gives pages that an import makes again, as they are and as they were, without those that are deleted", async () => {
    let position: number;
    const pages = [
      { title: "Home", slug: "home", body: "text\n", tags: [] },
      { title: 'Quoted "title": a', slug: "guides/quoted", body: "---\ntitle: inner\n---\nbody", tags: ["a b", "ü"] },
      { title: "home", slug: "lower", body: "", tags: [] },
    ];
    {
      await using wiki = await openWiki();
      for (const page of pages) await wiki.createPage(page);
      await wiki.createPage({ title: "Gone", slug: "gone", body: "secret" });
      position = await wiki.events.recorder.head();
      await wiki.updateBody("home", "later\n");
      await wiki.deletePage("gone");
    }
    expect((await run("export", "markdown", "now")).status).toBe(0);
    expect(filesBelow("now")["home.md"]).toBe('---\ntitle: "Home"\n---\n\nlater\n');
    expect((await run("export", "markdown", "then", "--at", String(position))).status).toBe(0);
    expect(Object.keys(filesBelow("then")).sort()).toEqual(["guides/quoted.md", "home.md", "lower.md"]);
    expect(filesBelow("then")["home.md"]).toContain("text\n");
    expect((await run("export", "markdown", "before", "--at", "2001-01-01")).stdout).toContain("Wrote 0 pages");
    const imported = `sqlite:${join(directory, "again.db")}`;
    expect((await run("import", "markdown", "then", "--database", imported)).status).toBe(0);
    await using again = await WikiApplication.open({ store: imported, env: {} });
    for (const { slug, ...page } of pages) expect(await again.getPageDetails(slug)).toMatchObject(page);
  });

  test("writes attachments as they were, and names those that it cannot", async () => {
    write({ "notes/a.md": "x", "notes/kept.txt": "first", "notes/gone.txt": "secret", "notes/lost.txt": "lost" });
    await importNotes();
    let position: number;
    {
      await using wiki = await openWiki();
      position = await wiki.events.recorder.head();
      const { hash } = await wiki.attachments.get("lost.txt");
      rmSync(join(directory, "wiki.db.attachments", hash.slice(0, 2), hash));
      await wiki.attachments.delete("gone.txt");
      for (const name of ["a.md", "a.md/below.txt"]) {
        const { hash: kept, size, type } = await wiki.attachments.get("kept.txt");
        await wiki.attachments.put(name, { hash: kept, size, type });
      }
    }
    write({ "notes/kept.txt": "second" });
    await importNotes();
    const now = await run("export", "markdown", "now", "--json");
    expect([now.status, JSON.parse(now.stdout)]).toMatchObject([
      1,
      {
        attachments: 1,
        leftOut: [
          { name: "lost.txt", reason: expect.stringContaining("is lost: ") },
          { name: "a.md", reason: "has the name of a page's file, or lies below one" },
          { name: "a.md/below.txt", reason: "has the name of a page's file, or lies below one" },
        ],
      },
    ]);
    expect(filesBelow("now")).toEqual({ "a.md": "x", "kept.txt": "second" });
    await run("export", "markdown", "then", "--at", String(position));
    expect(filesBelow("then")).toEqual({ "a.md": "x", "kept.txt": "first" });
  });

  test("refuses a folder that is not empty, and what it cannot understand", async () => {
    {
      await using wiki = await openWiki();
      await wiki.createPage({ title: "home", slug: "home", body: "x" });
    }
    write({ "full/mine.txt": "mine" });
    for (const [args, status, code] of [
      [["export", "markdown"], 2, "INVALID_USAGE"],
      [["export", "markdown", "full"], 1, "FILE_EXISTS"],
      [["export", "markdown", "out", "--at", "yesterday"], 2, "INVALID_USAGE"],
      [["export", "markdown", "out", "--database", "sqlite:missing.db"], 1, "WIKI_NOT_FOUND"],
    ] as const) {
      const ended = await run(...args);
      expect([args, ended.status, ended.stderr]).toEqual([args, status, expect.stringContaining(`[${code}]\n`)]);
    }
    expect(existsSync(join(directory, "missing.db"))).toBe(false);
    expect((await run("export", "markdown", "full", "--force")).status).toBe(0);
    expect(filesBelow("full")).toEqual({ "mine.txt": "mine", "home.md": "x" });
  });
});
