import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assertWikiInvariants } from "../../test/assert-wiki-invariants.ts";
import { describeWiki } from "../../test/describe-wiki.ts";
import { quirkyRepository } from "../../test/quirky-repository.ts";
import { RepositoryBuilder } from "../../test/repository-builder.ts";
import {
  differences,
  differencesAlongHistory,
  filesInRepository,
  filesInWiki,
  textsInRepository,
  textsInWiki,
} from "../../test/repository-texts.ts";
import type { AccountsDatabase } from "../accounts/accounts-tables.ts";
import { openAccounts } from "../accounts/open-accounts.ts";
import { People } from "../accounts/people.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import { AttachmentStore } from "../attachments/attachment-store.ts";
import { Attachment } from "../domain/attachment.ts";
import { BYTES } from "../domain/media-types.ts";
import { Page } from "../domain/page.ts";
import { pageLog } from "../domain/page-log.ts";
import { GitRepository } from "./git-repository.ts";
import { type ImportOptions, importGit } from "./import-git.ts";
import type { ImportSummary } from "./import-summary.ts";

// As if the wiki took no longer ones.
const MAX_FILE_BYTES = 2 ** 20;

let quirky: RepositoryBuilder;
let accounts: AccountsDatabase;
let folder: string;
let files: AttachmentStore;

beforeAll(async () => {
  quirky = quirkyRepository();
  accounts = await openAccounts("memory:");
  folder = mkdtempSync(join(tmpdir(), "palimpsest-files-"));
  files = new AttachmentStore(folder);
});

afterAll(async () => {
  quirky.remove();
  rmSync(folder, { recursive: true });
  await accounts.destroy();
});

async function bring(
  { directory }: RepositoryBuilder,
  wiki: WikiApplication,
  options: Partial<ImportOptions> = {},
): Promise<ImportSummary> {
  await using repository = await GitRepository.open(directory);
  return await importGit({
    repository,
    into: { wiki, people: new People(accounts), files },
    maxFileBytes: 2 ** 20,
    ...options,
  });
}

async function differencesAtEnd(wiki: WikiApplication, { directory }: RepositoryBuilder): Promise<readonly string[]> {
  return [
    ...differences(textsInRepository(directory, "main"), await textsInWiki(wiki)),
    ...differences(filesInRepository(directory, "main", MAX_FILE_BYTES), await filesInWiki(wiki, folder)),
  ];
}

function alongHistory(wiki: WikiApplication, { directory }: RepositoryBuilder) {
  return differencesAlongHistory(wiki, directory, { files: { folder, maxBytes: MAX_FILE_BYTES } });
}

async function pageAt(wiki: WikiApplication, path: string) {
  const logged = await wiki.events.log(pageLog).select({});
  const pages = await wiki.events.repository.getMany(
    Page,
    logged.map(({ data }) => data.pageId),
  );
  return [...pages.values()].filter(({ state }) => state.path === path);
}

