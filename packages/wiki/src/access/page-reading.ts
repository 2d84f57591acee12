import type { PageDetails } from "../application/page-details.ts";
import type { PageId } from "../domain/page-id.ts";
import type { Slug } from "../domain/slug.ts";
import { LIMITS } from "../markup/limits.ts";
import type { ParsedPage } from "../markup/parsed-page.ts";
import { renderPage } from "../markup/render-page.ts";
import type { RenderContext, RenderedPage } from "../markup/rendered-page.ts";

/** What the rendering of a page needs to know of the wiki, as its viewer may see it. */
export interface PageSurroundings {
  /** The page that has a slug, if this viewer may read it. */
  find(slug: Slug): Promise<PageDetails | undefined>;
  parse(page: PageDetails): ParsedPage;
  /** Those of some slugs that lead to a page that this viewer may see. */
  existing(slugs: readonly Slug[]): Promise<ReadonlySet<Slug>>;
  /** Those of some files that there are, with the address of each. */
  attachments(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  readonly pageUrl: RenderContext["pageUrl"];
  readonly sourceUrl: (slug: Slug) => string;
}

/** A page as HTML, and the pages that it was made of. */
export interface ReadPage {
  readonly rendered: RenderedPage;
  readonly madeOf: readonly PageId[];
}

/** Renders a page, with those that it includes and what it links to. */
export async function renderWithSurroundings(page: PageDetails, surroundings: PageSurroundings): Promise<ReadPage> {
  const { rendered, included } = await renderParsed(surroundings.parse(page), {
    ...surroundings,
    sourceUrl: surroundings.sourceUrl(page.slug),
  });
  return { rendered, madeOf: [page.pageId, ...included] };
}

/** Renders a text, also one that is no page yet. */
export async function renderParsed(
  parsed: ParsedPage,
  surroundings: Omit<PageSurroundings, "sourceUrl"> & { readonly sourceUrl: string },
): Promise<{ readonly rendered: RenderedPage; readonly included: readonly PageId[] }> {
  const included = await includedBy(parsed, surroundings);
  const all = [parsed, ...[...included.values()].map((it) => it.parsed)];
  const existing = await surroundings.existing([
    ...new Set(all.flatMap(({ links, includes }) => [...links, ...includes])),
  ]);
  const attachments = await surroundings.attachments([...new Set(all.flatMap((it) => it.attachments))]);
  const rendered = renderPage(parsed, {
    pageExists: (slug) => existing.has(slug),
    include: (slug) => included.get(slug)?.parsed,
    pageUrl: surroundings.pageUrl,
    attachmentUrl: (path) => attachments.get(path),
    sourceUrl: surroundings.sourceUrl,
  });
  return { rendered, included: [...included.values()].map(({ pageId }) => pageId) };
}

/** The pages that a page includes, and those that these include, as deep as the renderer goes. */
async function includedBy(
  parsed: ParsedPage,
  { find, parse }: Pick<PageSurroundings, "find" | "parse">,
): Promise<ReadonlyMap<Slug, { readonly pageId: PageId; readonly parsed: ParsedPage }>> {
  const included = new Map<Slug, { readonly pageId: PageId; readonly parsed: ParsedPage }>();
  let wanted = parsed.includes;
  for (let depth = 0; depth < LIMITS.includeDepth && wanted.length > 0; depth++) {
    const next: Slug[] = [];
    for (const slug of wanted) {
      if (included.has(slug) || included.size >= LIMITS.includes) continue;
      const page = await find(slug);
      if (!page) continue;
      const inner = parse(page);
      included.set(slug, { pageId: page.pageId, parsed: inner });
      next.push(...inner.includes);
    }
    wanted = next;
  }
  return included;
}
