import { uuid7 } from "@palimpsest/eventsourcing";
import type { PageBatch } from "../application/page-batch.ts";
import { type PageDetails, toPageDetails } from "../application/page-details.ts";
import { type CommandOptions, type EditBase, toCommandContext } from "../application/page-input.ts";
import { Page } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import { Body } from "../domain/page-text.ts";
import { type Slug, toSlug } from "../domain/slug.ts";
import type { WikiParts } from "./wiki-parts.ts";

/** Where a page goes, and whether the links of others go with it. */
export interface Renaming extends EditBase {
  readonly slug: string;
  readonly title?: string | undefined;
  readonly updateLinks: boolean;
}

// Of one save: other saves do not wait longer for it than for that of a large page.
const MAX_PAGES = 100;
const MAX_UNITS = 2 ** 20;

/**
 * Renames a page, and where that is asked for has the texts that link to it say its new slug, in one save. Of more texts
 * than one save takes, the others follow in further saves that share a change id; until then the old slug leads on.
 */
export async function renameWithLinks(
  parts: WikiParts,
  from: string,
  { updateLinks, ...edit }: Renaming,
  options: CommandOptions = {},
): Promise<PageDetails> {
  const { wiki, renderer } = parts;
  const to = toSlug(edit.slug);
  const { pageId, slug } = await wiki.getPageDetails(from);
  const shared = { ...options, changeId: uuid7() };
  const links = updateLinks ? await linksTo(parts, { pageId, slug }) : { sources: [], slugs: new Set<Slug>() };
  const rename = (page: PageDetails) => renderer.renameLinks(page.body, { from: links.slugs, to, slug: page.slug });

  let rest = links.sources;
  const renamed = await wiki.editPage(from, edit, {
    ...shared,
    also: async (pages) => {
      const page = await pages.get(pageId);
      // The links of the page itself are seen from where it was, and then from where it is.
      const own = { from: new Set([...links.slugs, slug]), to, slug, newSlug: to };
      updateBody(page, await renderer.renameLinks(toPageDetails(page).body, own));
      rest = await changeSome(pages, links.sources, rename);
    },
  });
  while (rest.length > 0) {
    const { summary, changeId } = toCommandContext(shared);
    const batch = rest;
    await wiki.changePages({ summary, changeId }, async (pages) => {
      rest = await changeSome(pages, batch, rename);
    });
  }
  return renamed;
}

/** The pages that link to a page, itself left out, and the slugs by which they do: former ones too. */
async function linksTo(
  { wiki, readModels }: WikiParts,
  { pageId, slug }: Pick<PageDetails, "pageId" | "slug">,
): Promise<{ readonly sources: readonly PageId[]; readonly slugs: ReadonlySet<Slug> }> {
  // Of what others have just written, too, the links are to be known.
  readModels.want(await wiki.events.recorder.head());
  const sources: PageId[] = [];
  let after: string | undefined;
  do {
    const { rows, next } = await readModels.backlinks({ deleted: false }, slug, { after, limit: 500 });
    sources.push(...rows.map((row) => row.pageId));
    after = next;
  } while (after !== undefined);
  const slugs = new Set<Slug>([slug]);
  for (const { type, data } of await wiki.events.repository.history(Page, pageId)) {
    if (type !== "Created" && type !== "SlugUpdated") continue;
    const owner = await readModels.findPage({ deleted: true }, data.slug);
    if (owner?.pageId === pageId) slugs.add(data.slug);
  }
  return { sources, slugs };
}

/** Changes the texts of as many pages as one save takes, and answers those that are left. */
async function changeSome(
  pages: PageBatch,
  pageIds: readonly PageId[],
  change: (page: PageDetails) => Promise<string>,
): Promise<readonly PageId[]> {
  let units = 0;
  for (const [i, pageId] of pageIds.entries()) {
    const page = await pages.get(pageId);
    units += page.state.body.length;
    if (i === MAX_PAGES || (i > 0 && units > MAX_UNITS)) return pageIds.slice(i);
    if (!page.state.deleted) updateBody(page, await change(toPageDetails(page)));
  }
  return [];
}

function updateBody(page: Awaited<ReturnType<PageBatch["get"]>>, text: string): void {
  const body = Body.safeParse(text);
  // A text that the longer name makes too long keeps the old one, which leads on.
  if (body.success) page.updateBody(body.data);
}