describeWiki("the import of a repository", (current) => {
  test("leaves the wiki with the repository's texts, at the end and after each commit of the main line", async () => {
    const { wiki } = current();
    const summary = await bring(quirky, wiki);
    expect(await differencesAtEnd(wiki, quirky)).toEqual([]);
    const along = await alongHistory(wiki, quirky);
    expect(along.differences).toEqual([]);
    expect(along.compared).toBeGreaterThan(20);
    expect(along.byInstant).toBeGreaterThan(15);
    await assertWikiInvariants(wiki);
    expect(summary).toMatchObject({ times: "source", interrupted: false, conflicts: [], people: 3 });
    const { events, commits } = summary;
    expect(events).toBe((await current().recorder.head()) - 1);
    expect(commits.total).toBe(commits.imported + commits.withoutPages);
    expect(commits.total).toBe(Number(quirky.git("rev-list", "--count", "main")));
  });

  test("is compared by what would notice a damaged, a missing and an additional page", async () => {
    const { wiki } = current();
    await bring(quirky, wiki);
    await wiki.updateBody("fork", "damaged\n");
    await wiki.deletePage("empty");
    const restored = await wiki.restorePage("home-2");
    expect(restored.path).toBe("HOME.md");
    expect(new Set(await differencesAtEnd(wiki, quirky))).toEqual(
      new Set(["Fork.md has another text", "Empty.md is missing", "HOME.md is too much"]),
    );
  });

  test("takes renames as renames: swaps, chains, other case, edited at once", async () => {
    const { wiki } = current();
    await bring(quirky, wiki);
    const numbers = (await wiki.getPageHistory("ancient")).map(({ type }) => type);
    expect(numbers[0]).toBe("Created");
    expect(numbers.filter((type) => type === "SlugUpdated")).toHaveLength(5);
    const [home] = await pageAt(wiki, "home.md");
    expect(home?.state).toMatchObject({ slug: "home", title: "home" });
    expect((await wiki.getPageHistory("home"))[0]).toMatchObject({ type: "Created", summary: "Begin" });
    const [letters] = await pageAt(wiki, "lists/Numbers 2.md");
    expect(letters?.state).toMatchObject({ slug: "lists/numbers-2", title: "Numbers 2" });
  });

  test("gives paths that want one slug, none, or a reserved one, slugs of their own", async () => {
    const { wiki } = current();
    await bring(quirky, wiki);
    const slugs = new Map<string | null, string>((await wiki.getPages()).map(({ path, slug }) => [path, slug]));
    expect(slugs.get("search.md")).toBe("search-page");
    expect(new Set([slugs.get("¿?.md"), slugs.get("!.md"), slugs.get("page.md")])).toEqual(
      new Set(["page", "page-2", "page-3"]),
    );
    expect((await pageAt(wiki, "HOME.md"))[0]?.state).toMatchObject({ slug: "home-2", deleted: true });
  });

  test("brings back the page that was deleted at a path", async () => {
    const { wiki } = current();
    await bring(quirky, wiki);
    expect(await pageAt(wiki, "Bom.md")).toHaveLength(1);
    const types = (await wiki.getPageHistory("bom")).map(({ type }) => type);
    expect(types.filter((type) => type === "Deleted" || type === "Restored")).toEqual(["Deleted", "Restored"]);
  });

  test("tells who, when and why: the person by id, the time that never goes back, the message", async () => {
    const { wiki } = current();
    await bring(quirky, wiki);
    const [home] = await pageAt(wiki, "home.md");
    const history = await wiki.events.repository.history(Page, home?.id ?? ("" as never));
    const second = history.find(({ metadata }) => metadata["summary"] === "back in time");
    const [ben] = await new People(accounts).find([second?.data.userId ?? ("" as never)]);
    expect(ben).toMatchObject({ name: "Ben", email: "ben@example.org" });
    expect(second?.metadata["source"]).toMatchObject({
      kind: "git",
      authoredAt: "2013-12-30T11:39:00+01:00",
      committedAt: "2013-12-30T10:40:00+00:00",
    });
    expect(second?.recordedAt).toBe(history[0]?.recordedAt);
    const bom = await wiki.getPageHistory("bom");
    const long = bom.find(({ summary }) => summary?.startsWith("long"));
    expect(long?.summary).toHaveLength(500);
    const [page] = await pageAt(wiki, "Bom.md");
    const events = await wiki.events.repository.history(Page, page?.id ?? ("" as never));
    const { source } = events.find(({ metadata }) => metadata["summary"] === long?.summary)?.metadata ?? {};
    expect(source).toMatchObject({ message: `${"long ".repeat(200)}\n\n${"rest ".repeat(5_000)}` });
    expect(bom[0]?.summary).toBe("---");
  });

  test("takes titles and tags from front matter as they change, and leaves the text as it is", async () => {
    const { wiki } = current();
    const repository = new RepositoryBuilder();
    const bringIn = async (path: string, content: string | null) => {
      repository.commit({ files: [[path, content]] }).write();
      await bring(repository, wiki);
      expect(await differencesAtEnd(wiki, repository)).toEqual([]);
      const [page] = await pageAt(wiki, path);
      return [page?.state.title, page?.state.tags.join()];
    };
    try {
      expect(await bringIn("start-here.md", "---\ntitle: Start\ntags: [a, b]\n---\ntext\n")).toEqual(["Start", "a,b"]);
      expect(await bringIn("start-here.md", "---\ntitle: Begin\ntags: b\n---\ntext\n")).toEqual(["Begin", "b"]);
      expect((await wiki.getPageHistory("start-here")).map(({ type }) => type)).toEqual([
        ...["Created", "PathUpdated", "TitleUpdated", "TagsUpdated", "BodyUpdated"],
      ]);
      expect(await bringIn("start-here.md", null)).toEqual(["Begin", "b"]);
      expect(await bringIn("start-here.md", "---\ntitle: Back\n---\ntext\n")).toEqual(["Back", ""]);
      await wiki.updateTitle("start-here", "Ours");
      expect(await bringIn("start-here.md", "---\ntitle: Back\n---\nother\n")).toEqual(["Ours", ""]);
      expect(await bringIn("start-here.md", "---\ntitle: Theirs\n---\nother\n")).toEqual(["Ours", ""]);
      await wiki.updateTitle("start-here", "Theirs");
      expect(await bringIn("start-here.md", "no more\n")).toEqual(["start here", ""]);
      await assertWikiInvariants(wiki);
    } finally {
      repository.remove();
    }
  });

  test("leaves a title that was taken from the path at first until the file says another one", async () => {
    const { wiki } = current();
    const repository = new RepositoryBuilder();
    const bringIn = async (content: string) => {
      repository.commit({ files: [["start-here.md", content]] }).write();
      await bring(repository, wiki);
      return (await wiki.getPageDetails("start-here")).title;
    };
    try {
      await bringIn("---\ntitle: Start\n---\ntext\n");
      // As it was imported when nobody looked into files.
      await wiki.updateTitle("start-here", "start here");
      expect(await bringIn("---\ntitle: Start\n---\nother\n")).toBe("start here");
      expect(await bringIn("---\ntitle: Begin\n---\nother\n")).toBe("Begin");
    } finally {
      repository.remove();
    }
  });

  test("attaches other files, with their versions, in the save of their commit", async () => {
    const { wiki } = current();
    const { files: counted } = await bring(quirky, wiki);
    const history = async (name: string) => (await wiki.attachments.history(name)).map(({ type }) => type);
    expect(await history("logo.png")).toEqual(["Created", "Replaced"]);
    expect(await history("images/Street map.png")).toEqual(["Created", "Deleted"]);
    expect(await history("nav.yaml")).toEqual(["Created", "Deleted", "Restored", "Replaced"]);
    // By the main line, beside it, and as it was by the merge.
    expect(await history("images/map.png")).toEqual(["Created", "Replaced", "Replaced", "Replaced"]);
    expect(counted).toEqual({ added: 10, replaced: 4, deleted: 4 });
    expect((await wiki.attachments.get("images/Street map.png")).type).toBe("image/png");
    const [ben] = (await wiki.attachments.history("images/map.png")).map(({ userId }) => userId);
    expect(await new People(accounts).find([ben ?? ("" as never)])).toMatchObject([{ name: "Ben" }]);
    const [page] = await wiki.events.repository.history(Page, (await wiki.getPageDetails("pictures")).pageId);
    const { name } = await wiki.attachments.get("images/Street map.png");
    const [file] = await wiki.events.repository.history(Attachment, Attachment.idOf({ name }));
    expect(file?.saveId).toBe(page?.saveId);
  });

  test("attaches what an import had left out that knew pages alone, and leaves what was deleted", async () => {
    const { wiki, recorder } = current();
    const repository = new RepositoryBuilder();
    try {
      repository
        .commit({
          files: [
            ["Home.md", "![](a.png)\n"],
            ["a.png", "a"],
            ["b.png", "b"],
          ],
        })
        .write();
      await bring(repository, wiki, { maxFileBytes: 0 });
      expect(await filesInWiki(wiki, folder)).toEqual(new Map());
      expect(await bring(repository, wiki)).toMatchObject({
        ...{ commits: { total: 0 }, files: { added: 2, replaced: 0, deleted: 0 }, events: 4, times: "source" },
      });
      expect(await differencesAtEnd(wiki, repository)).toEqual([]);
      await wiki.attachments.delete("b.png");
      const head = await recorder.head();
      expect(await bring(repository, wiki)).toMatchObject({ files: { added: 0 }, events: 0 });
      expect(await recorder.head()).toBe(head);
    } finally {
      repository.remove();
    }
  });

  test("takes the repository's file where people have put another one, and says so", async () => {
    const { wiki } = current();
    const repository = new RepositoryBuilder();
    const put = (name: string, bytes: string) =>
      files
        .keep(Readable.from([Buffer.from(bytes)]), MAX_FILE_BYTES)
        .then(({ hash, size }) => wiki.attachments.put(name, { hash, size, type: BYTES }));
    try {
      const names = ["same.png", "ours.png", "gone.png", "quiet.png"];
      repository.commit({ files: names.map((name) => [name, "first"] as const) }).write();
      await bring(repository, wiki);
      await put("same.png", "second");
      await put("ours.png", "ours");
      await put("new.png", "ours");
      await wiki.attachments.delete("gone.png");
      repository.commit({ files: [...names, "new.png"].map((name) => [name, "second"] as const) }).write();
      const { fileConflicts } = await bring(repository, wiki);
      expect(fileConflicts).toMatchObject([
        { name: "gone.png", version: 2 },
        { name: "new.png", version: 1 },
        { name: "ours.png", version: 2 },
      ]);
      expect(await differencesAtEnd(wiki, repository)).toEqual([]);
    } finally {
      repository.remove();
    }
  });

  test("names what it leaves out, each with the reason", async () => {
    const { leftOut } = await bring(quirky, current().wiki);
    expect(new Map(leftOut.map(({ path, reason }) => [path, reason]))).toEqual(
      new Map([
        ["latin1.md", "is not UTF-8"],
        ["nul.md", "must not contain NUL characters"],
        ["big.md", "is larger than 1 MiB"],
        ["link.md", "is a symbolic link"],
        ["module.md", "is a submodule"],
        [".gitignore", expect.stringContaining("has a name that must have names")],
        ["what?.png", expect.stringContaining("has a name that must be of letters")],
        ["empty.txt", "is empty"],
        ["big.bin", "is larger than 1 MiB"],
        ["grows.bin", "is larger than 1 MiB"],
        ["\0caf\xe9.md", "has a name that is not UTF-8"],
      ]),
    );
  });

  test("does nothing a second time, and brings what is new a third time", async () => {
    const { wiki, recorder } = current();
    const repository = new RepositoryBuilder();
    try {
      repository
        .commit({
          files: [
            ["A.md", "a\n"],
            ["B.md", "b\n"],
          ],
        })
        .commit({ files: [["B.md", null]] })
        .write();
      await bring(repository, wiki);
      const head = await recorder.head();
      expect(await bring(repository, wiki)).toMatchObject({ commits: { total: 0, imported: 0 }, events: 0 });
      expect(await recorder.head()).toBe(head);
      repository
        .commit({
          files: [
            ["A.md", null],
            ["guides/A.md", "a\n"],
          ],
        })
        .commit({ branch: "side", files: [["guides/A.md", "a\nside\n"]] })
        .commit({ files: [["B.md", "b again\n"]] })
        .commit({ merge: "side", files: [["guides/A.md", "a\nside\n"]] })
        .write();
      expect(await bring(repository, wiki)).toMatchObject({
        ...{ commits: { total: 4, imported: 3 }, times: "source" },
        pages: { moved: 1, restored: 1, edited: 1, created: 0, deleted: 0 },
      });
      expect(await differencesAtEnd(wiki, repository)).toEqual([]);
      expect((await alongHistory(wiki, repository)).differences).toEqual([]);
      await assertWikiInvariants(wiki);
    } finally {
      repository.remove();
    }
  });

  test("goes on where it was stopped, at any commit, and comes to the same", async () => {
    const { wiki } = current();
    const total = Number(quirky.git("rev-list", "--count", "main"));
    for (let stops = 1; ; stops++) {
      const stop = new AbortController();
      let left = stops % 3 === 0 ? 4 : 1;
      const onProgress = () => {
        if (--left === 0) stop.abort();
      };
      const { interrupted } = await bring(quirky, wiki, { signal: stop.signal, onProgress });
      if (!interrupted) break;
      expect(stops).toBeLessThan(total);
    }
    expect(await differencesAtEnd(wiki, quirky)).toEqual([]);
    expect((await alongHistory(wiki, quirky)).differences).toEqual([]);
    await assertWikiInvariants(wiki);
  });

  test("merges what came into a wiki where people have edited, and tells where the repository won", async () => {
    const { wiki } = current();
    const repository = new RepositoryBuilder();
    try {
      repository
        .commit({
          files: ["Both", "Mine", "Deleted", "Renamed", "Quiet"].map((name) => [`${name}.md`, "a\nb\nc\n"] as const),
        })
        .write();
      await bring(repository, wiki);
      await wiki.updateBody("both", "A\nb\nc\n");
      await wiki.updateBody("mine", "mine\nb\nc\n");
      await wiki.deletePage("deleted");
      await wiki.updateSlug("renamed", "elsewhere");
      const { version } = await wiki.getPageDetails("mine");
      repository
        .commit({
          files: [
            ["Both.md", "a\nb\nC\n"],
            ["Mine.md", "theirs\nb\nc\n"],
            ["Deleted.md", "a\nb\nand c\n"],
            ["Renamed.md", null],
            ["Moved.md", "a\nb\nc\n"],
          ],
        })
        .commit({
          files: [
            ["Both.md", "a\nb\nCC\n"],
            ["Quiet.md", null],
          ],
        })
        .write();
      const summary = await bring(repository, wiki);
      expect(summary.times).toBe("clock");
      expect(summary.conflicts).toMatchObject([
        { path: "Deleted.md", slug: "deleted" },
        { path: "Mine.md", slug: "mine", version },
      ]);
      expect((await wiki.getPageDetails("both")).body).toBe("A\nb\nCC\n");
      expect((await wiki.getPageDetails("mine")).body).toBe("theirs\nb\nc\n");
      expect((await wiki.getPageDetails("mine", { version })).body).toBe("mine\nb\nc\n");
      expect((await wiki.getPageDetails("deleted")).body).toBe("a\nb\nand c\n");
      expect(await wiki.getPageDetails("elsewhere")).toMatchObject({ path: "Moved.md", title: "Moved" });
      const last = (await wiki.getPageHistory("both")).at(-1);
      expect(last?.recordedAt).toBe(current().now);
      await assertWikiInvariants(wiki);
    } finally {
      repository.remove();
    }
  });

  test("writes nothing when it is tried out, and says the same as when it is done", async () => {
    const { wiki, recorder } = current();
    const people = await accounts.selectFrom("person").select("id").execute();
    const tried = await bring(quirky, wiki, { into: { wiki } });
    expect(await recorder.head()).toBe(0);
    expect(await accounts.selectFrom("person").select("id").execute()).toHaveLength(people.length);
    const done = await bring(quirky, wiki);
    expect({ ...tried, seconds: 0 }).toEqual({ ...done, seconds: 0, events: 0 });
  });

  test("refuses a repository that does not lead on from what was imported", async () => {
    const { wiki, recorder } = current();
    const other = new RepositoryBuilder();
    try {
      other.commit({ files: [["A.md", "a\n"]] }).write();
      await bring(other, wiki);
      const head = await recorder.head();
      await expect(bring(quirky, wiki)).rejects.toMatchObject({ code: "HISTORY_DIVERGED" });
      const rewritten = new RepositoryBuilder().commit({ message: "other", files: [["A.md", "b\n"]] }).write();
      rewritten.git("fetch", "--quiet", other.directory);
      await expect(bring(rewritten, wiki)).rejects.toMatchObject({ code: "HISTORY_DIVERGED" });
      rewritten.remove();
      expect(await recorder.head()).toBe(head);
    } finally {
      other.remove();
    }
  });

  test("finds nothing in a repository without commits, and no branch that is not there", async () => {
    const empty = new RepositoryBuilder();
    try {
      expect(await bring(empty, current().wiki)).toMatchObject({ head: null, commits: { total: 0 } });
      await expect(bring(quirky, current().wiki, { branch: "no such" })).rejects.toMatchObject({
        code: "BRANCH_NOT_FOUND",
        branches: ["drawing", "main", "second", "side"],
      });
    } finally {
      empty.remove();
    }
  });
});
