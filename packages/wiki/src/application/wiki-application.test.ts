import { VersionNotFoundError } from "@palimpsest/eventsourcing";
import { expect, test } from "vitest";
import { assertWikiInvariants } from "../../test/assert-wiki-invariants.ts";
import { describeWiki, refusalOf } from "../../test/describe-wiki.ts";
import { currentUserId, UserId } from "../domain/current-user.ts";
import { Page } from "../domain/page.ts";
import { EditConflictError, PageNotFoundError } from "../domain/page-errors.ts";

const [ANA, BEN] = ["c0ffee00-0000-4000-8000-00000000000a", "c0ffee00-0000-4000-8000-00000000000b"].map((id) =>
  UserId.parse(id),
);

describeWiki("the pages of a wiki", (current) => {
  test("are as they were made, with one form of slug and tags", async () => {
    const { wiki, recorder } = current();
    const made = await wiki.createPage({
      title: "Getting Started",
      slug: "Getting_Started",
      body: "Hi\r\n",
      tags: [" B ", "a", "b"],
    });
    expect(made).toMatchObject({
      version: 1,
      title: "Getting Started",
      slug: "getting-started",
      body: "Hi\r\n",
      tags: ["a", "b"],
    });
    expect(await wiki.getPageDetails("getting-started")).toEqual(made);
    const topics = (await recorder.readLog({ limit: 9 })).map(({ topic, saveId }) => ({ topic, saveId }));
    expect(topics.map(({ topic }) => topic)).toEqual(["Page.Created", "PageLogged", "Index.Created"]);
    expect(new Set(topics.map(({ saveId }) => saveId)).size).toBe(1);
  });

  test("take an edit of everything in one save", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "one" });
    const edited = await wiki.editPage("one", { title: "Uno", body: "text", tags: ["x"] });
    expect(edited).toMatchObject({ version: 4, title: "Uno", body: "text", tags: ["x"] });
    const [, ...events] = await wiki.getPageHistory("one");
    expect(events.map(({ type }) => type)).toEqual(["TitleUpdated", "BodyUpdated", "TagsUpdated"]);
    const saveIds = (await wiki.events.recorder.readLog({ start: 4, limit: 9 })).map(({ saveId }) => saveId);
    expect([saveIds.length, new Set(saveIds).size]).toEqual([3, 1]);
  });

  test("merge what was edited in other lines, another field or other tags since", async () => {
    const { wiki } = current();
    const { version: basedOn } = await wiki.createPage({
      title: "One",
      slug: "one",
      body: "a\nb\nc",
      tags: ["old", "kept"],
    });
    await wiki.editPage("one", { body: "A\nb\nc", tags: ["kept", "theirs"] });
    await wiki.editPage("one", { title: "Uno", basedOn });
    await wiki.editPage("one", { body: "a\nb\nC", tags: ["old", "kept", "yours"], basedOn });
    expect(await wiki.getPageDetails("one")).toMatchObject({
      title: "Uno",
      body: "A\nb\nC",
      tags: ["kept", "theirs", "yours"],
    });
  });

  test("count an edit once that two make alike", async () => {
    const { wiki, recorder } = current();
    const { version: basedOn } = await wiki.createPage({ title: "One", slug: "one", body: "a\nb" });
    await wiki.editPage("one", { title: "Uno", body: "a\nB" });
    const head = await recorder.head();
    await wiki.editPage("one", { title: "Uno", body: "a\nB", basedOn });
    expect(await recorder.head()).toBe(head);
  });

  test("refuse an edit of lines or a title that have changed since, show all sides, and take it when it was joined", async () => {
    const { wiki } = current();
    const { version: basedOn } = await wiki.createPage({ title: "One", slug: "one", body: "a\nb", tags: ["t"] });
    await wiki.editPage("one", { title: "Uno", body: "a\ntheirs" });
    for (const yours of [{ title: "Eins" }, { body: "a\nyours" }, { title: "Eins", body: "a\nyours", tags: ["u"] }]) {
      const error = await refusalOf(current(), () => wiki.editPage("one", { ...yours, basedOn }));
      expect(error).toBeInstanceOf(EditConflictError);
      expect(error).toMatchObject({
        ...{ code: "EDIT_CONFLICT", slug: "one", basedOn, currentVersion: 3 },
        base: { title: "One", body: "a\nb", tags: ["t"] },
        theirs: { title: "Uno", body: "a\ntheirs", tags: ["t"] },
        yours: { title: "One", body: "a\nb", tags: ["t"], ...yours },
      });
    }
    const joined = await wiki.editPage("one", { title: "Eins", body: "a\ntheirs\nyours", basedOn: 3 });
    expect(joined).toMatchObject({ version: 5, title: "Eins", body: "a\ntheirs\nyours" });
  });

  test("go back to any version, and forward again", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "one", body: "first", tags: ["x"] });
    await wiki.editPage("one", { title: "Two", body: "second", tags: [] });
    expect(await wiki.revertPage("one", 1)).toMatchObject({ version: 7, title: "One", body: "first", tags: ["x"] });
    expect(await wiki.revertPage("one", 4)).toMatchObject({ version: 10, title: "Two", body: "second", tags: [] });
    expect(await wiki.revertPage("one", 10)).toMatchObject({ version: 10 });
    const reverted = await wiki.events.repository.history(Page, (await wiki.getPageDetails("one")).pageId, {
      after: 4,
      upTo: 8,
    });
    expect(reverted.map(({ metadata }) => metadata["revertedTo"])).toEqual([1, 1, 1, 4]);
    const error = await refusalOf(current(), () => wiki.revertPage("one", 11));
    expect(error).toBeInstanceOf(VersionNotFoundError);
    expect(error).toMatchObject({ version: 11, currentVersion: 10 });
  });

  test("tell their history: what, who, when and why", async () => {
    const { wiki } = current();
    const start = current().now;
    await currentUserId.run(ANA ?? null, () => wiki.createPage({ title: "One", slug: "one" }, { summary: "hello" }));
    current().now += 1_000;
    await currentUserId.run(BEN ?? null, () => wiki.updateBody("one", "text", { summary: "more" }));
    current().now += 1_000;
    await wiki.updateTitle("one", "Uno");
    expect(await wiki.getPageHistory("one")).toEqual([
      { version: 1, type: "Created", userId: ANA, recordedAt: start, position: 1, summary: "hello" },
      { version: 2, type: "BodyUpdated", userId: BEN, recordedAt: start + 1_000, position: 4, summary: "more" },
      { version: 3, type: "TitleUpdated", userId: null, recordedAt: start + 2_000, position: 5, summary: undefined },
    ]);
    expect((await wiki.getPageDetails("one")).modifiedBy).toBeNull();
    expect((await wiki.getPageDetails("one", { version: 2 })).modifiedBy).toBe(BEN);
  });

  test("are shown as they were at a version or an instant", async () => {
    const { wiki } = current();
    const start = current().now;
    const bodies = ["one", "one\ntwo", "two", "", "end", "the end", "the end."];
    await wiki.createPage({ title: "Title", slug: "slug", body: "one" });
    for (const body of bodies.slice(1)) {
      current().now += 1_000;
      await wiki.updateBody("slug", body);
    }
    await wiki.updateSlug("slug", "other");
    const shown = async (at: Parameters<typeof wiki.getPageDetails>[1]) =>
      (await wiki.getPageDetails("other", at)).body;
    for (const [index, body] of bodies.entries()) {
      expect(await shown({ version: index + 1 })).toBe(body);
      expect(await shown({ instant: start + index * 1_000 + 999 })).toBe(body);
      expect(await shown({ instant: new Date(start + index * 1_000) })).toBe(body);
    }
    expect(await wiki.getPageDetails("other", { version: 1 })).toMatchObject({ slug: "slug", version: 1 });
    await expect(shown({ version: 9 })).rejects.toThrow(VersionNotFoundError);
    await expect(shown({ instant: start - 1 })).rejects.toMatchObject({ code: "AGGREGATE_NOT_FOUND" });
  });

  test("are not found where there never were any, by all that takes a slug", async () => {
    const { wiki } = current();
    for (const act of [
      () => wiki.getPageDetails("none"),
      () => wiki.getPageHistory("none"),
      () => wiki.editPage("none", { title: "New" }),
      () => wiki.revertPage("none", 1),
      () => wiki.updateSlug("none", "some"),
      () => wiki.deletePage("none"),
      () => wiki.restorePage("none"),
    ]) {
      const error = await refusalOf(current(), act);
      expect(error).toBeInstanceOf(PageNotFoundError);
      expect(error).toMatchObject({ code: "PAGE_NOT_FOUND", slug: "none", movedTo: undefined });
    }
    await assertWikiInvariants(wiki);
  });
});
