import { expect, test } from "vitest";
import { assertWikiInvariants } from "../../test/assert-wiki-invariants.ts";
import { describeWiki } from "../../test/describe-wiki.ts";
import { EditConflictError, SlugConflictError } from "../domain/page-errors.ts";

const TWENTY = Array.from({ length: 20 }, (_, n) => n);

function errorsOf(results: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
}

describeWiki("commands at once", (current) => {
  // Two wikis on one store: what each has cached, the other changes.
  const two = async () => [current().wiki, await current().open()] as const;

  test("keep all of 20 edits of different lines", async () => {
    const [here, there] = await two();
    // Between any two edited lines stands one that nobody edits.
    const lines = TWENTY.flatMap((n) => [`line ${n}`, "between"]);
    const { version: basedOn } = await here.createPage({ title: "One", slug: "one", body: lines.join("\n") });
    await Promise.all(
      TWENTY.map((n) => {
        const body = lines.with(2 * n, `edited by ${n}`).join("\n");
        return (n % 2 === 0 ? here : there).editPage("one", { body, basedOn });
      }),
    );
    const expected = TWENTY.flatMap((n) => [`edited by ${n}`, "between"]).join("\n");
    for (const wiki of [here, there])
      expect(await wiki.getPageDetails("one")).toMatchObject({ body: expected, version: 21 });
    await assertWikiInvariants(here);
  });

  test("keep all of 300 edits of one page on one node", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "Hot", slug: "hot" });
    await Promise.all(Array.from({ length: 300 }, (_, n) => wiki.updateTitle("hot", `Title ${n}`)));
    expect((await wiki.getPageDetails("hot")).version).toBe(301);
  });

  test("keep one of 20 edits of the same line, and tell the others of the conflict", async () => {
    const [here, there] = await two();
    const { version: basedOn } = await here.createPage({ title: "One", slug: "one", body: "line" });
    const edits = TWENTY.map((n) => (n % 2 === 0 ? here : there).editPage("one", { body: `edited by ${n}`, basedOn }));
    const errors = errorsOf(await Promise.allSettled(edits));
    expect(errors).toHaveLength(19);
    for (const error of errors) expect(error).toBeInstanceOf(EditConflictError);
    expect((await here.getPageDetails("one")).version).toBe(2);
  });

  test("make 20 pages, each logged once", async () => {
    const wikis = await two();
    await Promise.all(
      TWENTY.map((n) => wikis[n % 2 === 0 ? 0 : 1].createPage({ title: `Page ${n}`, slug: `page-${n}` })),
    );
    expect(await wikis[0].getPages()).toHaveLength(20);
    await assertWikiInvariants(wikis[1]);
  });

  test("give one slug to one of 20 that want it, by creation, rename and restoration, again and again", async () => {
    const [here, there] = await two();
    for (const n of TWENTY.slice(0, 4)) await here.createPage({ title: `Mover ${n}`, slug: `mover-${n}` });
    for (const n of TWENTY.slice(0, 4)) {
      await here.createPage({ title: `Gone ${n}`, slug: `gone-${n}` });
      await here.deletePage(`gone-${n}`);
    }
    for (const round of [1, 2, 3]) {
      const wanted = `wanted-${round}`;
      // In the second round those that restore pages come first, and win: in the third they restore them once more.
      const inTurn = round === 2 ? [...TWENTY.slice(4), ...TWENTY.slice(0, 4)] : TWENTY;
      const results = await Promise.allSettled(
        inTurn.map((n) => {
          const wiki = n % 2 === 0 ? here : there;
          if (n < 4) return wiki.updateSlug(`mover-${n}`, wanted).then(() => wiki.updateSlug(wanted, `mover-${n}`));
          if (n < 8)
            return wiki
              .restorePage(`gone-${n - 4}`, { as: wanted })
              .then(() => wiki.updateSlug(wanted, `gone-${n - 4}`))
              .then(() => wiki.deletePage(`gone-${n - 4}`));
          return wiki.createPage({ title: `Page ${n} of round ${round}`, slug: wanted });
        }),
      );
      for (const error of errorsOf(results)) expect(error).toBeInstanceOf(SlugConflictError);
      // A page that moves on frees the slug, so that one created page has it in the end, at most.
      const created = results.filter(({ status }, index) => status === "fulfilled" && (inTurn[index] ?? 0) >= 8);
      expect(created.length).toBeLessThanOrEqual(1);
      if (created.length === 0) await here.createPage({ title: "Late", slug: wanted });
      await assertWikiInvariants(there);
    }
  });

  test("keep each slug with one page while three pages chase each other's", async () => {
    const wikis = await two();
    for (const slug of ["a", "b", "c"]) await wikis[0].createPage({ title: slug, slug });
    const chase = TWENTY.map((n) => {
      const [from, to] = [
        ["a", "x"],
        ["b", "a"],
        ["c", "b"],
        ["x", "c"],
        ["a", "b"],
      ][n % 5] as [string, string];
      return wikis[n % 2 === 0 ? 0 : 1].updateSlug(from, to);
    });
    for (const error of errorsOf(await Promise.allSettled(chase))) {
      expect(["SLUG_CONFLICT", "PAGE_NOT_FOUND"]).toContain((error as { code?: string }).code);
    }
    expect(await wikis[0].getPages()).toHaveLength(3);
    await assertWikiInvariants(wikis[1]);
  });
});
