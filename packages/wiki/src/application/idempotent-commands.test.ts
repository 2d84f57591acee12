import { openMemoryRecorder } from "@palimpsest/eventsourcing/memory";
import { describe, expect, test } from "vitest";
import { describeWiki } from "../../test/describe-wiki.ts";
import { exploreInterleavings } from "../../test/interleavings.ts";
import { SlugConflictError } from "../domain/page-errors.ts";
import type { PageDetails } from "./page-details.ts";
import { WikiApplication } from "./wiki-application.ts";

type Command = (wiki: WikiApplication, slug: string) => Promise<PageDetails>;

/** Each command, on a wiki that was prepared for it. */
const COMMANDS: { readonly [name: string]: Command } = {
  createPage: (wiki, slug) => wiki.createPage({ title: "Fresh", slug: `${slug}-fresh`, tags: ["x"] }, keyed(slug)),
  updateTitle: (wiki, slug) => wiki.updateTitle(slug, "Renamed", keyed(slug)),
  updateBody: (wiki, slug) => wiki.updateBody(slug, "c", keyed(slug)),
  updateTags: (wiki, slug) => wiki.updateTags(slug, ["x"], keyed(slug)),
  editPage: (wiki, slug) => wiki.editPage(slug, { title: "Renamed", body: "c", basedOn: 3 }, keyed(slug)),
  revertPage: (wiki, slug) => wiki.revertPage(slug, 1, keyed(slug)),
  updateSlug: (wiki, slug) => wiki.updateSlug(slug, `${slug}-elsewhere`, keyed(slug)),
  deletePage: (wiki, slug) => wiki.deletePage(slug, keyed(slug)),
  restorePage: (wiki, slug) => wiki.restorePage(`${slug}-gone`, { ...keyed(slug), as: `${slug}-back` }),
};

function keyed(slug: string) {
  return { idempotencyKey: `key of ${slug}` };
}

/** Makes a page of three versions, and one that is deleted. */
async function prepare(wiki: WikiApplication, slug: string): Promise<void> {
  await wiki.createPage({ title: "One", slug, body: "a" });
  await wiki.updateBody(slug, "b");
  await wiki.updateTitle(slug, "Uno");
  await wiki.createPage({ title: "Gone", slug: `${slug}-gone` });
  await wiki.deletePage(`${slug}-gone`);
}

describeWiki("a command with an idempotency key", (current) => {
  test("is done once, whichever it is", async () => {
    const { wiki, recorder, open } = current();
    const other = await open();
    for (const [slug, command] of Object.entries(COMMANDS)) {
      await prepare(wiki, slug);
      const first = await command(wiki, slug);
      const head = await recorder.head();
      expect(await command(wiki, slug)).toEqual(first);
      expect(await command(other, slug)).toEqual(first);
      expect(await recorder.head()).toBe(head);
    }
  });

  test("answers the page as it is now, also where it has moved on since or is deleted", async () => {
    const { wiki } = current();
    await prepare(wiki, "one");
    const edit = () => wiki.editPage("one", { body: "c" }, keyed("one"));
    const { pageId } = await edit();
    await wiki.updateSlug("one", "two");
    expect(await edit()).toMatchObject({ pageId, slug: "two", body: "c" });
    await wiki.deletePage("two");
    expect(await edit()).toMatchObject({ pageId, deleted: true });
  });

  test("may be tried again where it was refused", async () => {
    const { wiki } = current();
    await prepare(wiki, "one");
    const create = () => wiki.createPage({ title: "Again", slug: "one" }, keyed("one"));
    await expect(create()).rejects.toThrow(SlugConflictError);
    await wiki.deletePage("one");
    expect(await create()).toMatchObject({ title: "Again" });
  });
});

describe("a command that is sent twice at once with an idempotency key", () => {
  test.each(Object.entries(COMMANDS))(
    "is done once and answered twice, in every order of calls: %s",
    async (_name, command) => {
      const count = await exploreInterleavings({
        setUp: async (stepwise) => {
          const recorder = openMemoryRecorder();
          const plain = await WikiApplication.open({ store: recorder, env: {} });
          await prepare(plain, "one");
          const open = () => WikiApplication.open({ store: stepwise(recorder), env: {} });
          return { plain, head: await recorder.head(), wikis: [await open(), await open()] as const };
        },
        clients: [({ wikis }) => command(wikis[0], "one"), ({ wikis }) => command(wikis[1], "one")],
        check: async ({ plain, head }, [one, other]) => {
          expect(one).toMatchObject({ status: "fulfilled" });
          expect(other).toEqual(one);
          const rows = await plain.events.recorder.readLog({ start: head + 1, limit: 99 });
          expect(new Set(rows.map(({ saveId }) => saveId)).size).toBe(1);
        },
      });
      expect(count).toBeGreaterThan(3);
    },
  );
});
