import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RepositoryBuilder } from "../../test/repository-builder.ts";
import type { Commit } from "./commit.ts";
import { orderCommits } from "./commit-order.ts";
import { GitRepository } from "./git-repository.ts";

let builder: RepositoryBuilder;

beforeEach(() => {
  builder = new RepositoryBuilder();
});

afterEach(() => builder.remove());

async function read(): Promise<readonly Commit[]> {
  await using repository = await GitRepository.open(builder.directory);
  const head = await repository.head();
  if (head === undefined) throw new Error("the repository has commits");
  const ordered = orderCommits(await repository.headers(null, head), head, null) ?? [];
  return await Array.fromAsync(repository.commits(ordered));
}

/** The changes of the last commit: `from > path: text`. */
async function lastChanges(): Promise<readonly string[]> {
  const { changes = [] } = (await read()).at(-1) ?? {};
  return changes.map(({ path, from, after }) => {
    const what = after.kind === "text" ? after.text : after.kind === "refused" ? after.reason : "nothing";
    return `${from === undefined ? "" : `${from} > `}${path}: ${what}`;
  });
}

describe("the reader of a repository", () => {
  test("reads any path, and tells those that are no text", async () => {
    const names = ["a\nb.md", 'a"b|c\\.md', "\u001b[2J.md", " .md", "-x.md", "عربى.md", ".md", "deep/er/x.MarkDown"];
    builder.commit({
      files: [...names.map((name) => [name, name] as const), [Buffer.from([0xe9, 0x2e, 0x6d, 0x64]), "x"]],
    });
    builder.write();
    expect(new Set(await lastChanges())).toEqual(
      new Set([...names.map((name) => `${name}: ${name}`), "\0\xe9.md: has a name that is not UTF-8"]),
    );
  });

  test("reads a commit whose message looks like a difference, or is empty", async () => {
    const message = ":100644 100644 0 0 M\n\n---\nx\n";
    builder
      .commit({ message, files: [["a.md", "a"]] })
      .commit({ message: "" })
      .commit({ message: "---" })
      .write();
    expect((await read()).map(({ message, changes }) => [message, changes.length])).toEqual([
      [message, 1],
      ["", 0],
      ["---", 0],
    ]);
  });

  test("tells moves: by git's account, and of files that went to where another one was", async () => {
    const [a, b] = ["a\n".repeat(99), "b\n".repeat(99)];
    builder.commit({
      files: [
        ["a.md", a],
        ["b.md", b],
      ],
    });
    builder
      .commit({
        files: [
          ["a.md", b],
          ["b.md", a],
        ],
      })
      .write();
    expect(await lastChanges()).toEqual([`b.md > a.md: ${b}`, `a.md > b.md: ${a}`]);
    builder
      .commit({
        files: [
          ["a.md", null],
          ["c.md", `${b}end\n`],
        ],
      })
      .write();
    expect(await lastChanges()).toEqual(["a.md: nothing", `a.md > c.md: ${b}end\n`]);
    // The file that was at b.md stays nowhere: it is an edit, and c.md was deleted.
    builder
      .commit({
        files: [
          ["c.md", null],
          ["b.md", `${b}end\n`],
        ],
      })
      .write();
    expect(new Set(await lastChanges())).toEqual(new Set(["c.md: nothing", `b.md: ${b}end\n`]));
  });

  test("reads contents in order, whatever their sizes, and passes over what is too large", async () => {
    const sizes = [0, 1, 65_535, 65_536, 65_537, 1_000_000, 2 ** 20, 2 ** 20 + 1, 5_000_000, 7];
    builder.commit({ files: sizes.map((size, n) => [`${n}.md`, String(n).repeat(size)] as const) }).write();
    const { changes = [] } = (await read()).at(-1) ?? {};
    expect(changes.map(({ after }) => (after.kind === "text" ? after.text.length : after.kind))).toEqual([
      ...[0, 1, 65_535, 65_536, 65_537, 1_000_000, 2 ** 20, "refused", "refused", 7],
    ]);
  });

  test("says that a repository is damaged", async () => {
    builder.commit({ files: [["a.md", "a\n"]] }).write();
    const blob = builder.git("rev-parse", "HEAD:a.md").trim();
    rmSync(join(builder.directory, "objects", blob.slice(0, 2), blob.slice(2)));
    await expect(read()).rejects.toMatchObject({
      code: "GIT_FAILED",
      reason: expect.stringContaining(blob),
    });
  });

  test("refuses what is no repository", async () => {
    const directory = mkdtempSync(join(tmpdir(), "palimpsest-nothing-"));
    await expect(GitRepository.open(directory)).rejects.toMatchObject({ code: "NOT_A_REPOSITORY", path: directory });
    await expect(GitRepository.open(join(directory, "nothing"))).rejects.toMatchObject({ code: "NOT_A_REPOSITORY" });
    rmSync(directory, { recursive: true });
  });
});
