import type { PageDetails } from "../application/page-details.ts";
import type { PageId } from "../domain/page-id.ts";
import type { Slug } from "../domain/slug.ts";
import { LIMITS } from "../markup/limits.ts";
import type { RenderedPage } from "../markup/rendered-page.ts";
import type { PageRendering, ReadText } from "../rendering/page-rendering.ts";
import type { PageText } from "../rendering/page-text.ts";

/** What the rendering of a page needs to know of the wiki, as its viewer may see it. */
export interface PageSurroundings {
  /** The page that has a slug, if this viewer may read it. */
  find(slug: Slug): Promise<PageDetails | undefined>;
  /** Those of some slugs that lead to a page that this viewer may see. */
  existing(slugs: readonly Slug[]): Promise<ReadonlySet<Slug>>;
  /** Those of some files that there are, with the address of each. */
  attachments(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  pageUrl(slug: Slug): string;
  /** Where the text can be read in full. */
  readonly sourceUrl: string;
}

/** A text as HTML, and the pages that it includes. */
export interface RenderedText {
  readonly rendered: RenderedPage;
  readonly included: readonly PageId[];
}

/** Renders a text, also one that is no page yet, with those that it includes and what it links to. */
export async function renderWithSurroundings(
  text: PageText,
  rendering: PageRendering,
  surroundings: PageSurroundings,
): Promise<RenderedText> {
  const read = await rendering.read([text]);
  const included = new Map<Slug, Included>();
  let last = read;
  for (let depth = 0; depth < LIMITS.includeDepth; depth++) {
    const found = await findIncluded(last, included, surroundings);
    if (found.length === 0) break;
    last = await rendering.read(found.map(({ page: { body, slug } }) => ({ text: body, slug })));
    for (const [i, { slug, page }] of found.entries()) {
      const inner = last[i];
      if (inner) included.set(slug, { pageId: page.pageId, ...inner });
    }
  }
  const all = [...read, ...included.values()].map(({ references }) => references);
  const facts = {
    included: new Map([...included].map(([slug, { page }]) => [slug, page])),
    existing: await surroundings.existing([...new Set(all.flatMap(({ links, includes }) => [...links, ...includes]))]),
    attachments: await surroundings.attachments([...new Set(all.flatMap((it) => it.attachments))]),
    urls: new Map(all.flatMap(({ pages }) => pages.map((slug) => [slug, surroundings.pageUrl(slug)] as const))),
    sourceUrl: surroundings.sourceUrl,
  };
  const rendered = await rendering.render(read[0]?.page ?? text, facts);
  return { rendered, included: [...included.values()].map(({ pageId }) => pageId) };
}

type Included = ReadText & { readonly pageId: PageId };

/** The pages that some texts include, as long as they are not too many. */
async function findIncluded(
  texts: readonly ReadText[],
  known: ReadonlyMap<Slug, Included>,
  { find }: PageSurroundings,
): Promise<readonly { readonly slug: Slug; readonly page: PageDetails }[]> {
  const found: { readonly slug: Slug; readonly page: PageDetails }[] = [];
  for (const slug of new Set(texts.flatMap(({ references }) => references.includes))) {
    if (known.has(slug)) continue;
    if (known.size + found.length >= LIMITS.includes) break;
    const page = await find(slug);
    if (page) found.push({ slug, page });
  }
  return found;
}
