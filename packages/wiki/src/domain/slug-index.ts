import { type AggregateOf, defineAggregate, NAMESPACE_URL, nothing, uuid5 } from "@palimpsest/eventsourcing";
import { PageId } from "./page-id.ts";
import { Slug } from "./slug.ts";

export interface SlugIndexState {
  readonly slug: Slug;
  /** The page that has the slug; null while it is free. */
  readonly pageId: PageId | null;
  /** The page that had it last: an old address leads on to it. */
  readonly lastPageId: PageId;
}

/**
 * Whose a slug is. Its id is a function of the slug, so that two pages that want one slug meet in one aggregate, and only
 * one of them can record the next version: a slug belongs to one page, whoever writes at once.
 */
export const SlugIndex = defineAggregate({
  name: "Index",
  id: ({ slug }: { readonly slug: Slug }) => uuid5(NAMESPACE_URL, `/slugs/${slug}`),
  events: {
    Created: { slug: Slug, pageId: PageId },
    PageUpdated: { pageId: PageId.nullable() },
  },
  create: ({ slug, pageId }): SlugIndexState => ({ slug, pageId, lastPageId: pageId }),
  apply: {
    PageUpdated: (index, { pageId }) => ({ ...index, pageId, lastPageId: pageId ?? index.lastPageId }),
  },
  commands: (event) => ({
    updatePage: (index, pageId: PageId | null) => (pageId === index.pageId ? nothing : event.PageUpdated({ pageId })),
  }),
});

export type SlugIndexAggregate = AggregateOf<typeof SlugIndex>;
