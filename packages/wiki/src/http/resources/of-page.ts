import type { PageId } from "../../domain/page-id.ts";
import { toSlug } from "../../domain/slug.ts";
import { SlugIndex } from "../../domain/slug-index.ts";
import type { MadeOf } from "../keeping.ts";

/** What an answer is made of that tells of one page, found at a slug, and of nothing around it. */
export function ofPage(slug: string, { pageId }: { readonly pageId: PageId }): MadeOf {
  return { aggregates: [pageId, SlugIndex.idOf({ slug: toSlug(slug) })] };
}
