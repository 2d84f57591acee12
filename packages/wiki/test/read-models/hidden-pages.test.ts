import { expect, test } from "vitest";
import { currentUserId, type UserId } from "../../src/domain/current-user.ts";
import { toSlug } from "../../src/domain/slug.ts";
import type { ReadModels } from "../../src/read-models/read-models.ts";
import type { Visibility } from "../../src/read-models/visibility.ts";
import { describeReadModels } from "./describe-read-models.ts";

const MARKER = "xyzzymarker";
const HIDER = "019a0000-0000-7000-8000-0000000dead0" as UserId;

/** All answers of all queries, about what is seen and about what is hidden. */
async function askEverything(models: ReadModels, visibility: Visibility, pageId: string): Promise<readonly unknown[]> {
  const hidden = pageId as never;
  const slugs = [toSlug(MARKER), toSlug(`${MARKER}-former`), toSlug("public"), toSlug(`${MARKER}-target`)];
  const answers: Promise<unknown>[] = [
    ...(["title", "slug", "modified", "created"] as const).map((order) => models.listPages(visibility, { order })),
    models.listPages(visibility, { prefix: MARKER }),
    models.listPages(visibility, { tag: MARKER }),
    models.listChildren(visibility, ""),
    models.listChildren(visibility, toSlug(MARKER)),
    models.randomPage(visibility),
    models.countPages(visibility),
    models.listTags(visibility),
    models.existingSlugs(visibility, slugs).then((found) => [...found]),
    models.completeTitles(visibility, MARKER.slice(0, 4)),
    ...[MARKER, `"${MARKER} text"`, `tag:${MARKER}`, `title:${MARKER}`, "public", `-public ${MARKER}`].flatMap(
      (text) => [
        models.search(visibility, { text }),
        models.search(visibility, { text, titleOnly: true }),
        models.search(visibility, { text, author: HIDER }),
        models.search(visibility, { text, tag: MARKER }),
      ],
    ),
    ...slugs.flatMap((slug) => [models.findPage(visibility, slug), models.backlinks(visibility, slug)]),
    models.linksFrom(visibility, hidden),
    models.missingPages(visibility),
    models.orphans(visibility),
    models.listChanges(visibility),
    models.listChanges(visibility, { pageId: hidden }),
    models.listChanges(visibility, { author: HIDER }),
    models.listChanges(visibility, { kind: "deleted" }),
    models.contributors(visibility),
    models.contributors(visibility, { pageId: hidden }),
    models.statistics(visibility),
  ];
  return Promise.all(answers);
}

describeReadModels("pages that are deleted", (current) => {
  test("leave no trace in any answer to those who may not see them, after rebuilding neither", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "Public", slug: "public", body: "text that all see", tags: ["common"] });
    await (await current().caughtUp()).statistics({ deleted: false });
    const before = await askEverything(current().models, { deleted: false }, "none");
    const pageId = await currentUserId.run(HIDER, async () => {
      const page = {
        title: `${MARKER} title`,
        slug: `${MARKER}-former`,
        body: `${MARKER} text [[${MARKER} target]] [[public]]`,
      };
      const created = await wiki.createPage({ ...page, tags: [MARKER, "common"] }, { summary: MARKER });
      await wiki.updateSlug(`${MARKER}-former`, MARKER);
      await wiki.updateBody(MARKER, `${page.body} more`, { summary: MARKER });
      return created.pageId;
    });
    await current().caughtUp();
    const shown = JSON.stringify(await askEverything(current().models, { deleted: false }, pageId));
    expect(shown).toContain(MARKER);
    expect(shown).toContain(HIDER);
    await currentUserId.run(HIDER, () => wiki.deletePage(MARKER));
    await current().caughtUp();
    for (const round of ["followed", "rebuilt"]) {
      if (round === "rebuilt") for (const name of current().models.names) await current().models.rebuild(name);
      const after = await askEverything(current().models, { deleted: false }, pageId);
      expect(JSON.stringify(after)).not.toContain(MARKER);
      expect(JSON.stringify(after)).not.toContain(HIDER);
      // Not as a number either.
      expect(after).toEqual(before);
      expect(JSON.stringify(await askEverything(current().models, { deleted: true }, pageId))).toContain(MARKER);
    }
  });
});
