import { expect, test } from "vitest";
import { ancestorsIn, type TreePlace, treeAround } from "../../src/access/page-tree.ts";
import { currentUserId, type UserId } from "../../src/domain/current-user.ts";
import { toSlug } from "../../src/domain/slug.ts";
import type { PageSelection } from "../../src/read-models/pages/page-queries.ts";
import { describeReadModels } from "./describe-read-models.ts";

const ALL = { deleted: false };

describeReadModels("listings", (current) => {
  const create = (
    slug: string,
    title = slug,
    rest: { readonly body?: string; readonly tags?: readonly string[] } = {},
  ) => {
    current().now += 1_000;
    return current().wiki.createPage({ slug, title, ...rest });
  };

  const listAll = async (selection: PageSelection, between: () => Promise<unknown> = async () => {}) => {
    const slugs: string[] = [];
    for (let after: string | undefined; ; ) {
      const part = await current().models.listPages(ALL, { ...selection, after, limit: 2 });
      slugs.push(...part.rows.map(({ slug }) => slug));
      if (part.next === undefined) return slugs;
      after = part.next;
      await between();
    }
  };

  test("are in order by title, slug and time, and go on where they stopped", async () => {
    for (const [slug, title] of [
      ["c", "Élan"],
      ["a", "zebra"],
      ["d", "eland"],
      ["b", "Elbow"],
      ["e", "日本"],
    ] as const)
      await create(slug, title);
    await current().wiki.updateBody("a", "changed");
    await current().caughtUp();
    expect(await listAll({ order: "title" })).toEqual(["c", "d", "b", "a", "e"]);
    expect(await listAll({ order: "slug" })).toEqual(["a", "b", "c", "d", "e"]);
    expect(await listAll({ order: "created" })).toEqual(["e", "b", "d", "a", "c"]);
    expect((await listAll({ order: "modified" }))[0]).toBe("e");
  });

  test("show each page that stays once while others come, go and are renamed", async () => {
    for (const slug of ["a", "c", "e", "g", "i", "k"]) await create(slug, slug, { tags: ["kept"] });
    await current().caughtUp();
    let round = 0;
    const seen = await listAll({ order: "title" }, async () => {
      round += 1;
      await create(`a${round}`);
      if (round === 1) await current().wiki.deletePage("c");
      if (round === 1) await current().wiki.updateTitle("a", "zzz");
      await current().caughtUp();
    });
    expect(seen.filter((slug) => slug !== "a")).toEqual(["c", "e", "g", "i", "k"]);
    expect(await listAll({ tag: "kept" })).toEqual(["e", "g", "i", "k", "a"]);
  });

  test("refuse a cursor of another order, a limit beyond 500, and what is no cursor", async () => {
    await create("a");
    await create("b");
    const { models } = current();
    await current().caughtUp();
    const { next } = await models.listPages(ALL, { order: "title", limit: 1 });
    for (const bad of [
      { order: "modified", after: next },
      { after: "nonsense" },
      { after: "bnVsbA" },
      // ["\0", "a"], [1e300, "a"]
      { after: "WyJcdTAwMDAiLCJhIl0" },
      { order: "created", after: "WzFlMzAwLCJhIl0" },
      { limit: 501 },
      { limit: 0 },
    ] as const) {
      await expect(models.listPages(ALL, bad as PageSelection)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
  });

  test("show the tree of slugs, with names that are no pages, and how many pages each leads to", async () => {
    for (const slug of ["guides/start", "guides/start/now", "guides/end", "home"])
      await create(slug, slug.toUpperCase());
    await current().wiki.deletePage("guides/end");
    await create("guides", "Moved away");
    await current().wiki.updateSlug("guides", "intro");
    const models = await current().caughtUp();
    const top = (await models.listChildren(ALL, "")).rows;
    expect(top.map(({ path, name, page, pages }) => [path, name, page?.title, pages])).toEqual([
      ["guides", "guides", undefined, 2],
      ["home", "home", "HOME", 1],
      ["intro", "intro", "Moved away", 1],
    ]);
    const below = (await models.listChildren(ALL, toSlug("guides"))).rows;
    expect(below.map(({ path, name, page, pages }) => [path, name, page?.title, pages])).toEqual([
      ["guides/start", "start", "GUIDES/START", 2],
    ]);
    await current().wiki.updateSlug("guides/start/now", "elsewhere");
    await current().caughtUp();
    expect((await models.listChildren(ALL, toSlug("guides/start"))).rows).toEqual([]);
  });

  test("show the tree in the natural order of titles, of which a page that moves or goes leaves its name", async () => {
    const titles = { x1: "Part 10", x2: "part 2", x3: "Édition", x4: "zoo", "part-9/a": "A" };
    for (const [slug, title] of Object.entries(titles)) await create(slug, title);
    const order = async (visibility = ALL) => {
      const models = await current().caughtUp();
      const rows: string[] = [];
      for (let after: string | undefined; ; ) {
        const part = await models.listChildren(visibility, "", { after, limit: 2 });
        rows.push(...part.rows.map(({ path }) => path));
        if (part.next === undefined) return rows;
        after = part.next;
      }
    };
    expect(await order()).toEqual(["x3", "x2", "part-9", "x1", "x4"]);
    const { wiki } = current();
    await wiki.updateTitle("x4", "Part 1");
    await create("x2/below", "B");
    await wiki.updateSlug("x2", "moved");
    await wiki.deletePage("x1");
    expect(await order()).toEqual(["x3", "x4", "moved", "part-9", "x2"]);
    await create("x1", "Aaa");
    expect(await order()).toEqual(["x1", "x3", "x4", "moved", "part-9", "x2"]);
    const models = await current().caughtUp();
    await models.rebuild("pages");
    expect(await order()).toEqual(["x1", "x3", "x4", "moved", "part-9", "x2"]);
  });

  test("show a page in the tree that is not among the first of its branch, and what is above it", async () => {
    for (const slug of ["a", "b", "c", "d", "e/1", "e/2", "e/3", "e/3/deep", "f", "g"]) await create(slug, slug);
    const readModels = await current().caughtUp();
    const around = (slug: string) => treeAround(toSlug(slug), { readModels, visibility: ALL, places: 2 });
    const shown = (places: readonly TreePlace[]): unknown =>
      places.map(({ slug, isAfterGap, children }) => [`${isAfterGap ? "… " : ""}${slug}`, shown(children)]);
    expect(shown(await around("a"))).toEqual([
      ["a", []],
      ["b", []],
    ]);
    expect(shown(await around("e/3/deep"))).toEqual([
      ["a", []],
      ["b", []],
      [
        "… e",
        [
          ["e/1", []],
          ["e/2", []],
          ["e/3", [["e/3/deep", []]]],
        ],
      ],
      ["f", []],
    ]);
    expect(ancestorsIn(await around("e/3/deep"), toSlug("e/3/deep")).map(({ slug }) => slug)).toEqual(["e", "e/3"]);
    // The next one is no gap.
    expect(shown(await around("c"))).toEqual([
      ["a", []],
      ["b", []],
      ["c", []],
      ["d", []],
    ]);
    expect(shown(await around("cc"))).toEqual([
      ["a", []],
      ["b", []],
    ]);
  });

  test("find a page by a slug that it had, until another page has it", async () => {
    const { pageId } = await create("old", "First");
    await current().wiki.updateSlug("old", "newer");
    const models = await current().caughtUp();
    expect(await models.findPage(ALL, toSlug("old"))).toMatchObject({ pageId, slug: "newer" });
    expect(
      [
        ...(await models.existingSlugs(
          ALL,
          ["old", "newer", "other"].map((it) => toSlug(it)),
        )),
      ].sort(),
    ).toEqual(["newer", "old"]);
    await create("old", "Second");
    await current().caughtUp();
    expect(await models.findPage(ALL, toSlug("old"))).toMatchObject({ title: "Second", slug: "old" });
    await current().wiki.deletePage("old");
    await current().caughtUp();
    expect(await models.findPage(ALL, toSlug("old"))).toBeUndefined();
    expect(await models.findPage({ deleted: true }, toSlug("old"))).toMatchObject({ title: "Second", deleted: true });
  });

  test("list links to a page by all slugs that lead to it, and those that lead nowhere", async () => {
    const target = await create("target", "Target", { body: "[[target]] alone" });
    await create("by-old", "By old", { body: "[[target]] and [[nowhere]]" });
    await current().wiki.updateSlug("target", "moved");
    await create("by-new", "By new", { body: "![[moved]]\n\nand [[nowhere]], [[also nowhere]]" });
    const models = await current().caughtUp();
    const names = async (slug: string) =>
      (await models.backlinks(ALL, toSlug(slug))).rows.map(({ slug: from, includes }) => [from, includes]);
    expect(await names("moved")).toEqual([
      ["by-new", true],
      ["by-old", false],
    ]);
    expect(await names("target")).toEqual([
      ["by-new", true],
      ["by-old", false],
    ]);
    expect(await names("nowhere")).toEqual([
      ["by-new", false],
      ["by-old", false],
    ]);
    expect((await models.missingPages(ALL)).rows).toEqual([
      { slug: "nowhere", links: 2 },
      { slug: "also-nowhere", links: 1 },
    ]);
    expect((await models.orphans(ALL)).rows.map(({ slug }) => slug)).toEqual(["by-new", "by-old"]);
    await create("target", "Another");
    await current().caughtUp();
    expect(await names("moved")).toEqual([["by-new", true]]);
    // Now the first page's own link leads to another page.
    expect((await names("target")).map(([slug]) => slug)).toEqual(["by-old", "moved"]);
    expect((await models.linksFrom(ALL, target.pageId)).rows.map(({ page }) => page?.title)).toEqual(["Another"]);
    await create("nowhere");
    await current().caughtUp();
    expect((await models.missingPages(ALL)).rows).toEqual([{ slug: "also-nowhere", links: 1 }]);
  });

  test("count links to the former slugs of a page that is deleted among those that lead nowhere", async () => {
    await create("target", "Target");
    await create("source", "Source", { body: "[[target]]" });
    await current().wiki.updateSlug("target", "moved");
    const models = await current().caughtUp();
    expect((await models.missingPages(ALL)).rows).toEqual([]);
    await current().wiki.deletePage("moved");
    await current().caughtUp();
    expect((await models.missingPages(ALL)).rows).toEqual([{ slug: "target", links: 1 }]);
    await current().wiki.restorePage("moved");
    await current().caughtUp();
    expect((await models.missingPages(ALL)).rows).toEqual([]);
  });

  test("show the text that stays where a model is made anew from a long log", async () => {
    await create("a", "A", { body: "first [[gone]]" });
    await create("b", "B", { body: "kept [[a]]" });
    for (let i = 0; i < 250; i++) await current().wiki.updateBody("a", `words ${i} of many [[b]]`);
    const models = await current().caughtUp();
    const read = async () => [
      await models.listPages(ALL),
      await models.missingPages(ALL),
      await models.backlinks(ALL, toSlug("b")),
      await models.search(ALL, { text: "249" }),
      await models.listChanges(ALL, { limit: 500 }),
    ];
    const followed = await read();
    for (const name of models.names) await models.rebuild(name);
    expect(await read()).toEqual(followed);
    expect(followed[1]).toMatchObject({ rows: [] });
    expect(followed[3]).toMatchObject({ total: 1 });
  });

  test("tell changes by page, author, kind and time", async () => {
    const ana = "019a0000-0000-7000-8000-000000000001" as UserId;
    const { pageId } = await create("a", "A");
    await create("b", "B");
    const from = current().now + 1_000;
    current().now = from;
    await currentUserId.run(ana, async () => {
      await current().wiki.editPage("a", { title: "AA", body: "ä", tags: ["t"] }, { summary: "why" });
      current().now += 1_000;
      await current().wiki.updateSlug("a", "c");
      current().now += 1_000;
      await current().wiki.revertPage("c", 1);
    });
    const models = await current().caughtUp();
    const [reverted, renamed, edited] = await models.listChanges(ALL, { pageId });
    expect(edited).toMatchObject({
      ...{ kinds: ["edited", "retitled", "tagged"], title: "AA", summary: "why", userId: ana, recordedAt: from },
      ...{ versionBefore: 1, version: 4, sizeBefore: 0, sizeAfter: 2, slugBefore: undefined },
    });
    expect(renamed).toMatchObject({ kinds: ["renamed"], slugBefore: "a", slug: "c" });
    expect(reverted?.kinds).toEqual(["edited", "retitled", "tagged", "reverted"]);
    const positions = async (selection: object) =>
      (await models.listChanges(ALL, selection)).map(({ kinds }) => kinds[0]);
    expect(await positions({ author: ana })).toHaveLength(3);
    expect(await positions({ author: null })).toEqual(["created", "created"]);
    expect(await positions({ kind: "created" })).toHaveLength(2);
    expect(await positions({ kind: "renamed" })).toEqual(["renamed"]);
    expect(await positions({ kind: "edited" })).toHaveLength(2);
    expect(await positions({ from, to: from })).toEqual(["edited"]);
    expect(await positions({ to: from - 1 })).toEqual(["created", "created"]);
    expect(await positions({ before: renamed?.position, limit: 1 })).toEqual(["edited"]);
    expect(await models.contributors(ALL)).toMatchObject([
      { userId: ana, changes: 3 },
      { userId: null, changes: 2 },
    ]);
    await expect(models.listChanges(ALL, { from: Number.NaN })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("tell of a save once where a batch ends within it", async () => {
    await create("a", "A");
    // Events 4 to 6, 7 to 9, …: a first batch of 16 on SQLite ends within one of them.
    for (let i = 0; i < 12; i++) await current().wiki.editPage("a", { title: `A${i}`, body: `${i}`, tags: [`t${i}`] });
    const models = await current().caughtUp();
    const followed = await models.listChanges(ALL);
    await models.rebuild("changes");
    expect(await models.listChanges(ALL)).toEqual(followed);
    expect(followed.map(({ kinds }) => kinds.length)).toEqual([...Array(12).fill(3), 1]);
    expect((await models.contributors(ALL))[0]?.changes).toBe(13);
  });

  test("answer while a model is rebuilt, and show what was changed meanwhile", async () => {
    for (const slug of ["a", "b", "c"]) await create(slug, slug, { body: `${slug} word` });
    const models = await current().caughtUp();
    const counts: number[] = [];
    await models.rebuild("search", {
      onProgress: async () => counts.push((await models.search(ALL, { text: "word" })).total),
    });
    expect(new Set(counts)).toEqual(new Set([3]));
    const rebuilding = models.rebuild("pages");
    await create("d");
    await rebuilding;
    await current().caughtUp();
    expect(await models.countPages(ALL)).toBe(4);
  });
});
