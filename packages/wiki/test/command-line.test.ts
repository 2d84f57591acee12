import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RepositoryBuilder } from "./repository-builder.ts";

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
  expect(palimpsest(["--help"])).toMatchObject({ status: 0, stderr: "" });
  expect(palimpsest(["--help"]).stdout).toContain("import git");
  const help = palimpsest(["import", "git", "--help"]);
  expect(help.status).toBe(0);
  for (const word of ["--dry-run", "--json", "--database", "Examples:", "Exit codes"])
    expect(help.stdout).toContain(word);
  expect(palimpsest([]).status).toBe(2);
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
