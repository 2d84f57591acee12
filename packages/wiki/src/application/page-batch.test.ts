import { expect, test } from "vitest";
import { assertWikiInvariants } from "../../test/assert-wiki-invariants.ts";
import { describeWiki, refusalOf } from "../../test/describe-wiki.ts";
import type { PageAggregate } from "../domain/page.ts";
import { SlugConflictError } from "../domain/page-errors.ts";
import type { PageId } from "../domain/page-id.ts";
import { toBody, toTags, toTitle } from "../domain/page-text.ts";
import { toSlug } from "../domain/slug.ts";
import type { PageBatch } from "./page-batch.ts";

describeWiki("pages that are changed in one save", (current) => {
  const slugs = async () => (await current().wiki.getPages()).map(({ title, slug }) => `${title} ${slug}`).sort();

  const create = async (...slugs: readonly string[]): Promise<readonly PageId[]> => {
    const ids: PageId[] = [];
    for (const slug of slugs) ids.push((await current().wiki.createPage({ title: slug.toUpperCase(), slug })).pageId);
    return ids;
  };

  const change = (ids: readonly PageId[], command: (pages: readonly PageAggregate[], batch: PageBatch) => unknown) =>
    current().wiki.changePages({}, async (batch) => {
      const pages: PageAggregate[] = [];
      for (const id of ids) pages.push(await batch.get(id));
      await command(pages, batch);
    });

  const newPage = (slug: string) => ({ title: toTitle("New"), slug: toSlug(slug), body: toBody(""), tags: toTags([]) });

  test("can swap their slugs, with one event for each slug", async () => {
    const ids = await create("a", "b");
    const { receipt } = await change(ids, ([a, b]) => {
      a?.updateSlug(toSlug("b"));
      b?.updateSlug(toSlug("a"));
    });
    expect(await slugs()).toEqual(["A b", "B a"]);
    expect(receipt?.versions).toEqual([2, 2, 2, 2]);
    await assertWikiInvariants(current().wiki);
  });

  test("can hand slugs on along a chain, to a new page and from one that is deleted", async () => {
    const ids = await create("a", "b", "c");
    await change(ids, ([a, b, c], batch) => {
      c?.delete();
      b?.updateSlug(toSlug("c"));
      a?.updateSlug(toSlug("b"));
      batch.create(newPage("a"));
    });
    expect(await slugs()).toEqual(["A b", "B c", "New a"]);
    await assertWikiInvariants(current().wiki);
  });

  test("meet what was done to them before in the same save", async () => {
    const [id] = await create("a");
    const { wiki } = current();
    await wiki.changePages({}, async (batch) => {
      if (id === undefined) throw new Error("the page was made");
      (await batch.get(id)).updateSlug(toSlug("b"));
      (await batch.get(id)).updateTitle(toTitle("Edited"));
      expect((await batch.get(id)).pendingEvents).toHaveLength(2);
    });
    expect(await wiki.getPageDetails("b")).toMatchObject({ title: "Edited", version: 3 });
  });

  test("leave no trace of a slug that one has had in between alone", async () => {
    const [id] = await create("a");
    const { receipt } = await change(id === undefined ? [] : [id], ([page]) => {
      page?.updateSlug(toSlug("between"));
      page?.updateSlug(toSlug("a"));
    });
    expect(receipt?.versions).toEqual([2, 3]);
    await assertWikiInvariants(current().wiki);
  });

  test("are all as they were where two of them want one slug, or one wants another page's", async () => {
    const ids = await create("a", "b", "c");
    const two = ids.slice(0, 2);
    for (const wanted of ["d", "c"]) {
      const error = await refusalOf(current(), () =>
        change(two, (pages) => {
          for (const page of pages) page.updateSlug(toSlug(wanted));
        }),
      );
      expect(error).toBeInstanceOf(SlugConflictError);
      expect(error).toMatchObject({ slug: wanted, usedBy: ids[0] });
    }
    const taken = await refusalOf(current(), () => change(two.slice(0, 1), ([a]) => a?.updateSlug(toSlug("c"))));
    expect(taken).toMatchObject({ slug: "c", usedBy: ids[2] });
    expect(await slugs()).toEqual(["A a", "B b", "C c"]);
  });

  test("tell which slugs are free after what was done", async () => {
    const ids = await create("a", "b");
    await change(ids, async ([a], batch) => {
      const free = async () => [
        await batch.isFree(toSlug("a")),
        await batch.isFree(toSlug("b")),
        await batch.isFree(toSlug("c")),
      ];
      expect(await free()).toEqual([false, false, true]);
      a?.updateSlug(toSlug("c"));
      expect(await free()).toEqual([true, false, false]);
    });
  });

  test("run anew where another writer was faster, and are saved once under a key", async () => {
    const [id] = await create("a");
    const { wiki, open } = current();
    const other = await open();
    let runs = 0;
    const command = async (batch: PageBatch) => {
      if (id === undefined) throw new Error("the page was made");
      const page = await batch.get(id);
      runs += 1;
      if (runs === 1) await other.updateTitle("a", "Theirs");
      page.updateBody(toBody(`after ${page.state.title}`));
      return page.version;
    };
    expect(await wiki.changePages({ idempotencyKey: "k" }, command)).toMatchObject({
      answer: 3,
      receipt: { repeated: false },
    });
    expect(runs).toBe(2);
    expect((await wiki.getPageDetails("a")).body).toBe("after Theirs");
    const again = await wiki.changePages({ idempotencyKey: "k" }, command);
    expect([again.answer, again.receipt?.repeated, runs]).toEqual([undefined, true, 2]);
  });
});
