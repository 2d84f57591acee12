import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { COMMANDS } from "../src/cli/commands.ts";
import { startPalimpsest } from "./palimpsest-process.ts";
import { RepositoryBuilder } from "./repository-builder.ts";

// Each command is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: 120_000 });

const CLI = join(import.meta.dirname, "../src/cli/main.ts");

let directory: string;
let repository: RepositoryBuilder;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "palimpsest-cli-"));
  repository = new RepositoryBuilder()
    .commit({
      files: [
        ["Home.md", "hello\n"],
        ["evil\u001b[2J.png", "x"],
        ["nul.md", "\0"],
      ],
    })
    .commit({ files: [["Home.md", "hello, world\n"]] })
    .write();
});

afterAll(() => {
  repository.remove();
  rmSync(directory, { recursive: true });
});

function palimpsest(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { WIKI_STORE, STORE, ...rest } = process.env;
  return spawnSync(process.execPath, [CLI, ...args], { cwd: directory, encoding: "utf8", env: { ...rest, ...env } });
}

test("tells its commands and their options, with examples", () => {
  const all = palimpsest(["--help"]);
  expect(all).toMatchObject({ status: 0, stderr: "" });
  expect(COMMANDS.length).toBe(11);
  for (const { name } of COMMANDS) {
    expect(all.stdout).toContain(`  ${name} `);
    const help = palimpsest([...name.split(" "), "--help"]);
    expect([name, help.status, help.stderr]).toEqual([name, 0, ""]);
    for (const word of ["--database", "--help", "Examples:", `palimpsest ${name}`, "Exit codes"]) {
      expect([name, help.stdout]).toEqual([name, expect.stringContaining(word)]);
    }
    expect(Math.max(...help.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    const wrong = palimpsest([...name.split(" "), "--nonsense"]);
    expect([name, wrong.status, wrong.stderr]).toEqual([name, 2, expect.stringContaining("[INVALID_USAGE]")]);
  }
  for (const args of [
    ["import", "--help"],
    ["help", "import"],
  ]) {
    const { status, stdout } = palimpsest(args);
    expect([args, status, stdout]).toEqual([args, 0, expect.stringContaining("  import markdown ")]);
    expect([args, stdout]).toEqual([args, expect.stringContaining("  import git ")]);
    expect([args, stdout]).toEqual([args, expect.not.stringContaining("  serve ")]);
  }
  expect(palimpsest(["help", "import", "git"]).stdout).toBe(palimpsest(["import", "git", "--help"]).stdout);
  expect(palimpsest(["help", "serve"]).stdout).toBe(palimpsest(["serve", "--help"]).stdout);
  expect(palimpsest(["--version"]).stdout).toMatch(/^palimpsest \d+\.\d+\.\d+\n$/);
});

test("opens no database that is missing, foreign, or of a newer version", () => {
  const place = (name: string) => `sqlite:${join(directory, name)}`;
  for (const [name, statements] of [
    ["foreign.db", "create table anything (x)"],
    ["newer.db", `pragma application_id = ${0x50414c49}; pragma user_version = 99; create table log (x)`],
  ] as const) {
    const db = new DatabaseSync(join(directory, name));
    db.exec(statements);
    db.close();
  }
  writeFileSync(join(directory, "text.db"), "no database at all, whatever its name says".repeat(40));
  for (const command of [["verify"], ["stats"], ["log"], ["rebuild"], ["backup", "b"], ["export", "markdown", "e"]]) {
    for (const [database, code] of [
      [place("missing.db"), "WIKI_NOT_FOUND"],
      [place("foreign.db"), "NOT_A_STORE"],
      [place("text.db"), "NOT_A_STORE"],
      [place("newer.db"), "NEWER_STORE"],
    ] as const) {
      const { status, stdout, stderr } = palimpsest([...command, "--database", database]);
      expect([command, status, stdout, stderr]).toEqual([command, 1, "", expect.stringContaining(`[${code}]\n`)]);
    }
  }
  expect(readdirSync(directory).filter((name) => name.startsWith("missing"))).toEqual([]);
});

test("prints the log as JSON lines and tells how large the wiki is", () => {
  const database = ["--database", `sqlite:${join(directory, "log.db")}`];
  expect(palimpsest(["import", "git", repository.directory, ...database]).status).toBe(0);
  const linesOf = (...args: string[]) => {
    const { status, stdout, stderr } = palimpsest(["log", ...database, ...args]);
    expect([status, stderr]).toEqual([0, ""]);
    return stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  };
  const lines = linesOf();
  expect(lines.map(({ position }) => position)).toEqual(lines.map((_, index) => index + 1));
  expect(linesOf("--after", "2")).toEqual(lines.slice(2));
  const created = linesOf("--topic", "Page.Created", "--topic", "Page.BodyUpdated");
  expect(created.map(({ topic }) => topic)).toEqual(["Page.Created", "Page.BodyUpdated"]);
  expect(created[0]).toMatchObject({ data: { title: "Home", body: "hello\n" }, originatorVersion: 1 });
  expect(linesOf("--raw", "--topic", "Page.Created")[0]).toMatchObject({
    schemaVersion: 1,
    checksum: expect.any(Number),
  });
  expect(palimpsest(["log", ...database, "--topic", "Page.Nonsense"]).status).toBe(2);
  expect(palimpsest(["log", ...database, "--after", "x"]).status).toBe(2);
  const stats = palimpsest(["stats", "--json", ...database]);
  expect(JSON.parse(stats.stdout)).toMatchObject({
    ...{ pages: { live: 1, deleted: 0 }, people: 1, events: lines.length, textBytes: "hello, world\n".length },
    ...{ largest: [{ slug: "home", bytes: 13 }], mostEdited: [{ slug: "home" }], topics: { "Page.Created": 1 } },
  });
  expect(palimpsest(["stats", ...database]).stdout).toContain("1 page, and 0 deleted");
  expect(palimpsest(["rebuild", "nonsense", ...database]).status).toBe(2);
});

test("follows the log until it is stopped, and is content with a reader that has read enough", async () => {
  const database = `sqlite:${join(directory, "followed.db")}`;
  await using wiki = await WikiApplication.open({ store: database, env: {} });
  await wiki.createPage({ title: "One", slug: "one" });
  const following = startPalimpsest(["log", "--follow", "--database", database], { cwd: directory });
  await expect.poll(following.stdout).toContain("Index.Created");
  await wiki.updateTitle("one", "Two");
  await expect.poll(following.stdout).toContain("Page.TitleUpdated");
  following.child.kill("SIGINT");
  expect((await following.ended).status).toBe(0);
  for (let n = 0; n < 300; n++) await wiki.updateBody("one", `text ${n} `.repeat(300));
  const cut = startPalimpsest(["log", "--database", database], { cwd: directory });
  cut.child.stdout?.once("data", () => cut.child.stdout?.destroy());
  expect(await cut.ended).toMatchObject({ status: 0, stderr: "" });
});

test("says in one line what is wrong, and what to do", () => {
  for (const [args, status, code] of [
    [["improt"], 2, "INVALID_USAGE"],
    [["import", "git"], 2, "INVALID_USAGE"],
    [["import", "git", "a", "b"], 2, "INVALID_USAGE"],
    [["import", "git", "a", "--nonsense"], 2, "INVALID_USAGE"],
    [["import", "git", "no such path"], 1, "NOT_A_REPOSITORY"],
    [["import", "git", CLI], 1, "NOT_A_REPOSITORY"],
    [["import", "git", repository.directory, "--database", "mysql://x"], 1, "INVALID_STORE_ADDRESS"],
    [["import", "git", repository.directory, "--branch", "--all"], 2, "INVALID_USAGE"],
    [["import", "git", repository.directory, "--branch", "other"], 1, "BRANCH_NOT_FOUND"],
  ] as const) {
    const { status: actual, stdout, stderr } = palimpsest(args);
    expect([args, actual, stdout]).toEqual([args, status, ""]);
    expect(stderr).toMatch(new RegExp(`^palimpsest: .*\\[${code}\\]\n$`));
  }
  expect(palimpsest(["import"]).stderr).toContain("import git, import markdown");
  // Other schemes may hold a password; this is a path, and what it should have been.
  const path = join(directory, "wiki.db");
  expect(palimpsest(["stats", "--database", path]).stderr).toContain(`give sqlite:${path}`);
  const withoutGit = palimpsest(["import", "git", repository.directory], { PATH: "" });
  expect([withoutGit.status, withoutGit.stderr]).toEqual([1, expect.stringContaining("[GIT_MISSING]")]);
});

test("tries an import out without making a file, does it, and finds nothing new then", () => {
  const before = readdirSync(directory);
  const tried = palimpsest(["import", "git", repository.directory, "--dry-run"]);
  expect(tried.status).toBe(0);
  expect(tried.stdout).toContain("Would import 2 commits by 1 person");
  expect(readdirSync(directory)).toEqual(before);
  const done = palimpsest(["import", "git", repository.directory]);
  expect(done.status).toBe(0);
  expect(done.stdout).toContain("Imported 2 commits by 1 person as 5 events");
  expect(done.stdout).toContain('"nul.md" must not contain NUL characters');
  // A name of a file may hold what a terminal takes for a command.
  expect(done.stdout).toContain('"evil\\u001b[2J.png"');
  expect(done.stderr).toContain("2 of 2 commits");
  expect(readdirSync(directory)).toEqual(expect.arrayContaining(["wiki.db", "wiki.db.accounts"]));
  expect(palimpsest(["import", "git", repository.directory]).stdout).toContain("Nothing is new");
});

test("reads a bundle, takes the database from the environment, and tells the summary as JSON", () => {
  const bundle = join(directory, "wiki.bundle");
  repository.git("bundle", "create", "--quiet", bundle, "main");
  const { status, stdout } = palimpsest(["import", "git", bundle, "--json"], {
    ...{ WIKI_STORE: "sqlite:other.db", TMPDIR: directory },
  });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ commits: { total: 2, imported: 2 }, pages: { created: 1, edited: 1 }, events: 5, interrupted: false },
    leftOut: expect.arrayContaining([expect.objectContaining({ path: "nul.md" })]),
  });
  expect(readdirSync(directory)).toEqual(expect.arrayContaining(["other.db", "other.db.accounts"]));
  expect(readdirSync(directory).filter((name) => name.startsWith("palimpsest-import-"))).toEqual([]);
});
