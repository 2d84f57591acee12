import { z } from "zod";
import type { PageDetails } from "../../application/page-details.ts";
import { PageNotFoundError } from "../../domain/page-errors.ts";
import { pageAddress, sourceAddress } from "../../views/addresses.ts";
import { type PageModel, pageView, type Standing } from "../../views/page.ts";
import { NumberField, SlugField } from "../fields.ts";
import { notShown, resource } from "../resource.ts";
import { authorOf, frameFor, type Site } from "../site.ts";

/** A page as programs get it. */
export const PageOutput = z.object({
  pageId: z.uuid(),
  slug: z.string(),
  title: z.string(),
  body: z.string().describe("Markdown"),
  tags: z.array(z.string()),
  version: z.int(),
  currentVersion: z.int(),
  deleted: z.boolean(),
  recordedAt: z.int().describe("When this version was made, in milliseconds since 1970"),
  author: z.object({ id: z.uuid(), name: z.string() }).nullable(),
});

/** A page, or one of its versions. */
export function readPage(site: Site) {
  return resource({
    summary: "A page as it is, or as one of its versions was",
    input: z.strictObject({ slug: SlugField, version: NumberField.optional(), redirectedFrom: z.string().optional() }),
    output: PageOutput,
    handle: async ({ slug, version, redirectedFrom }, asked) => {
      const { queries } = site.access.for(asked.viewer);
      const found = await queries.readPage(slug, version).catch((error: unknown) => {
        if (error instanceof PageNotFoundError && error.movedTo !== undefined) return error.movedTo;
        throw error;
      });
      if (typeof found === "string") {
        const to = asked.form === "markdown" ? sourceAddress(found) : pageAddress(found);
        return { kind: "moved", status: 302, to };
      }
      const { page, currentVersion, recordedAt, authorId } = found;
      const author = authorOf(authorId, await queries.namesOf([authorId]));
      const { path: _path, modifiedBy: _modifiedBy, ...shown } = page;
      const data = { ...shown, currentVersion, recordedAt, author };
      if (asked.form !== "html") return { kind: "shown", data, markdown: page.body, view: notShown };
      const { rendered, madeOf } = await queries.render(page);
      const surroundings = await queries.surroundings(page);
      const model: PageModel = {
        ...shown,
        ...surroundings,
        body: rendered.html,
        contents: rendered.contents,
        recordedAt,
        author,
        standing: standingOf(page, currentVersion),
        ...(redirectedFrom === undefined ? {} : { redirectedFrom }),
      };
      return { kind: "shown", data, madeOf, view: () => pageView(frameFor(site, asked), model) };
    },
  });
}

function standingOf({ deleted, version }: PageDetails, currentVersion: number): Standing {
  if (deleted) return { kind: "deleted" };
  return version === currentVersion ? { kind: "current" } : { kind: "old", currentVersion };
}
