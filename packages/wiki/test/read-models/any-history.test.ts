import { CodedError } from "@palimpsest/eventsourcing";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { WikiApplication } from "../../src/application/wiki-application.ts";
import { currentUserId, type UserId } from "../../src/domain/current-user.ts";
import { describeReadModels } from "./describe-read-models.ts";
import { NaiveWiki, readEverything } from "./naive-wiki.ts";

const SLUGS = ["home", "guides", "guides/start", "guides/start/now", "faq", "old/faq"];
const FILES = ["map.png", "guides/map.png", "notes.txt"];
const WORDS = ["apple", "pear", "plum", "quince", "faq"];
const PEOPLE = [null, "019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000002"] as const;

const slug = fc.constantFrom(...SLUGS);
const file = fc.constantFrom(...FILES);
const body = fc
  .array(
    fc.oneof(
      fc.constantFrom(...WORDS, "é😀", "\n\n", "# "),
      slug.map((it) => `[[${it}]]`),
      file.map((it) => `![[${it}]]`),
      // Seen from the page: another file where that moves.
      file.map((it) => `[here](${it})`),
      slug.map((it) => `\n\n![[${it}]]\n\n`),
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(" "));
const title = fc.constantFrom("Apple", "Pear tree", "plum", "FAQ", "Quince pie");
const tags = fc.subarray(["fruit", "tree", "help"]);
const step = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), slug, title, body, tags }),
  fc.record({ kind: fc.constant("edit" as const), slug, title, body, tags }),
  fc.record({ kind: fc.constant("body" as const), slug, body }),
  fc.record({ kind: fc.constant("rename" as const), slug, to: slug }),
  fc.record({ kind: fc.constant("delete" as const), slug }),
  fc.record({ kind: fc.constant("restore" as const), slug, as: slug }),
  fc.record({ kind: fc.constant("revert" as const), slug, version: fc.integer({ min: 1, max: 3 }) }),
);
const history = fc.array(fc.record({ step, person: fc.constantFrom(...PEOPLE) }), {
  minLength: 60,
  maxLength: 150,
  size: "max",
});

async function act(
  wiki: WikiApplication,
  it: typeof step extends fc.Arbitrary<infer Step> ? Step : never,
): Promise<unknown> {
  switch (it.kind) {
    case "create":
      return wiki.createPage(it, { summary: `made ${it.title}` });
    case "edit":
      return wiki.editPage(it.slug, { title: it.title, body: it.body, tags: it.tags });
    case "body":
      return wiki.updateBody(it.slug, it.body);
    case "rename":
      return wiki.updateSlug(it.slug, it.to);
    case "delete":
      return wiki.deletePage(it.slug);
    case "restore":
      return wiki.restorePage(it.slug, { as: it.as });
    case "revert":
      return wiki.revertPage(it.slug, it.version);
  }
}

describeReadModels("read models", (current) => {
  test("show after any history what a fold of the whole log shows, followed live and made anew", async () => {
    const { wiki, models } = current();
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        for (const it of steps) {
          current().now += 1_000;
          // What is refused records nothing.
          await currentUserId
            .run(it.person as UserId | null, () => act(wiki, it.step))
            .catch((error: unknown) => {
              if (!(error instanceof CodedError)) throw error;
            });
        }
        await current().caughtUp();
        const naive = await NaiveWiki.read(wiki);
        for (const visibility of [{ deleted: false }, { deleted: true }]) {
          const expected = naive.everything(visibility, { words: WORDS, files: FILES });
          expect(await readEverything(models, visibility, { words: WORDS, files: FILES })).toEqual(expected);
        }
        for (const name of models.names) await models.rebuild(name);
        for (const visibility of [{ deleted: false }, { deleted: true }]) {
          expect(await readEverything(models, visibility, { words: WORDS, files: FILES })).toEqual(
            naive.everything(visibility, { words: WORDS, files: FILES }),
          );
        }
      }),
      // One long history: the store goes on, so that none could be made shorter.
      { numRuns: 1, endOnFailure: true },
    );
  }, 120_000);
});
