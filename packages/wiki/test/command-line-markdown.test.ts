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
    "notes/image.png": "x",
    "notes/nul.md": "\0",
  };

  test("makes a page of each file, with its title, tags, path and time, and finds nothing new then", async () => {
    write(NOTES);
    symlinkSync("/etc/hostname", join(directory, "notes/link.md"));
    const tried = await importNotes("--dry-run");
    expect(tried).toMatchObject({ status: 0, created: 4, dryRun: true });
    expect(existsSync(join(directory, "wiki.db"))).toBe(false);
    const done = await importNotes();
    expect(done).toMatchObject({ status: 0, created: 4, updated: 0, unchanged: 0, interrupted: false });
    expect(done.leftOut).toEqual(
      expect.arrayContaining([
        { path: "image.png", reason: "is no Markdown file" },
        { path: "link.md", reason: "is a symbolic link" },
        { path: "nul.md", reason: "must not contain NUL characters" },
      ]),
    );
    expect(await importNotes()).toMatchObject({ created: 0, updated: 0, unchanged: 4 });
    await using wiki = await openWiki();
    expect(await wiki.getPageDetails("home")).toMatchObject({ title: "Home", body: "hello\r\n", path: "Home.md" });
    expect(await wiki.getPageDetails("guides/getting-started")).toMatchObject({
      ...{ title: "Let's go", tags: ["a", "b"], body: "one\ntwo\nthree\n", path: "guides/Getting Started.md" },
    });
    expect(await wiki.getPageDetails("odd")).toMatchObject({ title: "odd", body: NOTES["notes/odd.md"] });
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
    expect(await importNotes()).toMatchObject({ updated: 0, unchanged: 3, deleted: ["odd.md"] });
    const front = "---\ntitle: Let's go\ntags: [b, A]\n---\n\n";
    write({ "notes/guides/Getting Started.md": `${front}one\ntwo\nthree, edited there\n` });
    expect(await importNotes()).toMatchObject({ updated: 1, unchanged: 2, conflicts: [] });
    // What was merged stays, also where the file goes on.
    expect(await importNotes()).toMatchObject({ updated: 0, unchanged: 3 });
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
    ];
    repository.commit({ files }).write();
    try {
      expect((await run("import", "git", repository.directory)).status).toBe(0);
    } finally {
      repository.remove();
    }
    const { status, stdout } = await run("export", "markdown", "out", "--json");
    expect([status, JSON.parse(stdout)]).toEqual([0, { pages: 4, position: expect.any(Number), renamed: [] }]);
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
