import { z } from "zod";
import type { PageQueries } from "../../access/page-queries.ts";
import type { PageDetails } from "../../application/page-details.ts";
import { InvalidSlugError } from "../../domain/invalid-slug.ts";
import { PageNotFoundError } from "../../domain/page-errors.ts";
import { type Slug, slugFromPath, toSlug } from "../../domain/slug.ts";
import { pageAddress } from "../../views/addresses.ts";
import { errorView } from "../../views/error.ts";
import { type PageModel, pageView, type Standing } from "../../views/page.ts";
import { NumberField, SlugField } from "../fields.ts";
import { type Asked, notShown, type Reply, resource } from "../resource.ts";
import { authorOf, frameFor, type Site } from "../site.ts";
import { addressWithSlug, slugIn } from "./moved-pages.ts";
import { ofPage } from "./of-page.ts";
import { PageOutput, textOf } from "./page-output.ts";

/** A page, or one of its versions. */
export function readPage(site: Site) {
  return resource({
    summary: "A page as it is, or as one of its versions was",
    isKept: true,
    input: z.strictObject({
      slug: SlugField,
      version: NumberField.optional().describe("Default the version of now"),
      redirectedFrom: z.string().max(200).optional().describe("The address that led here"),
      saved: z.enum(["merged"]).optional().describe("What was just done"),
    }),
    output: PageOutput,
    errors: ["INVALID_SLUG", "PAGE_NOT_FOUND", "VERSION_NOT_FOUND"],
    handle: async ({ slug, version, redirectedFrom, saved }, asked) => {
      const { queries } = site.access.for(asked.viewer);
      const found = await queries.readPage(slug, version).catch((error: unknown) => {
        if (error instanceof PageNotFoundError && error.movedTo !== undefined) return error;
        throw error;
      });
      if (found instanceof PageNotFoundError) return movedTo(found.movedTo ?? found.slug, found.slug, asked);
      const { page, current, currentVersion, recordedAt, authorId } = found;
      if (current.slug !== slug) return { kind: "moved", status: 302, to: addressWithSlug(asked, current.slug) };
      const author = authorOf(authorId, await queries.namesOf([authorId]));
      const data = { ...textOf(page), currentVersion, recordedAt, author };
      if (asked.form !== "html") {
        return { kind: "shown", data, madeOf: ofPage(slug, page), markdown: page.body, view: notShown };
      }
      const { rendered, madeOf } = await queries.render(page);
      const surroundings = await queries.surroundings(page);
      const model: PageModel = {
        ...data,
        ...surroundings,
        slug: current.slug,
        body: rendered.html,
        contents: rendered.contents,
        standing: standingOf(page, currentVersion),
        ...(await redirectNote(queries, current.slug, redirectedFrom)),
      };
      const message = saved === "merged" ? { message: "Saved, and joined with what others changed meanwhile." } : {};
      const view = () => pageView({ ...frameFor(site, asked), ...message }, model);
      return {
        kind: "shown",
        data,
        madeOf: {
          aggregates: madeOf,
          structure: true,
          links: { slug: page.slug, count: surroundings.backlinks },
        },
        view,
      };
    },
    leadOn: async (error, asked) => {
      const found = error instanceof InvalidSlugError ? await likelyPage(site, asked) : undefined;
      return typeof found === "string" ? { kind: "moved", status: 302, to: addressWithSlug(asked, found) } : undefined;
    },
    showError: async (error, _given, asked) => {
      const missing = error instanceof InvalidSlugError ? await likelyPage(site, asked) : error;
      return missing instanceof PageNotFoundError ? missingPage(site, missing, asked) : undefined;
    },
  });
}

function movedTo(slug: string, from: string, asked: Asked): Reply {
  const to = asked.form === "html" ? `${pageAddress(slug)}?redirectedFrom=${encodeURIComponent(from)}` : undefined;
  return { kind: "moved", status: 302, to: to ?? addressWithSlug(asked, slug) };
}

/** Of an address that somebody else wrote, only what is true is said. */
async function redirectNote(queries: PageQueries, slug: string, from: string | undefined) {
  if (from === undefined) return {};
  const error = await queries.readPage(from).catch((thrown: unknown) => thrown);
  const isFormer = error instanceof PageNotFoundError && error.movedTo === slug;
  return isFormer ? { redirectedFrom: error.slug } : {};
}

async function missingPage(site: Site, { slug, code }: PageNotFoundError, asked: Asked): Promise<Reply> {
  const { queries, listings } = site.access.for(asked.viewer);
  const similar = await queries.similarPages(slug);
  const { total } = await listings.listPages({ under: toSlug(slug), limit: 1 });
  const view = () =>
    errorView(frameFor(site, asked), { status: 404, code, missingPage: { slug, similar, pagesBelow: total } });
  return { kind: "shown", status: 404, data: null, view };
}

/**
 * Other wikis take signs that ours does not, as in `/wiki/Go-1.10`: the slug of the page that an import makes of such a one, or
 * that there is no such page.
 */
async function likelyPage(site: Site, asked: Asked): Promise<Slug | PageNotFoundError | undefined> {
  const name = slugIn(asked);
  if (!name.split("/").every((part) => /[\p{L}\p{N}]/u.test(part))) return undefined;
  try {
    return (await site.access.for(asked.viewer).queries.readPage(slugFromPath(name))).page.slug;
  } catch (error) {
    if (!(error instanceof PageNotFoundError)) throw error;
    return error.movedTo ?? error;
  }
}

function standingOf({ deleted, version }: PageDetails, currentVersion: number): Standing {
  if (version !== currentVersion) return { kind: "old", currentVersion };
  return { kind: deleted ? "deleted" : "current" };
}
