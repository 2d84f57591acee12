import { expect, test } from "vitest";
import { assertWikiInvariants } from "../../test/assert-wiki-invariants.ts";
import { describeWiki, refusalOf } from "../../test/describe-wiki.ts";
import { PageNotFoundError, SlugConflictError } from "../domain/page-errors.ts";

describeWiki("the slugs of pages", (current) => {
  const pageAt = async (slug: string) => (await current().wiki.getPageDetails(slug)).title;
  const movedFrom = (slug: string) => refusalOf(current(), () => current().wiki.getPageDetails(slug));

  test("lead on from each former slug, along a chain of renames, to where the page is now", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "a" });
    for (const [from, to] of [
      ["a", "b"],
      ["b", "c"],
      ["c", "d"],
    ] as const)
      await wiki.updateSlug(from, to);
    expect(await pageAt("d")).toBe("One");
    for (const slug of ["a", "b", "c"]) {
      const error = await movedFrom(slug);
      expect(error).toBeInstanceOf(PageNotFoundError);
      expect(error).toMatchObject({ slug, movedTo: "d" });
      expect(await refusalOf(current(), () => wiki.updateSlug(slug, "e"))).toMatchObject({ movedTo: "d" });
    }
    await assertWikiInvariants(wiki);
  });

  test("can be had back by the page that had them", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "a" });
    await wiki.updateSlug("a", "b");
    await wiki.updateSlug("b", "a");
    expect(await pageAt("a")).toBe("One");
    expect(await movedFrom("b")).toMatchObject({ movedTo: "a" });
    await assertWikiInvariants(wiki);
  });

  test("can be swapped by way of a third, and then lead to nobody but their new owners", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "a" });
    await wiki.createPage({ title: "Two", slug: "b" });
    expect(await refusalOf(current(), () => wiki.updateSlug("a", "b"))).toBeInstanceOf(SlugConflictError);
    for (const [from, to] of [
      ["a", "third"],
      ["b", "a"],
      ["third", "b"],
    ] as const)
      await wiki.updateSlug(from, to);
    expect([await pageAt("a"), await pageAt("b")]).toEqual(["Two", "One"]);
    expect(await movedFrom("third")).toMatchObject({ movedTo: "b" });
    await assertWikiInvariants(wiki);
  });

  test("are freed by a deletion, and lead nowhere then", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "a" });
    await wiki.updateSlug("a", "b");
    expect(await wiki.deletePage("b")).toMatchObject({ deleted: true, title: "One" });
    for (const slug of ["a", "b"]) expect(await movedFrom(slug)).toMatchObject({ slug, movedTo: undefined });
    await wiki.createPage({ title: "Two", slug: "b" });
    expect(await pageAt("b")).toBe("Two");
    await assertWikiInvariants(wiki);
  });

  test("are not taken away from a page by one that is restored: it comes back under another", async () => {
    const { wiki } = current();
    const { pageId } = await wiki.createPage({ title: "Old", slug: "a", body: "text", tags: ["x"] });
    await wiki.deletePage("a");
    const owner = await wiki.createPage({ title: "New", slug: "a" });
    const error = await refusalOf(current(), () => wiki.restorePage("a"));
    expect(error).toBeInstanceOf(SlugConflictError);
    expect(error).toMatchObject({ slug: "a", usedBy: owner.pageId });
    const restored = await wiki.restorePage("a", { as: "b" });
    expect(restored).toMatchObject({ pageId, title: "Old", slug: "b", body: "text", tags: ["x"], deleted: false });
    expect([await pageAt("a"), await pageAt("b")]).toEqual(["New", "Old"]);
    await assertWikiInvariants(wiki);
  });

  test("of which several pages were deleted give them back one by one, the last first", async () => {
    const { wiki } = current();
    for (const title of ["One", "Two"]) {
      await wiki.createPage({ title, slug: "a" });
      await wiki.deletePage("a");
    }
    expect(await wiki.restorePage("a")).toMatchObject({ title: "Two", slug: "a" });
    expect(await wiki.restorePage("a", { as: "b" })).toMatchObject({ title: "One", slug: "b" });
    await assertWikiInvariants(wiki);
  });

  test("of deleted pages cannot be used to edit, rename, revert or delete them", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "a", body: "x" });
    await wiki.deletePage("a");
    for (const act of [
      () => wiki.editPage("a", { body: "y" }),
      () => wiki.editPage("a", { body: "y", basedOn: 1 }),
      () => wiki.updateTags("a", ["t"]),
      () => wiki.revertPage("a", 1),
      () => wiki.updateSlug("a", "b"),
      () => wiki.deletePage("a"),
      () => wiki.getPageHistory("a"),
    ]) {
      expect(await refusalOf(current(), act)).toBeInstanceOf(PageNotFoundError);
    }
    expect(await wiki.restorePage("a")).toMatchObject({ version: 3, body: "x" });
    expect(await wiki.editPage("a", { body: "y" })).toMatchObject({ version: 4, body: "y" });
  });

  test("do not let an edit reach another page that has the slug by now, where the edit says which page it means", async () => {
    const { wiki } = current();
    const { pageId, version } = await wiki.createPage({ title: "Plan", slug: "start", body: "mine\n" });
    await wiki.updateSlug("start", "plan");
    const other = await wiki.createPage({ title: "Start", slug: "start", body: "theirs\n" });
    expect(other.version).toBe(version);
    const edit = { body: "mine, and more\n", basedOn: version, pageId };
    expect(await refusalOf(current(), () => wiki.editPage("start", edit))).toMatchObject({
      code: "PAGE_NOT_FOUND",
      movedTo: "plan",
    });
    expect(await wiki.getPageDetails("start")).toEqual(other);
    expect(await wiki.editPage("plan", edit)).toMatchObject({ body: "mine, and more\n" });
  });

  test("that a page left while it lived do not bring it back after it was deleted under another", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "left" });
    await wiki.updateSlug("left", "last");
    await wiki.deletePage("last");
    expect(await refusalOf(current(), () => wiki.restorePage("left"))).toBeInstanceOf(PageNotFoundError);
    expect(await wiki.restorePage("last")).toMatchObject({ slug: "last", deleted: false });
  });

  test("do nothing where what is to be restored was not deleted, and say where it is if it is elsewhere", async () => {
    const { wiki, recorder } = current();
    const page = await wiki.createPage({ title: "One", slug: "a" });
    const head = await recorder.head();
    expect(await wiki.restorePage("a")).toEqual(page);
    expect(await recorder.head()).toBe(head);
    const error = await refusalOf(current(), () => wiki.restorePage("a", { as: "b" }));
    expect(error).toMatchObject({ code: "INVALID_INPUT", field: "slug", reason: "is of a page that is not deleted" });
    await wiki.updateSlug("a", "b");
    expect(await refusalOf(current(), () => wiki.restorePage("a"))).toMatchObject({
      code: "PAGE_NOT_FOUND",
      movedTo: "b",
    });
    expect(await wiki.restorePage("a", { as: "b" })).toMatchObject({ pageId: page.pageId });
  });
});
