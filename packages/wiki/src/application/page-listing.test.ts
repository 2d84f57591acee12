import { expect, test } from "vitest";
import { countingRecorder } from "../../test/counting-recorder.ts";
import { describeWiki } from "../../test/describe-wiki.ts";

describeWiki("the listing of pages", (current) => {
  const createPages = async (count: number) => {
    for (let n = 1; n <= count; n++) await current().wiki.createPage({ title: `Page ${n}`, slug: `${n}` });
  };
  const slugs = async (selection?: Parameters<ReturnType<typeof current>["wiki"]["getPages"]>[0]) =>
    (await current().wiki.getPages(selection)).map(({ slug }) => Number(slug));

  test("selects by places in the order of creation, in both directions", async () => {
    await createPages(6);
    expect(await slugs()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await slugs({ gt: 2, lte: 4 })).toEqual([3, 4]);
    expect(await slugs({ desc: true, gt: 2 })).toEqual([6, 5, 4, 3]);
    expect(await slugs({ desc: true, limit: 2 })).toEqual([6, 5]);
    expect(await slugs({ gt: 6 })).toEqual([]);
    expect(await slugs({ lte: 0 })).toEqual([]);
    expect(await slugs({ gt: 4, lte: 2 })).toEqual([]);
    expect(await slugs({ limit: 0 })).toEqual([]);
    expect(await slugs({ limit: 99 })).toHaveLength(6);
  });

  test("leaves out deleted pages, whose places stay theirs, and fills its limit with others", async () => {
    const { wiki } = current();
    await createPages(8);
    for (const slug of ["1", "4", "5", "8"]) await wiki.deletePage(slug);
    expect(await slugs()).toEqual([2, 3, 6, 7]);
    expect(await slugs({ limit: 3 })).toEqual([2, 3, 6]);
    expect(await slugs({ desc: true, limit: 3 })).toEqual([7, 6, 3]);
    expect(await slugs({ gt: 3, limit: 1 })).toEqual([6]);
    expect(await slugs({ lte: 5 })).toEqual([2, 3]);
    await wiki.restorePage("4");
    expect(await slugs()).toEqual([2, 3, 4, 6, 7]);
  });

  test("takes few queries for a short listing, however many deleted pages there are", async () => {
    const { wiki, recorder, open } = current();
    await createPages(20);
    for (let n = 1; n <= 19; n++) await wiki.deletePage(`${n}`);
    const counting = countingRecorder(recorder);
    const cold = await open({ store: counting.recorder, cacheSize: 0 });
    expect((await cold.getPages({ limit: 1 })).map(({ slug }) => slug)).toEqual(["20"]);
    // The log, the snapshots and the events: of the first place, and then of all others.
    expect(counting.calls).toEqual([
      "readStream",
      "snapshots.find",
      "readStreams",
      "readStream",
      "snapshots.find",
      "readStreams",
    ]);
  });

  test("shows pages as they are now, with a warm cache as with a cold one", async () => {
    const { wiki, open } = current();
    await createPages(3);
    const warm = await wiki.getPages();
    const other = await open();
    await other.editPage("2", { title: "Edited", body: "x".repeat(5_000), tags: ["t"] });
    await other.updateSlug("3", "33");
    const pages = await wiki.getPages();
    expect(pages).toEqual(await (await open({ cacheSize: 0 })).getPages());
    expect(pages[0]).toEqual(warm[0]);
    expect(pages[1]).toMatchObject({ title: "Edited", version: 4, tags: ["t"] });
    expect(pages[2]).toMatchObject({ slug: "33", version: 2 });
  });
});
